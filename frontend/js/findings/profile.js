/** Signed bars: what a unit does for each class. */

import {html, useState} from '../html.js';
import {to} from '../router.js';
import {figures} from '../text.js';

/** Classes that are listed before one asks for all. */
const FEW = 10;

/** @param {{card: import('../types.js').ModelCard, present: number[], profile: number[], contribution: number[], selectivity: number | null}} props */
export function Profile({card, present, profile, contribution, selectivity}) {
  const [what, setWhat] = useState(/** @type {'profile' | 'contribution'} */ ('profile'));
  const [all, setAll] = useState(false);
  const values = what === 'profile' ? profile : contribution;
  const most = Math.max(1e-9, ...values.map(Math.abs));
  const order = present.map((label, i) => ({label, value: values[i]})).sort((a, b) => b.value - a.value);
  const listed = all || order.length <= FEW ? order : order.slice(0, FEW);
  if (!present.length) return null;
  return html`<section class="panel"><header class="panel-head"><div><h2>Classes it speaks for</h2>
      <p class="muted small">Selectivity <b class="figures">${figures(selectivity)}</b>: 1 answers to one class, 0 to all alike.</p></div>
    <div class="segments segments-small" role="group" aria-label="What is measured">
      <button aria-pressed=${what === 'profile'} onClick=${() => setWhat('profile')}>Activation</button>
      <button aria-pressed=${what === 'contribution'} onClick=${() => setWhat('contribution')}>Share in the logit</button></div></header>
    <ol class="bars">${listed.map(({label, value}) => html`<li key=${label}><a href=${to.class(card.name, label)}>${card.classes[label]}</a>
      <${SignedBar} share=${value / most} /><span class="figures small">${figures(value)}</span></li>`)}</ol>
    ${order.length > FEW ? html`<button class="quiet" onClick=${() => setAll(!all)}>${all ? 'Fewer' : `All ${order.length} classes`}</button>` : null}
  </section>`;
}

/** A bar from the middle, to the right or, for what is negative, to the left. @param {{share: number}} props */
export function SignedBar({share}) {
  const wide = 50 * Math.min(1, Math.abs(share));
  return html`<svg class="signed" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><line class="chart-grid" x1="50" x2="50" y1="0" y2="10" />
    <rect class=${share < 0 ? 'signed-less' : 'signed-more'} x=${share < 0 ? 50 - wide : 50} y="1" width=${wide} height="8" /></svg>`;
}
