/** The whole hierarchy: every layer in order, its first units as appearance, slow and fast motion. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {openClock} from '../clock.js';
import {html, useEffect, useRef, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {countText, fieldText} from '../text.js';
import {Tile} from '../tile.js';
import {isAbsent, learn, ofUnit, startAll, useVisualizations} from '../visualizations.js';
import {Wheel} from '../wheel.js';
import {fpsOf, neededVariants, shown, viewsOf} from '../shown.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */

/** Units of a layer that the walk shows, as the paper's figure does. */
const MANY = 4;

/** Networks of up to so many layers are walked whole unless told otherwise. */
const FEW = 24;

/** @param {{model: string}} props */
export function Walk({model}) {
  const card = useModel(model);
  const [all, setAll] = useState(/** @type {boolean | null} */ (null));
  useEffect(() => openClock('walk', {play: false}), [model]);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.walk} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  const every = all ?? card.value.layers.length <= FEW;
  const layers = card.value.layers.filter((layer) => every || layer.recommended || layer.kind === 'class');
  const stages = abreast(layers.length ? layers : card.value.layers);
  return html`<${Heading} title="Walk through the hierarchy" trail=${[[card.value.title || model, to.model(model)]]}
      note=${`The first ${MANY} units of every layer, from the input to the classes: from edges and their motion to objects and actions.`} />
    ${card.value.layers.length > FEW ? html`<div class="tools"><label class="check"><input type="checkbox" checked=${every} onChange=${() => setAll(!every)} /> All ${card.value.layers.length} layers, not only the recommended</label></div>` : null}
    <div class="with-wheel"><div class="walk">${stages.map((stage) => html`<${Stage} key=${stage[0].path} card=${card.value} layers=${stage} />`)}</div>
      ${fpsOf(card.value) ? html`<aside><${Wheel} group="tiles" fps=${fpsOf(card.value)} /></aside>` : null}</div>`;
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

/** @param {{card: ModelCard, layers: LayerCard[]}} props */
function Stage({card, layers}) {
  const element = useRef(/** @type {Element | null} */ (null));
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setNear(true), {rootMargin: '600px'});
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return html`<section class="walk-row" ref=${element} aria-label=${shortName(layers[0])}>
    <header><h2>${shortName(layers[0])}</h2>
      ${layers.map((layer) => html`<p class="small" key=${layer.path}><a href=${to.layer(card.name, layer.path)}>${layers.length > 1 ? layer.lane : 'All'} ${countText(layer.units, 'unit')}</a><br /><span class="muted">see ${fieldText(layer.receptive_field)}</span></p>`)}</header>
    <div class="walk-views">${layers.map((layer) => html`<${Views} key=${layer.path} ...${{card, layer, near}} />`)}</div>
  </section>`;
}

/** @param {{card: ModelCard, layer: LayerCard, near: boolean}} props */
function Views({card, layer, near}) {
  const units = useResource(near ? `walk ${card.name} ${layer.path}` : null, () =>
    learn(() => api.units(card.name, layer.path, {limit: MANY, offset: 0}), (found) => found.items.flatMap(ofUnit)),
  );
  const titles = /** @type {Record<string, string>} */ ({appearance: 'Appearance', slow: 'Slow', fast: 'Fast'});
  return viewsOf(card, layer).map((view, i) => html`<div class=${`walk-view walk-${view}`} key=${view}>
    <header><h3>${titles[view]}</h3>${i === 0 && units.value ? html`<${Compute} ...${{card, layer, units: units.value.items}} />` : null}</header>
    <ul class="grid grid-four">${Array.from({length: Math.min(MANY, layer.units)}, (_, n) => {
      const unit = units.value?.items[n];
      return html`<li key=${n}>${unit ? html`<${Tile} url=${to.unit(card.name, layer.path, unit.unit)} name=${unit.label ?? `${unit.unit}`} dead=${unit.dead} ...${shown(card, view, unit)} />` : html`<div class="tile"><div class="well"></div></div>`}</li>`;
    })}</ul></div>`);
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
