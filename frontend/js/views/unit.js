/** A unit: its triplet on one clock, how it is tuned to speed, how the pictures were made, and making others. */

import * as api from '../api.js';
import {layerOf, unitName, useModel} from '../catalogue.js';
import {Export} from '../export.js';
import {Remarks, Star} from '../remarks.js';
import {InWords} from '../findings/in-words.js';
import {Strongest} from '../findings/strongest.js';
import {UnitFindings} from '../findings/unit.js';
import {useFrameInUrl} from '../frame-in-url.js';
import {html} from '../html.js';
import {useKeys} from '../keys.js';
import {Otherwise} from '../otherwise.js';
import {Outdated} from '../outdated.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {go, setQuery, to} from '../router.js';
import {Seeds} from '../seeds.js';
import {SettingsForm} from '../settings-form.js';
import {Speeds} from '../speeds.js';
import {fieldText} from '../text.js';
import {Traces} from '../traces.js';
import {startRuns, Trio} from '../trio.js';
import {fetchOne, isAbsent, isAnalysis, learn, ofUnit, useVisualizations} from '../visualizations.js';
import {howOf, wayOf, Ways} from '../ways.js';
import {Wheel} from '../wheel.js';
import {fpsOf, neededVariants, viewsOf} from '../shown.js';
import {isAtlas, unitBeside} from '../site.js';
import {RunTable} from '../run-table.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('../types.js').Visualization} Visualization */

/** @param {{model: string, layer: string, unit: string, query: URLSearchParams}} props */
export function Unit({model, layer, unit: text, query}) {
  const unit = Number(text);
  const how = howOf(query);
  const card = useModel(model);
  const found = useResource(`unit ${model} ${layer} ${text} ${JSON.stringify(how)}`, () => learn(() => api.unit(model, layer, /** @type {any} */ (text), how), ofUnit));
  const custom = useCustom(query.get('set'), {model, layer, unit});
  const facts = layerOf(card.value, layer);
  useFrameInUrl('unit', query);
  useNeighbours(model, facts, unit, how);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.model} retry=${card.reload} />`;
  const problem = found.problem ?? custom.problem;
  if (problem) return html`<${Trouble} problem=${problem} link=${(/** @type {string} */ l) => to.layer(model, l)} retry=${found.reload} />`;
  if (!card.value || !facts) return html`<${Waiting} />`;
  return html`<${Page} card=${card.value} layer=${facts} number=${unit} how=${how} unit=${found.value} custom=${custom.value} chi=${query.get('chi')} />`;
}

/** @param {{card: ModelCard, layer: LayerCard, number: number, how: api.How, unit: import('../types.js').Unit | null, custom: Visualization[] | null, chi: string | null}} props */
function Page({card, layer, number, how, unit, custom, chi}) {
  const seed = how.seed ?? 0;
  const way = custom ? null : wayOf(how);
  const variants = neededVariants(card, layer);
  const asked = custom ? variants.map((variant) => custom.find((run) => run.variant === variant)) : variants.map((variant) => unit?.variants[variant]);
  const live = useVisualizations(asked);
  const runs = Object.fromEntries(variants.map((variant, i) => [variant, live[i]]));
  const name = unitName(card, layer.path, number);
  const dead = Boolean(unit?.dead);
  const moves = viewsOf(card, layer).includes('slow');
  const fps = fpsOf(card);
  return html`<${Title} card=${card} layer=${layer} number=${number} how=${how} name=${name} runs=${runs} dead=${dead} />
    ${way || isOtherwise(how) ? html`<${WayNote} way=${way} how=${how} runs=${live} />` : null}
    ${custom ? html`<${CustomNote} runs=${live} /><${Outdated} card=${card} runs=${live} />` : null}
    <div class="stage">
      <${Trio} card=${card} layer=${layer} runs=${runs} name=${name} dead=${dead} />
      <aside>${moves && fps ? html`<${Wheel} fps=${fps} />` : null}${dead ? null : html`<${Strongest} card=${card} layer=${layer} number=${number} />`}</aside>
    </div>
    ${dead ? null : html`<div class="panels">
      ${moves && !custom && !isOtherwise(how) && unit && live.some((run) => run?.result) ? html`<${Speeds} card=${card} layer=${layer} number=${number} seed=${seed} runs=${runs} chosen=${chi} />` : null}
      ${!custom && unit && live.some((run) => run?.result) ? html`<${Ways} card=${card} layer=${layer} number=${number} how=${how} />
        ${isOtherwise(how) ? null : html`<${Seeds} card=${card} layer=${layer} number=${number} seed=${seed} />`}` : null}
      ${custom || !unit ? null : html`<${Otherwise} card=${card} layer=${layer} unit=${unit} />`}
      <${Traces} runs=${runs} />
      <${RunTable} card=${card} layer=${layer} runs=${runs} />
      ${isAtlas ? null : html`<div class="panel-column"><${SettingsForm} key=${`${layer.path} ${number}`} card=${card} layer=${layer} number=${number} runs=${runs} />
        <${Remarks} key=${`notes ${layer.path} ${number}`} model=${card.name} layer=${layer.path} unit=${number} /></div>`}
      <${Export} runs=${runs} />
    </div>`}
    ${dead ? null : html`<${UnitFindings} card=${card} layer=${layer} number=${number} />`}`;
}

/** @param {{card: ModelCard, layer: LayerCard, number: number, how: api.How, name: string, runs: Record<string, Visualization | undefined>, dead: boolean}} props */
function Title({card, layer, number, how, name, runs, dead}) {
  const url = (/** @type {number} */ i) => to.unit(card.name, layer.path, i, how);
  const absent = !dead && Object.values(runs).some(isAbsent);
  const [before, after] = [unitBeside(card.name, layer, number, -1), unitBeside(card.name, layer, number, 1)];
  const compare = to.compare([[card.name, layer.path, number]]);
  useKeys({c: () => go(compare)});
  const isClass = layer.path === card.class_layer;
  const note = `${isClass ? `Class unit ${number}` : `One of ${layer.units} units of ${layer.path}`} · sees ${fieldText(layer.receptive_field)} of ${layer.streams.join(' and ')}`;
  const words = html`${note}${dead ? null : html`<${InWords} card=${card} layer=${layer} number=${number} />`}`;
  return html`<${Heading} title=${name} trail=${[[card.title || card.name, to.model(card.name)], [layer.path, to.layer(card.name, layer.path)]]} note=${words}>
    ${absent ? html`<button class="button button-main" onClick=${() => startRuns(runs)}>Visualize</button>` : null}
    ${isClass ? html`<a class="button quiet-button" href=${to.class(card.name, number)}>Class page</a>` : null}
    ${isAtlas ? null : html`<${Star} model=${card.name} layer=${layer.path} unit=${number} />`}
    <a class="button quiet-button" href=${compare} title="c">Compare</a>
    <nav class="neighbours" aria-label="Other units">
      ${before === null ? null : html`<a class="button quiet-button" href=${url(before)} aria-label=${`Previous unit, ${before}`} title="k">← ${before}</a>`}
      ${after === null ? null : html`<a class="button quiet-button" href=${url(after)} aria-label=${`Next unit, ${after}`} title="j">${after} →</a>`}
    </nav>
  <//>`;
}

/** @param {{runs: (Visualization | undefined)[]}} props */
function CustomNote({runs}) {
  return html`<p class="notice"><span>Made with settings of your own${runs.some((run) => run?.state !== 'finished') ? ', being computed' : ''}.</span>
    <button class="button quiet-button" onClick=${() => setQuery({set: null})}>Back to the default settings</button></p>`;
}

/** Whether the page shows the unit otherwise than by default, seeds aside. @param {api.How} how */
const isOtherwise = ({negative, objective, prior, contrast, steps}) => Boolean(negative || objective || prior || contrast || steps);

/** What is not as always, in words. @param {api.How} how */
const howText = (how) => Object.entries(how).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => `${name} ${value === true ? 'yes' : value}`).join(', ');

/** @param {{way: import('../alternatives.js').Way | null, how: api.How, runs: (Visualization | undefined)[]}} props */
function WayNote({way, how, runs}) {
  const back = () => setQuery({negative: null, objective: null, prior: null, contrast: null, steps: null}, {replace: false});
  return html`<p class="notice"><span><b>${way ? `${way.name}.` : 'With other settings:'}</b> ${way ? way.note : `${howText(how)}.`}${runs.some((run) => run?.state === 'running' || run?.state === 'queued') ? ' Being computed.' : ''}</span>
    <button class="button quiet-button" onClick=${back}>Back to the unit as always</button></p>`;
}

/** Runs of the unit that the URL names instead of its own; null: none. @param {string | null} set ids, with commas @param {{model: string, layer: string, unit: number}} of */
function useCustom(set, {model, layer, unit}) {
  const found = useResource(set ? `set ${set}` : null, () => Promise.all((set ?? '').split(',').map(fetchOne)).then((all) => all.flatMap((run) => (isAnalysis(run) ? [] : [run]))));
  const own = found.value?.filter(({spec}) => spec.model === model && spec.layer === layer && spec.unit === unit) ?? [];
  return {value: own.length ? own : null, problem: found.problem};
}

/** @param {string} model @param {LayerCard | null} layer @param {number} unit @param {api.How} how */
function useNeighbours(model, layer, unit, how) {
  const move = (/** @type {1 | -1} */ by) => () => {
    const next = layer && unitBeside(model, layer, unit, by);
    if (layer && next !== null) go(to.unit(model, layer.path, next, how));
  };
  useKeys({j: move(1), k: move(-1), ArrowRight: move(1), ArrowLeft: move(-1)});
}
