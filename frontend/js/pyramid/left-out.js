/** Which output sizes have no row in a pyramid, and why; those that could have one are a press away. */

import {layerOf} from '../catalogue.js';
import {html} from '../html.js';
import {breakable} from '../page.js';
import {setQuery} from '../router.js';
import {isAtlas} from '../site.js';
import {countText} from '../text.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */

/** @param {{card: ModelCard, pyramid: import('./types.js').Pyramid}} props */
export function LeftOut({card, pyramid: {rows, left_out: sizes = []}}) {
  if (!sizes.length) return null;
  const [fit, around] = [sizes.filter(({row}) => row.length), sizes.filter(({row}) => !row.length)];
  const every = byDepth(card, [...rows.map(({layers}) => layers), ...fit.map(({row}) => row)]);
  const sizeOf = (/** @type {import('./types.js').LeftOut} */ {height, width, layers}) => html`<b>${height} × ${width}</b> (${countText(layers, 'layer')})`;
  return html`<section class="left-out small" aria-label="What has no row"><p class="muted">A row is the last layer of an output size that all paths pass; up to five are chosen. Without a row:</p>
    <ul>${fit.map((each) => html`<li key=${each.row.join()}>${sizeOf(each)}: five are shown without it; it would be ${breakable(each.row.join(' + '))}.</li>`)}
      ${around.map((each) => html`<li key=${`${each.height} ${each.width}`}>${sizeOf(each)}: paths lead around ${each.layers === 1 ? 'it' : 'each of them'}.</li>`)}</ul>
    ${fit.length && !isAtlas ? html`<p><button class="button quiet-button" onClick=${() => setQuery({rows: written(every), node: null}, {})}>Show ${fit.length === 1 ? 'it' : 'them'} too</button></p>` : null}</section>`;
}

/** Rows as an address has them, from the score downwards. @param {string[][]} rows */
const written = (rows) => rows.map((row) => row.join('+')).join();

/** @param {ModelCard} card @param {string[][]} rows */
function byDepth(card, rows) {
  const depth = (/** @type {string[]} */ row) => Math.max(...row.map((path) => layerOf(card, path)?.depth ?? 0));
  return [...rows].sort((a, b) => depth(b) - depth(a));
}
