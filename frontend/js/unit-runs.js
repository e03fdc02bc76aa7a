/** One unit with its model, its layer and the present states of the runs that make its triplet. */

import * as api from './api.js';
import {layerOf, useModel} from './catalogue.js';
import {useResource} from './resource.js';
import {neededVariants} from './shown.js';
import {learn, ofUnit, useVisualizations} from './visualizations.js';

/** @param {string} model @param {string} layer @param {number} number @param {number} seed */
export function useUnitRuns(model, layer, number, seed) {
  const card = useModel(model);
  const facts = layerOf(card.value, layer);
  const found = useResource(`unit ${model} ${layer} ${number} ${seed}`, () => learn(() => api.unit(model, layer, number, {seed}), ofUnit));
  const variants = card.value && facts ? neededVariants(card.value, facts) : [];
  const live = useVisualizations(variants.map((variant) => found.value?.variants[variant]));
  const runs = Object.fromEntries(variants.map((variant, i) => [variant, live[i]]));
  return {card: card.value, layer: facts, unit: found.value, runs, problem: card.problem ?? found.problem};
}
