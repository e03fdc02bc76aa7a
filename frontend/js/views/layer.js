/** The grid of a layer's units: `?view=slow|fast|appearance&page=&seed=`. */

import * as api from '../api.js';
import {isOneInput, layerOf, unitName, useModel, variantsOf} from '../catalogue.js';
import {openClock} from '../clock.js';
import {html, useEffect} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Pager} from '../pager.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {countText, durationText, fieldText, VIEW_NAMES} from '../text.js';
import {sideOf} from '../preview.js';
import {Tile} from '../tile.js';
import {pictureOf, triplet} from '../triplet.js';
import {isAbsent, learn, ofUnit, startAll, useVisualizations} from '../visualizations.js';
import {Wheel} from '../wheel.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('../types.js').Unit} Unit */

const PAGE = 24;

/** @param {{model: string, layer: string, query: URLSearchParams}} props */
export function Layer({model, layer, query}) {
  const card = useModel(model);
  const page = Math.max(1, Number(query.get('page')) || 1);
  const seed = Number(query.get('seed')) || 0;
  const units = useResource(`units ${model} ${layer} ${page} ${seed}`, () =>
    learn(() => api.units(model, layer, {limit: PAGE, offset: (page - 1) * PAGE, seed}), (found) => found.items.flatMap(ofUnit)),
  );
  useEffect(() => openClock('layer', {play: false}), [layer]);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.model} retry=${card.reload} />`;
  if (units.problem) return html`<${Trouble} problem=${units.problem} link=${(/** @type {string} */ l) => to.layer(model, l)} retry=${units.reload} />`;
  const facts = layerOf(card.value, layer);
  if (!card.value || !facts) return html`<${Waiting} />`;
  return html`<${Grid} ...${{card: card.value, layer: facts, units: units.value?.items ?? null, query, page, seed}} />`;
}

/** @param {{card: ModelCard, layer: LayerCard, units: Unit[] | null, query: URLSearchParams, page: number, seed: number}} props */
function Grid({card, layer, units, query, page, seed}) {
  const views = viewsOf(card, layer);
  const asked = query.get('view') ?? '';
  const view = views.includes(asked) ? asked : views.includes('slow') ? 'slow' : views[0];
  const wheel = view !== 'appearance' && !isOneInput(card);
  const url = (/** @type {number} */ n) => to.layer(card.name, layer.path, {...Object.fromEntries(query), page: n === 1 ? null : n});
  return html`<${Title} card=${card} layer=${layer} />
    <div class="tools">
      <${Views} views=${views} view=${view} />
      ${units ? html`<${Missing} ...${{card, layer, units, seed}} />` : null}
      <${Jump} layer=${layer} />
    </div>
    ${units ? html`<div class="with-wheel"><${Tiles} ...${{card, layer, units, view, seed}} />${wheel ? html`<aside><${Wheel} group="tiles" fps=${fpsOf(card)} /></aside>` : null}</div>` : html`<${Waiting} what="Asking for the units" />`}
    <${Pager} page=${page} pages=${Math.ceil(layer.units / PAGE)} url=${url} />`;
}

/** @param {{card: ModelCard, layer: LayerCard, units: Unit[], view: string, seed: number}} props */
function Tiles({card, layer, units, view, seed}) {
  return html`<ul class="grid">${units.map((unit) => html`<li key=${unit.unit}>
    <${Tile} url=${to.unit(card.name, layer.path, unit.unit, {seed: seed || null})} name=${unit.label ?? unitName(card, layer.path, unit.unit)}
      dead=${unit.dead} ...${shown(card, view, unit)} /></li>`)}</ul>`;
}

/** @param {{card: ModelCard, layer: LayerCard}} props */
function Title({card, layer}) {
  const at = card.layers.indexOf(layer);
  const [before, after] = [card.layers[at - 1], card.layers[at + 1]];
  const time = layer.frames > 1 ? `${layer.frames} × ` : '';
  const note = [
    layer.kind === 'class' ? countText(layer.units, 'class', 'classes') : countText(layer.units, 'unit'),
    `output ${time}${layer.height} × ${layer.width}`,
    `each sees ${fieldText(layer.receptive_field)}${layer.receptive_frames ? `, ${countText(layer.receptive_frames, 'frame')}` : ''}`,
    `of ${layer.streams.join(' and ')}`,
  ].join(' · ');
  return html`<${Heading} title=${layer.path} trail=${[[card.title || card.name, to.model(card.name)]]} note=${note}>
    ${before ? html`<a class="button quiet-button" href=${to.layer(card.name, before.path)} title="Layer before">← ${before.path}</a>` : null}
    ${after ? html`<a class="button quiet-button" href=${to.layer(card.name, after.path)} title="Layer after">${after.path} →</a>` : null}
  <//>`;
}

/** @param {{views: string[], view: string}} props */
function Views({views, view}) {
  const titles = /** @type {Record<string, string>} */ ({appearance: 'Appearance', slow: 'Slow motion', fast: 'Fast motion'});
  return html`<div class="segments" role="group" aria-label="What is shown of each unit">${views.map((name) => html`<button key=${name}
    aria-pressed=${name === view} onClick=${() => setQuery({view: name})}>${titles[name]}</button>`)}</div>`;
}

/** @param {{card: ModelCard, layer: LayerCard, units: Unit[], seed: number}} props */
function Missing({card, layer, units, seed}) {
  const variants = neededVariants(card, layer);
  const alive = units.filter((unit) => !unit.dead);
  const runs = useVisualizations(alive.flatMap((unit) => variants.map((variant) => unit.variants[variant])));
  const absent = runs.filter(isAbsent);
  const done = runs.flatMap((run) => (run?.result ? [run.result.seconds] : [])).sort((a, b) => a - b);
  const each = done[done.length >> 1];
  const numbers = [...new Set(absent.map((run) => run?.spec.unit))].filter((n) => n !== undefined);
  if (!numbers.length) return html`<p class="muted small">${runs.every((run) => run?.state === 'finished') ? 'All units of this page are computed.' : 'All units of this page are computed or under way.'}</p>`;
  const cost = each ? `about ${durationText(each * absent.length)} on one worker` : 'time unknown until one is done';
  const request = {model: card.name, layer: layer.path, units: numbers, variants, parameters: seed ? {seed} : {}};
  return html`<p class="row"><button class="button" onClick=${() => startAll(request)}>Compute missing on this page</button>
    <span class="muted small">${countText(numbers.length, 'unit')}, ${countText(absent.length, 'run')}: ${cost}</span></p>`;
}

/** @param {{layer: LayerCard}} props */
function Jump({layer}) {
  const onSubmit = (/** @type {any} */ event) => {
    event.preventDefault();
    const page = Math.floor(Number(new FormData(event.target).get('unit')) / PAGE) + 1;
    setQuery({page: page === 1 ? null : page}, {replace: false});
  };
  if (layer.units <= PAGE) return null;
  return html`<form class="jump" onSubmit=${onSubmit}><label>To unit <input name="unit" type="number" min="0" max=${layer.units - 1} required /></label><button class="button quiet-button">Go</button></form>`;
}

/** Views that the layer has: those of its triplet that are not blind. @param {ModelCard} card @param {LayerCard} layer @returns {string[]} */
export function viewsOf(card, layer) {
  return triplet(card, layer, {}).filter((place) => !place.blind).map((place) => place.role);
}

/** Runs that fill the layer's triplet. @param {ModelCard} card @param {LayerCard} layer */
export function neededVariants(card, layer) {
  return viewsOf(card, layer).includes('slow') ? variantsOf(card) : /** @type {import('../types.js').Variant[]} */ (['slow']);
}

/** What a tile shows in a view. @param {ModelCard} card @param {string} view @param {Unit} unit */
export function shown(card, view, unit) {
  const one = isOneInput(card);
  const initial = view === 'fast' ? unit.variants.fast : view === 'appearance' && one ? unit.variants.still : unit.variants.slow;
  const want = view === 'appearance' ? 'look' : one ? 'clip' : 'motion';
  const inputs = layerOf(card, initial?.spec.layer ?? '')?.streams.length ?? 1;
  return {initial, what: VIEW_NAMES[view], side: sideOf(view, inputs), pick: (/** @type {import('../types.js').Visualization | undefined} */ v) => pictureOf(v, want)};
}

/** @param {ModelCard} card */
export const fpsOf = (card) => card.streams.find((stream) => stream.kind === 'motion')?.fps ?? null;
