/** A few of a model's pictures, still, for its card: what one is about to see. They fill in while they are made. */

import * as api from '../api.js';
import {cardOf, isOneInput, layerOf} from '../catalogue.js';
import {html, useEffect, useState} from '../html.js';
import {Player} from '../player.js';
import {Preview, sideOf} from '../preview.js';
import {pictureOf} from '../triplet.js';
import {learn, ofUnit, useVisualizations} from '../visualizations.js';

/** Pictures on a card. */
const MANY = 6;

/** Units that are looked at for them. */
const LOOKED = 12;

/** @typedef {import('../types.js').Visualization} Visualization */
/** @typedef {{run: Visualization, want: 'look' | 'clip' | 'motion', side: import('../preview.js').Side}} Place side: of a preview */

/** @param {{model: string}} props */
export function Specimen({model}) {
  const [places, setPlaces] = useState(/** @type {Place[] | null} */ (null));
  useEffect(() => {
    let gone = false;
    choose(model).then((found) => !gone && setPlaces(found), () => {});
    return () => void (gone = true);
  }, [model]);
  const runs = useVisualizations((places ?? []).map(({run}) => run));
  if (!places) return html`<div class="specimen specimen-unknown"></div>`;
  const known = places.map((place, i) => ({...place, run: /** @type {Visualization} */ (runs[i])}));
  const ready = known.filter(({run, want}) => pictureOf(run, want)).slice(0, MANY);
  const growing = known.filter(({run}) => run.state === 'running' && run.progress?.preview).slice(0, MANY - ready.length);
  const waits = known.some(({run}) => run.state === 'running' || run.state === 'queued');
  if (!ready.length && !waits) return null;
  return html`<div class="specimen"><div class="specimen-pictures" aria-hidden="true">
      ${ready.map(({run, want}) => html`<div class="well" key=${`${run.id} ${want}`}><${Player} visualization=${run} picture=${pictureOf(run, want)} label="" group="tiles" still=${true} coarse=${true} /></div>`)}
      ${growing.map(({run, side}) => html`<div class="well" key=${`${run.id} ${side}`}><${Preview} url=${run.progress?.preview ?? ''} side=${side} /></div>`)}</div>
    ${waits && ready.length + growing.length < MANY - 1 ? html`<p class="small" role="status">${ready.length ? 'More pictures' : 'The first pictures'} are being computed.</p>` : null}</div>`;
}

/** Of the first class units; where none was asked for, of the deepest layer that has pictures. @param {string} name @returns {Promise<Place[]>} */
async function choose(name) {
  const card = await cardOf(name);
  const classes = await learn(() => api.classes(name, {limit: LOOKED, offset: 0}), (found) => found.items.flatMap(ofUnit));
  const asked = classes.items.some(({variants}) => Object.values(variants).some(({state}) => state !== 'absent'));
  const deepest = asked ? null : await deepestPictured(card);
  return placesOf(card, deepest?.path ?? card.class_layer ?? '', deepest?.units ?? classes.items); // those of classes may come
}

/** @param {import('../types.js').ModelCard} card */
async function deepestPictured({name, layers}) {
  const coverage = await api.coverage(name);
  const layer = [...layers].reverse().find(({path}) => coverage.layers[path]?.pictured);
  if (!layer) return null;
  const {items} = await learn(() => api.units(name, layer.path, {which: 'pictured', limit: LOOKED}), (found) => found.items.flatMap(ofUnit));
  return items.length ? {path: layer.path, units: items} : null;
}

/** Appearance and motion by turns. @param {import('../types.js').ModelCard} card @param {string} path @param {import('../types.js').Unit[]} units @returns {Place[]} */
function placesOf(card, path, units) {
  const one = isOneInput(card);
  const inputs = layerOf(card, path)?.streams.length ?? 1;
  return units.flatMap(({variants}) => {
    const places = [
      {run: one ? variants.still : variants.slow, want: 'look', side: sideOf('appearance', inputs)},
      {run: variants.slow, want: one ? 'clip' : 'motion', side: sideOf('slow', inputs)},
    ];
    return /** @type {Place[]} */ (places.filter(({run}) => run));
  });
}
