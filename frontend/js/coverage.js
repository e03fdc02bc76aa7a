/** How many units of a layer, or of several, have pictures: computed in any variant, and in all that the layer is shown in. */

import {countText} from './text.js';

/** @typedef {import('./types.js').Coverage} Coverage */
/** @typedef {{pictured: number, complete: number, units: number}} Counts */

/** @param {Coverage | null} coverage @param {import('./types.js').LayerCard[]} layers @returns {Counts} */
export function countsOf(coverage, layers) {
  const each = layers.map(({path}) => coverage?.layers[path]);
  const sum = (/** @type {keyof Counts} */ name) => each.reduce((total, counts) => total + (counts?.[name] ?? 0), 0);
  return {pictured: sum('pictured'), complete: sum('complete'), units: layers.reduce((total, {units}) => total + units, 0)};
}

/** What is said behind the number of units. @param {Counts} counts */
const allText = ({pictured, complete}) => (pictured === complete ? '' : `; ${complete.toLocaleString('en')} in all variants`);

/** @param {Counts} counts */
export const picturedText = (counts) => `${counts.pictured.toLocaleString('en')} of ${countText(counts.units, 'unit')} ${counts.units === 1 ? 'has' : 'have'} pictures${allText(counts)}`;

/** The same where there is little room. @param {Counts} counts */
export const shortText = (counts) => `${counts.pictured.toLocaleString('en')} / ${counts.units.toLocaleString('en')}${allText(counts)}`;
