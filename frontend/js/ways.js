/** The same unit asked for otherwise: its opposite, the whole channel, other ideas of what inputs are likely. */

import {Alternatives} from './alternatives.js';
import {html} from './html.js';
import {PRIORS} from './text.js';

/** Waves want more steps than pixels (docs/method.md). */
const STEPS = 300;

/** @type {import('./alternatives.js').Way[]} */
const WAYS = [
  {name: 'Against the rest', how: {contrast: 0.6}, note: 'What tells the class from all others, not only what raises it.'},
  {name: 'Opposite', how: {negative: true}, note: 'What it answers to least: what speaks against it.'},
  {name: 'Everywhere', how: {objective: 'channel'}, note: 'Excited in every place at once: its texture.'},
  {name: PRIORS.fourier, how: {prior: 'fourier', steps: STEPS}, note: 'Grown from waves of natural amplitude, as in Lucid.'},
  {name: PRIORS.phase, how: {prior: 'phase', steps: STEPS}, note: 'Only the phases of natural waves are free, as in MACO.'},
  {name: PRIORS.features, how: {prior: 'features', steps: STEPS}, note: 'Maps as on its training clips, by what batch normalization kept, as in LEAPS.'},
];

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, number: number, how: import('./api.js').How}} props */
export function Ways({card, layer, number, how}) {
  const cells = layer.frames * layer.height * layer.width;
  const fits = (/** @type {import('./alternatives.js').Way} */ {how: {objective, prior, contrast}}) => (cells > 1 || objective !== 'channel') && (layer.kind === 'class' || !contrast) && (prior !== 'features' || card.layers.some(({norm}) => norm));
  const ways = WAYS.filter(fits).map((way) => ({...way, how: {...way.how, seed: how.seed}}));
  return html`<${Alternatives} ...${{card, layer, number, ways}} title="Asked otherwise" here=${wayOf(how)?.name} more=${(/** @type {number} */ count) => `${count} of these`}
    note="What shows in all of them is the unit's; what changes comes of the way it was asked, or of the prior." />`;
}

/** What a unit page's URL asks for. @param {URLSearchParams} query @returns {import('./api.js').How} */
export function howOf(query) {
  const number = (/** @type {string} */ name) => Number(query.get(name)) || null;
  return {seed: number('seed'), negative: query.get('negative') === 'true' || null, objective: query.get('objective'), prior: query.get('prior'), contrast: number('contrast'), steps: number('steps')};
}

/** The way that a page shows. @param {import('./api.js').How} how */
export function wayOf({negative, objective, prior, contrast}) {
  return WAYS.find((way) => Boolean(way.how.negative) === Boolean(negative) && (way.how.objective ?? null) === (objective ?? null) && (way.how.prior ?? null) === (prior ?? null) && (way.how.contrast ?? null) === (contrast ?? null)) ?? null;
}
