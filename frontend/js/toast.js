/** Short messages at the edge of the page: errors in the server's own words, and small confirmations. */

import {Problem} from './problem.js';
import {html} from './html.js';
import {Store, useStore} from './store.js';

/** @typedef {{id: number, tone: 'error' | 'note', title: string, text: string}} Toast */

/** @type {Store<Toast[]>} */
const toasts = new Store(/** @type {Toast[]} */ ([]));
let count = 0;

/** @param {string} title @param {string} [text] */
export function note(title, text = '') {
  add({id: ++count, tone: 'note', title, text}, 4000);
}

/** Show what went wrong. @param {unknown} reason */
export function complain(reason) {
  const title = reason instanceof Problem ? reason.title : 'Something went wrong';
  const text = reason instanceof Error ? reason.message : String(reason);
  add({id: ++count, tone: 'error', title, text}, 12000);
}

/** @param {Toast} toast @param {number} lasts in milliseconds */
function add(toast, lasts) {
  toasts.set([...toasts.value.filter((old) => old.text !== toast.text || old.title !== toast.title), toast].slice(-4));
  setTimeout(() => remove(toast.id), lasts);
}

/** @param {number} id */
function remove(id) {
  toasts.set(toasts.value.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const shown = useStore(toasts);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.map((toast) => html`<div key=${toast.id} class=${`toast toast-${toast.tone}`}>
      <div><b>${toast.title}</b>${toast.text ? html`<p>${toast.text}</p>` : null}</div>
      <button class="quiet" aria-label="Dismiss message" onClick=${() => remove(toast.id)}>✕</button>
    </div>`)}
  </div>`;
}
