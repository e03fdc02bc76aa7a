/** How many units of a layer, or of several, have pictures: in any variant, and in all that the layer is shown in. Dead ones have none. */

import {countText} from './text.js';

/** @typedef {import('./types.js').Coverage} Coverage */
/** units: those that can have pictures. @typedef {{pictured: number, complete: number, dead: number, units: number}} Counts */

/** @param {Coverage | null} coverage @param {import('./types.js').LayerCard[]} layers @returns {Counts} */
export function countsOf(coverage, layers) {
  const each = layers.map(({path}) => coverage?.layers[path]);
  const sum = (/** @type {keyof Counts} */ name) => each.reduce((total, counts) => total + (counts?.[name] ?? 0), 0);
  const [all, dead] = [layers.reduce((total, {units}) => total + units, 0), sum('dead')];
  return {pictured: sum('pictured'), complete: sum('complete'), dead, units: all - dead};
}

/** What is said behind the number of units. @param {Counts} counts */
const allText = ({pictured, complete}) => (pictured === complete ? '' : `; ${complete.toLocaleString('en')} in all variants`);

/** @param {Counts} counts */
const deadText = ({dead}) => (dead ? `; ${dead.toLocaleString('en')} dead` : '');

/** @param {Counts} counts */
export const picturedText = (counts) => `${counts.pictured.toLocaleString('en')} of ${countText(counts.units, 'unit')} ${counts.units === 1 ? 'has' : 'have'} pictures${allText(counts)}${deadText(counts)}`;

/** The same where there is little room. @param {Counts} counts */
export const shortText = (counts) => `${counts.pictured.toLocaleString('en')} / ${counts.units.toLocaleString('en')}${allText(counts)}`;
