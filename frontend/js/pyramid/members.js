/** The clips that a pyramid of several is the mean of: what the score is on each. */

import {html} from '../html.js';
import {to} from '../router.js';
import {countText, figures} from '../text.js';

/** @param {{card: import('../types.js').ModelCard, pyramid: import('./types.js').Pyramid}} props */
export function Members({card, pyramid: {members, label, rival}}) {
  const most = Math.max(...members.map(({score}) => score), 1e-9);
  const taken = members.filter(({predicted}) => predicted === label).length;
  return html`<section class="panel" aria-label="The clips"><h2>The clips</h2>
    <p class="small muted">All figures are means over ${countText(members.length, 'clip')}, of which ${taken} ${taken === 1 ? 'is' : 'are'} taken for ${card.classes[label]}. The score on each:</p>
    <ol class="bars pyramid-members">${members.map(({clip, name, score, predicted}) => html`<li key=${clip}><span><a href=${to.pyramid(card.name, {clip, class: label, rival})}>${name}</a>${predicted === label ? null : html` <span class="small muted">taken for ${card.classes[predicted]}</span>`}</span>
      <progress max=${most} value=${Math.max(0, score)} aria-hidden="true"></progress><span class="figures small">${figures(score)}</span></li>`)}</ol></section>`;
}
