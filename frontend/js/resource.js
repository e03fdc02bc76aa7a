/** Something that a view asks the API for: waiting, there, or a problem. */

import {useCallback, useLayoutEffect, useRef, useState} from './html.js';

/**
 * @template T
 * @typedef {{value: T | null, problem: Error | null, waiting: boolean, reload: () => void}} Resource
 */

/**
 * What `load` gives, asked for again whenever `key` changes. While a new key loads there is no value; a reload keeps it.
 * However often it is reloaded, every answer counts unless a later one is there.
 * @template T @param {string | null} key null: nothing to ask for
 * @param {() => Promise<T>} load @returns {Resource<T>}
 */
export function useResource(key, load) {
  const [held, hold] = useState(/** @type {{key: string | null, value: T | null, problem: Error | null}} */ ({key: null, value: null, problem: null}));
  const [turn, setTurn] = useState(0);
  const asked = useRef({key, answered: 0});
  if (asked.current.key !== key) asked.current = {key, answered: turn};
  // before the page is painted: on a busy machine an answer is there sooner
  useLayoutEffect(() => {
    if (key === null) return;
    const mine = asked.current;
    const take = (/** @type {{value: T | null, problem: Error | null}} */ answer) => {
      if (mine !== asked.current || turn < mine.answered) return;
      mine.answered = turn;
      hold({key, ...answer});
    };
    load().then((value) => take({value, problem: null}), (problem) => take({value: null, problem}));
  }, [key, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const fresh = held.key === key;
  return {value: fresh ? held.value : null, problem: fresh ? held.problem : null, waiting: key !== null && !fresh, reload};
}
