/** Links to the pages of a long list. */

import {html} from './html.js';

/** @param {{page: number, pages: number, url: (page: number) => string}} props */
export function Pager({page, pages, url}) {
  if (pages < 2) return null;
  const near = [...new Set([1, page - 1, page, page + 1, pages])].filter((n) => n >= 1 && n <= pages);
  return html`<nav class="pager" aria-label="Pages of this list"><ol>
    ${near.map((n, i) => html`${i && n - near[i - 1] > 1 ? html`<li aria-hidden="true">…</li>` : null}
      <li key=${n}><a href=${url(n)} aria-current=${n === page ? 'page' : undefined} aria-label=${`Page ${n} of ${pages}`}>${n}</a></li>`)}
    </ol></nav>`;
}
