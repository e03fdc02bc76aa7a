/** How far a pyramid can be trusted: what leads around its rows, what its units do when they are taken away. */

import {html} from '../html.js';
import {countText, figures} from '../text.js';

/** @typedef {import('./types.js').TrustFigures} TrustFigures */

/** Up to here an error is that of rounding. */
export const CLOSED = 1e-4;

const RULES = /** @type {const} */ ({default: 'this pyramid', original: 'the published rule', random: 'at random'});
const LINES = {default: 'chart-slow', original: 'chart-fast', random: 'chart-random'};

/** @param {{card: import('../types.js').ModelCard, pyramid: import('./types.js').Pyramid, clip: import('../findings/types.js').SurveyedClip | null}} props */
export function Trust({card, pyramid: {label, predicted, rows, rival, trust, members}, clip}) {
  const own = clip?.label ?? null;
  const many = members.length > 0;
  const wrong = label !== predicted ? many ? `Most of the clips are taken for ${card.classes[predicted]}: this is the score of another class.` : `The clip is taken for ${card.classes[predicted]}: this is the score of another class.`
    : own !== null && own !== predicted ? `The clip is one of ${card.classes[own]} and is taken for ${card.classes[predicted]}.` : '';
  return html`<section class="panel" aria-label="Can this be trusted"><h2>Can this be trusted?</h2>
    ${wrong ? html`<p class="warning small" role="note">${wrong}</p>` : many ? html`<p class="small">Most of the clips are taken for ${card.classes[predicted]}${rival === null ? '' : `; this is why not ${card.classes[rival]}`}. Errors are the largest of any clip; units are silenced on the first of them, in the order of the means.</p>` : html`<p class="small">The clip is taken for ${card.classes[predicted]}${own === null ? '' : ', rightly'}${rival === null ? '' : `; this is why not ${card.classes[rival]}`}.</p>`}
    <h3>What rows leave out</h3><ul class="pyramid-list small">${rows.map(({layers, error}, row) => html`<li key=${row}><span>${layers.join(' + ')}</span><span>${row === 0 ? 'the score itself is above' : said(error)}</span></li>`)}</ul>
    <p class="muted small">What the units of a row give to the row above, against what the score owes them.</p>
    ${trust ? html`<${Trial} trust=${trust} />${trust.agreement.length ? html`<${Agreement} trust=${trust} />` : null}` : null}</section>`;
}

/** @param {number} error */
const said = (error) => (error <= CLOSED ? 'all paths pass the row above' : `up to ${figures(100 * error)} % of a unit leads around the row above`);

/** @param {{trust: TrustFigures}} props */
function Trial({trust}) {
  const {layers, curves} = trust;
  const fall = (/** @type {import('./types.js').Curve | undefined} */ curve) => (curve ? curve.removed.reduce((sum, value) => sum + trust.score - value, 0) / curve.removed.length : null);
  const [ours, published, random] = ['default', 'original', 'random'].map((rule) => fall(curves.find((curve) => curve.rule === rule)));
  const times = (/** @type {number | null} */ other) => (ours !== null && other !== null && other > 0 && ours > 0 ? `${figures(ours / other)} times` : 'more than');
  return html`<h3>Without its units</h3><p class="small">Units of ${layers.join(' + ')} set to 0, the strongest first. The score falls ${ours === null ? '' : html`by <b class="figures">${figures(ours)}</b> in the mean${random === null ? '' : html`, <b>${times(random)}</b> what random units take`}${published === null ? '' : html` and <b>${times(published)}</b> what those of the published rule take`}`}.</p>
    <${Chart} trust=${trust} part="removed" title="score, units taken away" /><${Chart} trust=${trust} part="kept" title="score, only these units left" />
    <ul class="chart-legend small">${curves.map(({rule}) => html`<li key=${rule}><svg viewBox="0 0 24 6" aria-hidden="true"><line class=${`chart-line ${LINES[rule]}`} x1="0" x2="24" y1="3" y2="3" /></svg>${RULES[rule]}</li>`)}</ul>`;
}

/** @param {{trust: TrustFigures, part: 'removed' | 'kept', title: string}} props */
function Chart({trust: {shares, score, nothing, curves}, part, title}) {
  const all = curves.flatMap((curve) => curve[part]).concat(score, nothing);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (/** @type {number} */ value) => 4 + 72 * (1 - (value - low) / (high - low || 1));
  const x = (/** @type {number} */ i) => (200 * i) / shares.length;
  const points = (/** @type {number[]} */ values) => [part === 'removed' ? score : nothing, ...values].map((value, i) => `${x(i)},${y(value).toFixed(1)}`).join(' ');
  const words = curves.map((curve) => `${RULES[curve.rule]} ${curve[part].map(figures).join(', ')}`).join('; ');
  return html`<figure class="trust-chart"><svg viewBox="0 0 200 80" preserveAspectRatio="none" role="img" aria-label=${`${title}, at ${shares.map((share) => `${100 * share} %`).join(', ')} of the units: ${words}`}>
      <line class="chart-grid" x1="0" x2="200" y1=${y(score)} y2=${y(score)} /><line class="chart-grid" x1="0" x2="200" y1=${y(nothing)} y2=${y(nothing)} />
      ${curves.map((curve) => html`<polyline key=${curve.rule} class=${`chart-line ${LINES[curve.rule]}`} points=${points(curve[part])} />`)}</svg>
    <figcaption class="small muted">${title}: ${figures(score)} with all, ${figures(nothing)} with none; at ${shares.map((share) => figures(100 * share).replace(/\.0+$/, '')).join(', ')} % of the units</figcaption></figure>`;
}

/** @param {{trust: TrustFigures}} props */
function Agreement({trust: {agreement, unfollowed}}) {
  return html`<h3>The published rule beside it</h3><ul class="pyramid-list small">${agreement.map(({layers, units, kept, strongest, shared}) => html`<li key=${layers.join()}><span>${layers.join(' + ')}</span>
      <span>keeps ${kept} of ${countText(units, 'unit')}, ${shared} of the ${strongest} strongest here</span></li>`)}</ul>
    ${unfollowed.length ? html`<p class="muted small">It cannot go on everywhere: ${unfollowed[0]}${unfollowed.length > 1 ? `, and at ${unfollowed.length - 1} more` : ''}.</p>` : null}`;
}
