/** A value that can be watched. Knows nothing of what it holds. */

import {useEffect, useState} from './html.js';

/** @template T */
export class Store {
  /** @param {T} value */
  constructor(value) {
    this.value = value;
    /** @type {Set<() => void>} */
    this.watchers = new Set();
  }

  /** @param {T} value */
  set(value) {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const watcher of [...this.watchers]) watcher();
  }

  /** @param {Partial<T>} change */
  patch(change) {
    this.set({...this.value, ...change});
  }

  /** @param {() => void} watcher @returns {() => void} stop watching */
  watch(watcher) {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }
}

/**
 * A store of plain values that survives a reload. Private windows may forbid storage: then it lasts for the page.
 * @template T @param {string} key @param {T} initial @returns {Store<T>}
 */
export function keptStore(key, initial) {
  const store = new Store({...initial, ...recall(key)});
  store.watch(() => keep(key, store.value));
  return store;
}

/** @template T @param {Store<T>} store @returns {T} */
export function useStore(store) {
  const [, redraw] = useState(store.value);
  useEffect(() => {
    // what changed between drawing and now was not seen yet: setting an unchanged value draws nothing
    redraw(() => store.value);
    return store.watch(() => redraw(() => store.value));
  }, [store]);
  return store.value;
}

/** @param {string} key */
function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}');
  } catch {
    return {};
  }
}

/** @param {string} key @param {any} value */
function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // nothing to be done: the setting lasts for this page
  }
}
