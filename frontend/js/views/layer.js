/** The grid of a layer's units: `?view=slow|fast|appearance&sort=&rising=&which=&index=&least=&most=&seed=&at=`. */

import * as api from '../api.js';
import {layerOf, useModel} from '../catalogue.js';
import {openClock} from '../clock.js';
import {Cost} from '../cost.js';
import {countsOf, picturedText} from '../coverage.js';
import {useQueueChange} from '../events.js';
import {useOverview} from '../findings/overview.js';
import {useIndexes} from '../findings/sorts.js';
import {html, useEffect, useState} from '../html.js';
import {choiceOf, isPlain, Ordering} from '../layer-order.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Problem} from '../problem.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {neededVariants, viewsOf} from '../shown.js';
import {isAtlas, unitsHeld} from '../site.js';
import {countText, fieldText} from '../text.js';
import {UnitGrid} from '../unit-grid.js';
import {useUnits} from '../units.js';
import {startAll} from '../visualizations.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */

/** Units that one click computes. */
const BATCH = 24;

/** @param {{model: string, layer: string, query: URLSearchParams}} props */
export function Layer({model, layer, query}) {
  const card = useModel(model);
  const choice = choiceOf(query);
  const {seed, which, index} = choice;
  const [jumps, setJumps] = useState(0);
  const overview = useOverview(model);
  const indexes = useIndexes(card.value, layer, overview);
  const source = useUnits(model, layer, choice);
  useEffect(() => openClock('layer', {play: false}), [layer]);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.model} retry=${card.reload} />`;
  if (source.problem) return html`<${Trouble} problem=${source.problem} link=${isAbout(source.problem, 'Unknown layer') ? (/** @type {string} */ l) => to.layer(model, l) : undefined} retry=${source.reload} />`;
  const facts = layerOf(card.value, layer);
  if (!card.value || !facts) return html`<${Waiting} />`;
  const views = viewsOf(card.value, facts);
  const view = views.find((name) => name === query.get('view')) ?? (views.includes('slow') ? 'slow' : views[0]);
  return html`<${Title} card=${card.value} layer=${facts} />
    <div class="tools">
      <${Views} views=${views} view=${view} />
      <${Ordering} ...${{card: card.value, moves: views.includes('slow'), indexes, overview, choice}} />
    </div>
    ${isAtlas ? null : html`<div class="tools tools-second">
      <${Jump} layer=${facts} shown=${isPlain(choice)} onJump=${() => setJumps(jumps + 1)} />
      ${['pictured', 'complete', 'dead'].includes(which) ? null : html`<${Missing} key=${`${model} ${layer} ${seed}`} card=${card.value} layer=${facts} seed=${seed} />`}</div>`}
    ${isAtlas || !isPlain(choice) ? null : html`<${Elsewhere} key=${`elsewhere ${model} ${layer}`} card=${card.value} layer=${facts} />`}
    ${source.total === null ? html`<${Waiting} what="Asking for the units" />` : null}
    ${source.total === 0 ? html`<p class="empty">${index ? 'No unit of this layer lies within.' : isAtlas ? 'This atlas holds no unit of this layer.' : {pictured: 'No unit of this layer has pictures yet.', complete: 'No unit of this layer is computed in all variants yet.', missing: 'Every unit of this layer is computed in all variants.', none: 'Every unit of this layer has pictures.', dead: 'No unit of this layer is dead: each fired on the calibration clips.'}[which]}</p>` : null}
    ${source.total ? html`<${UnitGrid} key=${`${model} ${layer} ${jumps}`} ...${{card: card.value, layer: facts, source, view, seed}} start=${Number(query.get('at')) || 0} />` : null}`;
}

/** @param {Error} problem @param {string} title */
const isAbout = (problem, title) => problem instanceof Problem && problem.title === title;

/** @param {{card: ModelCard, layer: LayerCard}} props */
function Title({card, layer}) {
  const at = card.layers.indexOf(layer);
  const [before, after] = [card.layers[at - 1], card.layers[at + 1]];
  const time = layer.frames > 1 ? `${layer.frames} × ` : '';
  const note = [
    layer.kind === 'class' ? countText(layer.units, 'class', 'classes') : countText(layer.units, layer.kind === 'heads' ? 'attention head' : 'unit'),
    `output ${time}${layer.height} × ${layer.width}`,
    `each sees ${fieldText(layer.receptive_field)}${layer.receptive_frames ? `, ${countText(layer.receptive_frames, 'frame')}` : ''}`,
    `of ${layer.streams.join(' and ')}`,
    ...(isAtlas ? [`${unitsHeld(card.name, layer)} in this atlas`] : []),
  ].join(' · ');
  return html`<${Heading} title=${layer.path} trail=${[[card.title || card.name, to.model(card.name)]]} note=${note}>
    ${before ? html`<a class="button quiet-button" href=${to.layer(card.name, before.path)} title="Layer before">← ${before.path}</a>` : null}
    ${isAtlas && unitsHeld(card.name, layer) ? html`<a class="button quiet-button" download href=${api.layerFigureUrl(card.name, layer.path)} title="The first of these units on a sheet">PDF</a>` : null}
    ${after ? html`<a class="button quiet-button" href=${to.layer(card.name, after.path)} title="Layer after">${after.path} →</a>` : null}
  <//>`;
}

/** @param {{views: string[], view: string}} props */
function Views({views, view}) {
  const titles = /** @type {Record<string, string>} */ ({appearance: 'Appearance', slow: 'Slow motion', fast: 'Fast motion'});
  return html`<div class="segments" role="group" aria-label="What is shown of each unit">${views.map((name) => html`<button key=${name}
    aria-pressed=${name === view} onClick=${() => setQuery({view: name})}>${titles[name]}</button>`)}</div>`;
}

/** Computes the next units that are not computed. @param {{card: ModelCard, layer: LayerCard, seed: number}} props */
function Missing({card, layer, seed}) {
  const variants = neededVariants(card, layer);
  const [sent, setSent] = useState(/** @type {number[]} */ ([]));
  const missing = useResource(`missing ${card.name} ${layer.path} ${seed}`, () => api.units(card.name, layer.path, {which: 'missing', seed, limit: 2 * BATCH}));
  const coverage = useResource(seed ? null : `coverage ${card.name} ${layer.path}`, () => api.coverage(card.name));
  useQueueChange(() => [missing, coverage].forEach(({reload}) => reload()), 1500);
  if (!missing.value) return null;
  const {total, items} = missing.value;
  const there = coverage.value ? picturedText(countsOf(coverage.value, [layer])) : '';
  if (!total) return html`<p class="muted small">${there || 'All units have all their pictures'}.</p>`;
  const lacks = (/** @type {import('../types.js').Unit} */ unit) => variants.filter((variant) => ['absent', 'canceled'].includes(unit.variants[variant]?.state ?? '')).length;
  const idle = items.filter((unit) => !sent.includes(unit.unit) && lacks(unit)).slice(0, BATCH);
  const next = idle.map((unit) => unit.unit);
  const pictures = idle.reduce((sum, unit) => sum + lacks(unit), 0);
  if (!next.length) return html`<p class="muted small">${there ? `${there}, ` : ''}${countText(total, 'unit')} under way</p>`;
  const more = `${next.length < total ? `The first ${next.length} of ${total} units that lack some. ` : ''}${there ? `${there}.` : ''}`;
  const onClick = async () => {
    setSent([...sent, ...next]);
    await startAll({model: card.name, layer: layer.path, units: next, variants, parameters: seed ? {seed} : {}});
  };
  return html`<p class="row"><button class="button" onClick=${onClick}>Compute ${next.length} missing</button>
    <${Cost} card=${card} layer=${layer} pictures=${pictures} more=${more} /></p>`;
}

/** How many units have pictures, where the grid begins with such as have none. @param {{card: ModelCard, layer: LayerCard}} props */
function Elsewhere({card, layer}) {
  const pictured = useResource(`pictured ${card.name} ${layer.path}`, () => api.units(card.name, layer.path, {which: 'pictured', limit: 1})).value;
  const first = pictured?.items[0]?.unit ?? 0;
  if (!pictured?.total || first < BATCH) return null;
  return html`<p class="notice"><span>${pictured.total === 1 ? `Unit ${first} has pictures` : `${countText(pictured.total, 'unit')} have pictures, the first is unit ${first}`}; those above have none yet.</span>
    <button class="button quiet-button" onClick=${() => setQuery({sort: 'pictured', at: null})}>Show ${pictured.total === 1 ? 'it' : 'them'} first</button></p>`;
}

/** @param {{layer: LayerCard, shown: boolean, onJump: () => void}} props */
function Jump({layer, shown, onJump}) {
  const onSubmit = (/** @type {any} */ event) => {
    event.preventDefault();
    const at = Number(new FormData(event.target).get('unit'));
    setQuery({at}, {replace: false});
    onJump();
  };
  if (layer.units <= BATCH || !shown) return null;
  return html`<form class="jump" onSubmit=${onSubmit}><label>To unit <input name="unit" type="number" min="0" max=${layer.units - 1} required /></label><button class="button quiet-button">Go</button></form>`;
}
