/** The whole hierarchy: every layer in order, its first units as appearance, slow and fast motion. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {openClock} from '../clock.js';
import {Figure} from '../export.js';
import {html, useEffect, useRef, useState} from '../html.js';
import {breakable, Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {countText, fieldText, ordinal} from '../text.js';
import {Tile} from '../tile.js';
import {isAbsent, learn, ofUnit, startAll, useVisualizations} from '../visualizations.js';
import {Wheel} from '../wheel.js';
import {fpsOf, isThere, neededVariants, shown, viewsOf} from '../shown.js';
import {isAtlas, unitsHeld} from '../site.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').Visualization} Visualization */
/** @typedef {import('../types.js').LayerCard} LayerCard */

/** Units of a layer that the walk shows, as the paper's figure does. */
const MANY = 4;

/** Units that are looked at to find so many that are alive. */
const LOOKED = 24;

/** Visualizations that a figure can hold. */
const FIGURED = 240;

/** Networks of up to so many layers are walked whole unless told otherwise. */
const FEW = 24;

/** @param {{model: string, query: URLSearchParams}} props */
export function Walk({model, query}) {
  const card = useModel(model);
  const from = Math.max(0, Number(query.get('from')) || 0);
  const asked = query.get('all');
  const order = isAtlas || query.get('order') === 'unit' ? 'unit' : 'pictured';
  const [runs, setRuns] = useState(/** @type {Record<string, Visualization[]>} */ ({}));
  useEffect(() => openClock('walk', {play: false}), [model]);
  useEffect(() => setRuns({}), [model, from, order]);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.walk} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  const every = asked === null ? card.value.layers.length <= FEW : asked === '1';
  const held = card.value.layers.filter((layer) => unitsHeld(model, layer));
  const wanted = card.value.layers.filter((layer) => every || layer.recommended || layer.kind === 'class');
  const layers = wanted.filter((layer) => held.includes(layer));
  const stages = abreast(layers.length ? layers : held);
  const onRuns = (/** @type {string} */ path, /** @type {Visualization[]} */ own) => setRuns((all) => ({...all, [path]: own}));
  const how = {all: asked, order: query.get('order')};
  const most = Math.max(...layers.map((layer) => unitsHeld(model, layer)));
  return html`<${Heading} title="Walk through the hierarchy" trail=${[[card.value.title || model, to.model(model)]]}
      note=${`${MANY} units of every layer, from the input to the classes: from edges and their motion to objects and actions.`} />
    <div class="tools">
      <nav class="row" aria-label="Which units">${from ? html`<a class="button quiet-button" href=${to.walk(model, {...how, from: Math.max(0, from - MANY) || null})}>← Before</a>` : null}
        <span class="small">${order === 'unit' ? `Units from ${from}` : `Those with pictures first${from ? `, from the ${ordinal(from + 1)} on` : ''}`}, the dead left out</span>
        ${from + MANY < most ? html`<a class="button quiet-button" href=${to.walk(model, {...how, from: from + MANY})}>Next ${MANY} →</a>` : null}</nav>
      ${isAtlas ? null : html`<label class="check"><input type="checkbox" checked=${order === 'unit'} onChange=${() => setQuery({order: order === 'unit' ? null : 'unit', from: null})} /> By number</label>`}
      ${card.value.layers.length > FEW ? html`<label class="check"><input type="checkbox" checked=${every} onChange=${() => setQuery({all: every ? '0' : '1'})} /> All ${card.value.layers.length} layers, not only the recommended</label>` : null}
      <${Whole} card=${card.value} runs=${layers.flatMap((layer) => runs[layer.path] ?? [])} />
    </div>
    ${isAtlas ? html`<${LeftOut} layers=${wanted.length - layers.length} of=${wanted.length} runs=${Object.values(runs).flat()} />` : null}
    <div class="with-wheel"><div class="walk">${stages.map((stage) => html`<${Stage} key=${`${stage[0].path} ${from} ${order}`} ...${{card: card.value, layers: stage, from, order, onRuns, eager: stages.length <= FEW}} />`)}</div>
      ${fpsOf(card.value) ? html`<aside><${Wheel} group="tiles" fps=${fpsOf(card.value)} /></aside>` : null}</div>`;
}

/** What can be done with all that is shown: compute what is missing, a figure of what is there. @param {{card: ModelCard, runs: Visualization[]}} props */
function Whole({card, runs}) {
  const live = useVisualizations(runs);
  const absent = live.flatMap((run) => (run && isAbsent(run) ? [run] : []));
  const ready = live.flatMap((run) => (run?.result?.streams.length ? [run.id] : []));
  const layers = [...new Set(absent.map((run) => run.spec.layer))];
  const compute = () => {
    for (const layer of layers) {
      const own = absent.filter((run) => run.spec.layer === layer);
      const variants = [...new Set(own.flatMap((run) => run.variant ?? []))];
      startAll({model: card.name, layer, units: [...new Set(own.map((run) => run.spec.unit))], variants, parameters: {}});
    }
  };
  return html`<div class="row">${absent.length ? html`<button class="button" onClick=${compute}>Compute ${countText(absent.length, 'missing picture')}</button>` : null}
    ${ready.length && !isAtlas ? html`<span class="small">Figure</span><${Figure} kind="plate" ids=${ready.slice(0, FIGURED)} group="tiles" brief=${true} />` : null}</div>`;
}

/** What an atlas does not hold of all that would be here. @param {{layers: number, of: number, runs: Visualization[]}} props */
function LeftOut({layers, of, runs}) {
  const absent = runs.filter((run) => !run.result).length;
  const parts = [layers ? `${layers} of ${countText(of, 'layer')}` : '', absent ? `${countText(absent, 'picture')} of these units` : ''].filter(Boolean);
  return parts.length ? html`<p class="muted small">Not in this atlas, as not computed: ${parts.join(', and ')}.</p>` : null;
}

/** Layers by depth; those of the same name in different streams stand in one row, as in the paper. @param {LayerCard[]} layers @returns {LayerCard[][]} */
function abreast(layers) {
  /** @type {Map<string, LayerCard[]>} */
  const stages = new Map();
  for (const layer of [...layers].sort((a, b) => a.depth - b.depth)) {
    const key = `${layer.depth} ${shortName(layer)}`;
    stages.set(key, [...(stages.get(key) ?? []), layer]);
  }
  return [...stages.values()];
}

/** @param {LayerCard} layer */
function shortName({path, lane}) {
  return path.startsWith(`${lane}.`) ? path.slice(lane.length + 1) : path;
}

/** eager: asked for at once, else as it comes near. @typedef {{eager?: boolean, from: number, order: string, onRuns: (path: string, runs: Visualization[]) => void}} Part */

/** @param {{card: ModelCard, layers: LayerCard[]} & Part} props */
function Stage({card, layers, from, order, onRuns, eager = false}) {
  const element = useRef(/** @type {Element | null} */ (null));
  const [near, setNear] = useState(eager);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setNear(true), {rootMargin: '600px'});
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return html`<section class="walk-row" ref=${element} aria-label=${shortName(layers[0])}>
    <header><h2>${breakable(shortName(layers[0]))}</h2>
      ${layers.map((layer) => html`<p class="small" key=${layer.path}><a href=${to.layer(card.name, layer.path)}>${layers.length > 1 ? layer.lane : 'All'} ${countText(layer.units, 'unit')}</a><br /><span class="muted">each sees ${fieldText(layer.receptive_field)}</span></p>`)}</header>
    <div class="walk-views">${layers.map((layer) => html`<${Views} key=${layer.path} ...${{card, layer, near, from, order, onRuns}} />`)}</div>
  </section>`;
}

/** @param {{card: ModelCard, layer: LayerCard, near: boolean} & Part} props */
function Views({card, layer, near, from, order, onRuns}) {
  const units = useResource(near ? `walk ${card.name} ${layer.path} ${from} ${order}` : null, () =>
    learn(() => api.units(card.name, layer.path, {limit: LOOKED, offset: from, sort: order}), (found) => found.items.flatMap(ofUnit)),
  );
  const chosen = choose(units.value?.items ?? []);
  useEffect(() => {
    const variants = neededVariants(card, layer);
    if (units.value) onRuns(layer.path, chosen.filter((unit) => !unit.dead).flatMap((unit) => variants.flatMap((variant) => unit.variants[variant] ?? [])));
  }, [units.value]);
  const titles = /** @type {Record<string, string>} */ ({appearance: 'Appearance', slow: 'Slow', fast: 'Fast'});
  const views = viewsOf(card, layer).map((view) => ({view, there: chosen.filter((unit) => isThere(card, view, unit))}));
  const room = Math.max(0, Math.min(MANY, unitsHeld(card.name, layer) - from));
  return views.filter(({there}) => there.length || !units.value).map(({view, there}, i) => html`<div class=${`walk-view walk-${view}`} key=${view}>
    <header><h3>${titles[view]}</h3>${i === 0 && units.value ? html`<${Compute} ...${{card, layer, units: chosen}} />` : null}</header>
    <ul class="grid grid-four">${Array.from({length: units.value ? there.length : room}, (_, n) => {
      const unit = there[n];
      return html`<li key=${n}>${unit ? html`<${Tile} url=${to.unit(card.name, layer.path, unit.unit)} name=${unit.label ?? `${unit.unit}`} dead=${unit.dead} ...${shown(card, view, unit)} />` : html`<div class="tile"><div class="well"></div></div>`}</li>`;
    })}</ul></div>`);
}

/** The first that are alive; dead ones only where there are no others. @param {import('../types.js').Unit[]} units */
function choose(units) {
  return [...units.filter((unit) => !unit.dead), ...units.filter((unit) => unit.dead)].slice(0, MANY);
}

/** @param {{card: ModelCard, layer: LayerCard, units: import('../types.js').Unit[]}} props */
function Compute({card, layer, units}) {
  const variants = neededVariants(card, layer);
  const runs = useVisualizations(units.filter((unit) => !unit.dead).flatMap((unit) => variants.map((variant) => unit.variants[variant])));
  const numbers = [...new Set(runs.filter(isAbsent).map((run) => run?.spec.unit))].filter((n) => n !== undefined);
  if (!numbers.length) return null;
  const request = {model: card.name, layer: layer.path, units: numbers, variants, parameters: {}};
  return html`<button class="button quiet-button" aria-label=${`Compute the missing units of ${layer.path}`} onClick=${() => startAll(request)}>Compute</button>`;
}
