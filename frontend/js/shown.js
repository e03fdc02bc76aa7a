/** What of a unit is shown: the views that its layer has, the runs that fill them, and what a tile shows of it. */

import {isOneInput, layerOf, variantsOf} from './catalogue.js';
import {sideOf} from './preview.js';
import {isAtlas} from './site.js';
import {VIEW_NAMES} from './text.js';
import {pictureOf, triplet} from './triplet.js';

/** @typedef {import('./types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').LayerCard} LayerCard */

/** Views that the layer has: those of its triplet that are not blind. @param {ModelCard} card @param {LayerCard} layer @returns {string[]} */
export function viewsOf(card, layer) {
  return triplet(card, layer, {}).filter((place) => !place.blind).map((place) => place.role);
}

/** Runs that fill the layer's triplet. @param {ModelCard} card @param {LayerCard} layer */
export function neededVariants(card, layer) {
  return viewsOf(card, layer).includes('slow') ? variantsOf(card) : /** @type {import('./types.js').Variant[]} */ (['slow']);
}

/** What a tile shows in a view. @param {ModelCard} card @param {string} view @param {import('./types.js').Unit} unit */
export function shown(card, view, unit) {
  const one = isOneInput(card);
  const initial = view === 'fast' ? unit.variants.fast : view === 'appearance' && one ? unit.variants.still : unit.variants.slow;
  const want = view === 'appearance' ? 'look' : one ? 'clip' : 'motion';
  const inputs = layerOf(card, initial?.spec.layer ?? '')?.streams.length ?? 1;
  return {initial, what: VIEW_NAMES[view], side: sideOf(view, inputs), pick: (/** @type {import('./types.js').Visualization | undefined} */ v) => pictureOf(v, want)};
}

/** Whether a tile has something to show: in an atlas what was not computed never will be. @param {ModelCard} card @param {string} view @param {import('./types.js').Unit} unit */
export function isThere(card, view, unit) {
  const {initial, pick} = shown(card, view, unit);
  return !isAtlas || Boolean(pick(initial));
}

/** @param {ModelCard} card */
export const fpsOf = (card) => card.streams.find((stream) => stream.kind === 'motion')?.fps ?? null;
