/** Something that a view asks the API for: waiting, there, or a problem. */

import {useCallback, useLayoutEffect, useState} from './html.js';

/**
 * @template T
 * @typedef {{value: T | null, problem: Error | null, waiting: boolean, reload: () => void}} Resource
 */

/**
 * What `load` gives, asked for again whenever `key` changes. While a new key loads there is no value; a reload keeps it.
 * @template T @param {string | null} key null: nothing to ask for
 * @param {() => Promise<T>} load @returns {Resource<T>}
 */
export function useResource(key, load) {
  const [held, hold] = useState(/** @type {{key: string | null, value: T | null, problem: Error | null}} */ ({key: null, value: null, problem: null}));
  const [turn, setTurn] = useState(0);
  // before the page is painted: on a busy machine an answer is there sooner
  useLayoutEffect(() => {
    if (key === null) return;
    let gone = false;
    load().then(
      (value) => !gone && hold({key, value, problem: null}),
      (problem) => !gone && hold({key, value: null, problem}),
    );
    return () => void (gone = true);
  }, [key, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const fresh = held.key === key;
  return {value: fresh ? held.value : null, problem: fresh ? held.problem : null, waiting: key !== null && !fresh, reload};
}
