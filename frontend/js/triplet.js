/** Appearance | slow motion | fast motion: which picture of which run fills each of the three places. */

import {isOneInput} from './catalogue.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/**
 * @typedef {object} Place One of the three.
 * @property {'appearance' | 'slow' | 'fast'} role
 * @property {string} title
 * @property {Visualization | undefined} visualization
 * @property {import('./types.js').StreamPicture | undefined} picture none: not there (yet)
 * @property {string | null} blind why there can be no picture at all
 * @property {number} inputs how many inputs the run makes pictures of
 */

/**
 * @param {import('./types.js').ModelCard} card @param {import('./types.js').LayerCard | null} layer
 * @param {Partial<Record<string, Visualization>>} runs @param {'slow' | 'fast'} [appearanceOf] whose appearance is shown
 * @returns {Place[]}
 */
export function triplet(card, layer, runs, appearanceOf = 'slow') {
  if (isOneInput(card)) {
    return [
      place('appearance', 'Appearance', runs.still, 'clip'),
      place('slow', 'Slow motion', runs.slow, 'clip'),
      place('fast', 'Fast motion', runs.fast, 'clip'),
    ];
  }
  const still = kinds(card, 'motion');
  const seen = layer?.streams ?? card.streams.map((stream) => stream.name);
  const looks = card.streams.some((stream) => stream.kind !== 'motion' && seen.includes(stream.name));
  const moves = card.streams.some((stream) => still.includes(stream.name) && seen.includes(stream.name));
  const noLook = looks ? null : 'This layer sees motion only.';
  const noMove = moves ? null : 'This layer sees appearance only.';
  return [
    place('appearance', 'Appearance', runs[appearanceOf], 'look', noLook, seen.length),
    place('slow', 'Slow motion', runs.slow, 'motion', noMove, seen.length),
    place('fast', 'Fast motion', runs.fast, 'motion', noMove, seen.length),
  ];
}

/** @param {import('./types.js').ModelCard} card @param {string} kind */
function kinds(card, kind) {
  return card.streams.filter((stream) => stream.kind === kind).map((stream) => stream.name);
}

/** @param {Place['role']} role @param {string} title @param {Visualization | undefined} visualization @param {'clip' | 'look' | 'motion'} want @param {string | null} [blind] @param {number} [inputs] @returns {Place} */
function place(role, title, visualization, want, blind = null, inputs = 1) {
  return {role, title, visualization, picture: blind ? undefined : pictureOf(visualization, want), blind, inputs};
}

/** @param {Visualization | undefined} visualization @param {'clip' | 'look' | 'motion'} want */
export function pictureOf(visualization, want) {
  const pictures = visualization?.result?.streams ?? [];
  if (want === 'motion') return pictures.find((picture) => picture.kind === 'motion');
  return pictures.find((picture) => picture.kind !== 'motion');
}
