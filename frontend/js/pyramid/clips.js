/** The clips that a pyramid can be about: those that were surveyed, or those drawn for the demo, and those that were brought. */

import * as api from '../api.js';
import {useResource} from '../resource.js';
import {isAtlas} from '../site.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {{id: string, name: string, label: number | null, predicted: number | null, whole?: boolean, brought?: boolean}} Choice whole: all clips of a class */

/** Clips that are offered at most. */
export const OFFERED = 300;

/** Clips that are drawn for the demo and offered; half of them are ambiguous. */
const DRAWN = 40;

/** null: not known yet. @param {string} model @param {ModelCard | null} card @returns {Choice[] | null} */
export function useClips(model, card) {
  const found = useResource(`clips ${model}`, () => api.surveyedClips(model).then((page) => page.items, () => []));
  const brought = useResource(isAtlas ? null : 'clips', () => api.clips().then((page) => page.items, () => []));
  if (!found.value || brought.waiting || !card) return null;
  return [...clipsOf(card, found.value), ...(brought.value ?? []).map(({id, name}) => ({id, name, label: null, predicted: null, brought: true}))];
}

/** Those of the model's own set: that were surveyed, or drawn for the demo. @param {ModelCard} card @param {Choice[]} surveyed @returns {Choice[]} */
export const clipsOf = (card, surveyed) => (surveyed.length ? surveyed : card.name === 'demo' ? drawn(card) : []);

/** All clips of each class that has any, as one choice. @param {ModelCard} card @param {Choice[]} clips @param {string} asked @returns {Choice[]} */
export function wholes(card, clips, asked) {
  const own = classOf(asked);
  const there = [...new Set([...clips.flatMap(({label}) => (label === null ? [] : [label])), ...(own === null ? [] : [own])])].sort((a, b) => a - b);
  return there.map((label) => ({id: wholeOf(label), name: `clips of ${card.classes[label] ?? `class ${label}`}`, label, predicted: null, whole: true}));
}

/** In the place of a clip: all that are known of a class. @param {number} label */
export const wholeOf = (label) => `class-${label}`;

/** The class whose clips are meant; null: it is a clip. @param {string} clip */
export const classOf = (clip) => (/^class-\d+$/.test(clip) ? Number(clip.slice(6)) : null);

/** With the clip itself, whatever it is. @param {Choice[]} clips @param {string} clip @returns {Choice[]} */
export function including(clips, clip) {
  if (classOf(clip) !== null || clips.some(({id}) => id === clip)) return clips;
  const [own, at] = /^[0-9a-f]{32}-\d+$/.test(clip) ? clip.split('-') : [clip, ''];
  const name = clips.find(({id}) => id === own)?.name ?? own;
  return [{id: clip, name: at ? `${name} at ${(Number(at) / 1000).toFixed(1)} s` : name, label: null, predicted: null, brought: Boolean(at)}, ...clips];
}

/** @param {ModelCard} card @returns {Choice[]} */
const drawn = (card) => Array.from({length: DRAWN}, (_, i) => ({id: `drawn-${i}`, name: `drawn clip ${i}${i % 2 ? ', ambiguous' : ''}`, label: (i >> 1) % card.classes.length, predicted: null}));
