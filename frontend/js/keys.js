/** Keyboard shortcuts: one table for the page, shown by the help dialog. Off by one setting (WCAG 2.1.4). */

import {html, useLayoutEffect} from './html.js';
import {settings} from './settings.js';

/** What each key does, in words; views give the handlers. @type {[string, string][]} */
export const KEYS = [
  ['Space', 'Play or pause all pictures'],
  [', and .', 'One frame back or on'],
  ['j and k, or → and ←', 'Next or previous unit'],
  ['1 2 3', 'Enlarge appearance, slow or fast motion'],
  ['c', 'Compare this unit with others'],
  ['f', 'Make this unit a favourite, or not'],
  ['/', 'Search models, layers, units and classes'],
  ['?', 'This help'],
  ['Esc', 'Close what is open'],
];

/** @type {Map<string, () => void>[]} innermost last */
const layers = [];

/** Handle keys as soon as the component is seen, and while it is there. @param {Record<string, () => void>} table */
export function useKeys(table) {
  useLayoutEffect(() => {
    const layer = new Map(Object.entries(table));
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  });
}

export function listenToKeys() {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (!settings.value.keys) return;
    for (const layer of [...layers].reverse()) {
      const handler = layer.get(event.key);
      if (!handler) continue;
      event.preventDefault();
      return handler();
    }
  });
}

/** Whether the key belongs to the element that has the focus. @param {KeyboardEvent} event */
function isTyping(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (!target || target.closest('dialog')) return Boolean(target);
  if (target.closest('input:not([type="checkbox"]), select, textarea, [contenteditable]')) return true;
  return event.key === ' ' && Boolean(target.closest('button, a, summary, label, input'));
}

export function KeyTable() {
  return html`<dl class="keys">${KEYS.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>`;
}
