/** What clips say of a unit, in one line: for who looks at the page for ten seconds. The figures are in the panels below. */

import * as api from '../api.js';
import {html} from '../html.js';
import {useResource} from '../resource.js';
import {useOverview} from './overview.js';

/** From this selectivity on a unit is said to speak for a class, from this invariance on not to mind speed. */
const [SELECTIVE, INVARIANT] = [0.5, 0.8];

/** @param {{card: import('../types.js').ModelCard, layer: import('../types.js').LayerCard, number: number}} props */
export function InWords({card, layer, number}) {
  const overview = useOverview(card.name);
  const found = useResource(overview ? `findings ${card.name} ${layer.path} ${number}` : null, () => api.unitFindings(card.name, layer.path, number)).value;
  const said = found ? wordsOf(card, found) : [];
  // its line is there before its words are
  return overview ? html`<span class="in-words">${said.length ? html`On clips: <b>${said.join(', ')}</b>` : null}</span>` : null;
}

/** @param {import('../types.js').ModelCard} card @param {import('./types.js').UnitView} view @returns {string[]} */
export function wordsOf(card, {findings: {profile, selectivity, balance, tuning}, present}) {
  const best = present[profile.indexOf(Math.max(...profile))];
  const parts = Object.entries(balance?.shares ?? {}).sort((a, b) => b[1] - a[1]);
  return [
    selectivity === null || best === undefined ? '' : selectivity < SELECTIVE ? `answers to many classes, most to ${card.classes[best]}` : `answers to ${card.classes[best]}`,
    parts.length < 2 ? '' : balance?.joint ? 'needs both inputs' : `${parts[0][0]} nearly suffices`,
    tuning === null ? '' : tuning.invariance >= INVARIANT ? 'does not mind speed' : 'minds speed',
  ].filter(Boolean);
}
