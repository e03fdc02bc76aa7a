/** What a visitor sets about the page itself: theme and keyboard shortcuts. */

import {keptStore} from './store.js';

/** @type {import('./store.js').Store<{theme: 'system' | 'light' | 'dark', keys: boolean}>} */
export const settings = keptStore('kinetoscope.settings', {theme: 'system', keys: true});

/** Follow the theme; the style sheet reads the attribute. */
export function applyTheme() {
  const {theme} = settings.value;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

settings.watch(applyTheme);
