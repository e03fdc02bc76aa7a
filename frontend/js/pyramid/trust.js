/** How far a pyramid can be trusted: what leads around its rows, and whether the class is what the clip is taken for. */

import {html} from '../html.js';
import {figures} from '../text.js';

/** Up to here an error is that of rounding. */
export const CLOSED = 1e-4;

/** @param {{card: import('../types.js').ModelCard, pyramid: import('./types.js').Pyramid, clip: import('../findings/types.js').SurveyedClip | null}} props */
export function Trust({card, pyramid: {label, predicted, rows, rival}, clip}) {
  const own = clip?.label ?? null;
  const wrong = label !== predicted ? `The clip is taken for ${card.classes[predicted]}: this is the score of another class.`
    : own !== null && own !== predicted ? `The clip is one of ${card.classes[own]} and is taken for ${card.classes[predicted]}.` : '';
  return html`<section class="panel" aria-label="Can this be trusted"><h2>Can this be trusted?</h2>
    ${wrong ? html`<p class="warning small" role="note">${wrong}</p>` : html`<p class="small">The clip is taken for ${card.classes[predicted]}${own === null ? '' : ', rightly'}${rival === null ? '' : `; this is why not ${card.classes[rival]}`}.</p>`}
    <h3>What rows leave out</h3><ul class="pyramid-list small">${rows.map(({layers, error}, row) => html`<li key=${row}><span>${layers.join(' + ')}</span><span>${row === 0 ? 'the score itself is above' : said(error)}</span></li>`)}</ul>
    <p class="muted small">What the units of a row give to the row above, against what the score owes them.</p></section>`;
}

/** @param {number} error */
const said = (error) => (error <= CLOSED ? 'all paths pass the row above' : `up to ${figures(100 * error)} % of a unit leads around the row above`);
