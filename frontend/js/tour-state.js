/** How far a visitor is on the tour; once it is over or skipped it does not come back by itself. */

import {keptStore} from './store.js';

/** The model that it leads through. */
export const DEMO = 'demo';

/** @type {import('./store.js').Store<{step: number, over: boolean}>} */
export const tour = keptStore('kinetoscope.tour', {step: 0, over: false});

/** Whether the tour may speak here: on the first page, and on the demo's. @param {string[]} parts of the path */
export const isOnTour = (parts) => !parts.length || (parts[0] === 'models' && parts[1] === DEMO);
