/** What else a layer's units can be sorted and chosen by, where the model was analysed. */

import * as api from '../api.js';
import {useResource} from '../resource.js';

/** @typedef {import('./types.js').Index} Index */
/** @typedef {import('./types.js').Overview} Overview */

/** @type {Record<string, string>} */
const TITLES = {
  selectivity: 'class selectivity', invariance: 'invariance to speed', rest: 'activation at rest', joint: 'need of both inputs',
  interaction: 'interaction', maximum: 'activation on clips', chi: 'invariance to χ',
};

/** @type {Record<string, string>} */
const OF_A_KIND = {share: 'share of', profile: 'activation on', contribution: 'share in the logit of'};

/** An index in words. @param {import('../types.js').ModelCard} card @param {string} name */
export function titleOf(card, name) {
  const [kind, which] = name.split('.');
  return TITLES[name] ?? (kind in OF_A_KIND ? `${OF_A_KIND[kind]} ${kind === 'share' ? which : card.classes[Number(which)]}` : name);
}

/** @param {import('../types.js').ModelCard | null} card @param {string} layer @param {Overview | null} overview @returns {Index[] | null} null: not known yet */
export function useIndexes(card, layer, overview) {
  const found = useResource(overview && card ? `indexes ${card.name} ${layer}` : null, () => api.layerIndexes(card?.name ?? '', layer));
  return overview ? (found.value?.items ?? null) : [];
}

/** Names of indexes by class, in two kinds. @param {Overview | null} overview @returns {[string, string[]][]} title and names of each */
export function classIndexes(overview) {
  const numbers = overview?.present ?? [];
  if (!numbers.length) return [];
  return [['Activation on clips of', numbers.map((n) => `profile.${n}`)], ['Share in the logit of', numbers.map((n) => `contribution.${n}`)]];
}
