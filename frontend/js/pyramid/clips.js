/** The clips that a pyramid can be about: those that were surveyed, or those drawn for the demo. */

import * as api from '../api.js';
import {useResource} from '../resource.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {{id: string, name: string, label: number | null, predicted: number | null}} Choice */

/** Clips that are drawn for the demo and offered; half of them are ambiguous. */
const DRAWN = 40;

/** null: not known yet. @param {string} model @param {ModelCard | null} card @returns {Choice[] | null} */
export function useClips(model, card) {
  const found = useResource(`clips ${model}`, () => api.surveyedClips(model).then((page) => page.items, () => []));
  if (!found.value || !card) return null;
  return found.value.length ? found.value : model === 'demo' ? drawn(card) : [];
}

/** With the clip itself, whatever it is. @param {Choice[]} clips @param {string} clip @returns {Choice[]} */
export const including = (clips, clip) => (clips.some(({id}) => id === clip) ? clips : [{id: clip, name: clip, label: null, predicted: null}, ...clips]);

/** @param {ModelCard} card @returns {Choice[]} */
const drawn = (card) => Array.from({length: DRAWN}, (_, i) => ({id: `drawn-${i}`, name: `drawn clip ${i}${i % 2 ? ', ambiguous' : ''}`, label: (i >> 1) % card.classes.length, predicted: null}));
