/** Whether the page is being scrolled so fast that nobody sees a single picture: drawing them would only hold it up. */

import {Store} from './store.js';

/** Pixels a second from which on it is too fast to see. */
const FAST = 2500;

/** Rest after which pictures are drawn again. */
const REST_MS = 120;

/** @type {Store<boolean>} */
export const haste = new Store(false);

let [y, at, rest] = [0, 0, 0];

/** Follow the page's scrolling. */
export function watchHaste() {
  addEventListener('scroll', () => {
    const now = performance.now();
    const speed = (1000 * Math.abs(scrollY - y)) / Math.max(now - at, 1);
    // a jump, as by a link or a key, is no scrolling
    if (now - at < 200 && speed > FAST) haste.set(true);
    [y, at] = [scrollY, now];
    clearTimeout(rest);
    rest = setTimeout(() => haste.set(false), REST_MS);
  }, {passive: true});
}
