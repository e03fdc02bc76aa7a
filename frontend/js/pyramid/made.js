/** A pyramid that was asked for: looking whether it is there, having it made, and its title. */

import * as api from '../api.js';
import {useResource} from '../resource.js';
import {learn} from '../visualizations.js';

/** @typedef {import('./types.js').Pyramid} Pyramid */
/** @typedef {{clip: string, class: number | null, rival: number | null, rows?: string | null}} Asked */

/** Units of a row that may be drawn while it is not known how many there are. */
const UNKNOWN = 16;

/** @param {string} model @param {Asked} asked */
export function usePyramid(model, asked) {
  const found = useResource(`pyramid ${model} ${JSON.stringify(asked)}`, () => learn(() => api.pyramid(model, asked), ({job}) => [job]));
  const rows = asked.rows ? asked.rows.split(',').map((row) => row.split(/[+ ]/)) : null;
  return {found, ask: () => api.makePyramid(model, {...asked, rows})};
}

/** Units that a row may have by themselves. @param {Pyramid | null} pyramid */
export const mostOf = (pyramid) => (pyramid ? Math.max(1, ...pyramid.rows.map(({nodes}) => nodes.filter(({unit}) => unit !== null).length)) : UNKNOWN);

/** What the score is of; empty while that is not known. @param {import('../types.js').ModelCard} card @param {number | null} label @param {number | null} rival */
export function titleOf(card, label, rival) {
  const name = label === null ? '' : card.classes[label] ?? '';
  return name && rival !== null ? `${name} and not ${card.classes[rival]}` : name;
}
