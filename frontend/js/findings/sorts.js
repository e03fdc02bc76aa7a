/** What else a layer's units can be sorted by, where the model was analysed. */

/** @type {Record<string, string>} */
export const FOUND = {selectivity: 'class selectivity', invariance: 'invariance to speed', joint: 'need of both inputs', interaction: 'interaction'};

/** @param {import('../types.js').LayerCard} layer @param {import('./types.js').Overview | null} overview @returns {Record<string, string>} */
export function foundSorts(layer, overview) {
  const found = overview?.layers.find(({path}) => path === layer.path);
  if (!found) return {};
  const {selectivity, invariance, joint, interaction} = FOUND;
  return {
    ...(found.selectivity === null ? {} : {selectivity}),
    ...(found.invariance === null ? {} : {invariance}),
    ...(found.joint === null ? {} : {joint, interaction}),
  };
}
