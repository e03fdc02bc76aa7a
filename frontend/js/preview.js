/** The picture of a running optimization: all inputs side by side, of which a place shows its own. */

import {html, useState} from './html.js';

/** @typedef {'left' | 'right' | 'whole'} Side */

/** Which part belongs to a place. @param {string} role appearance, slow or fast @param {number} inputs @returns {Side} */
export function sideOf(role, inputs) {
  if (inputs < 2) return 'whole';
  return role === 'appearance' ? 'left' : 'right';
}

/** One that is no longer kept (its worker died, or other work went before) is not shown as a broken picture.
 * @param {{url: string, side: Side, label?: string}} props */
export function Preview({url, side, label = ''}) {
  const [gone, setGone] = useState('');
  if (gone === url) return html`<b>Starting…</b>`;
  return html`<img class=${`preview preview-${side}`} src=${url} alt=${label} onError=${() => setGone(url)} />`;
}
