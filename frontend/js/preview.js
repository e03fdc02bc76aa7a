/** The picture of a running optimization: all inputs side by side, of which a place shows its own. */

import {html} from './html.js';

/** @typedef {'left' | 'right' | 'whole'} Side */

/** Which part belongs to a place. @param {string} role appearance, slow or fast @param {number} inputs @returns {Side} */
export function sideOf(role, inputs) {
  if (inputs < 2) return 'whole';
  return role === 'appearance' ? 'left' : 'right';
}

/** @param {{url: string, side: Side, label?: string}} props */
export function Preview({url, side, label = ''}) {
  return html`<img class=${`preview preview-${side}`} src=${url} alt=${label} />`;
}
