/** Units of a layer, fetched by and by as they come into sight. */

import * as api from './api.js';
import {useEffect, useMemo, useState} from './html.js';
import {learn, ofUnit} from './visualizations.js';

/** @typedef {import('./types.js').Unit} Unit */
/** @typedef {{sort: string, rising: boolean, which: string, seed: number, index: string | null, least: number | null, most: number | null}} Choice how they are sorted, which of them, of which seed; whose index lies within */

const PART = 48;

class Source {
  /** @param {string} model @param {string} layer @param {Choice} choice */
  constructor(model, layer, choice) {
    this.model = model;
    this.layer = layer;
    this.choice = choice;
    /** @type {number | null} */
    this.total = null;
    /** @type {Map<number, Unit>} by place in the list */
    this.items = new Map();
    /** @type {Set<number>} */
    this.asked = new Set();
    /** @type {Error | null} */
    this.problem = null;
    this.tell = () => {};
  }

  /** Have the units at these places fetched. @param {number} first @param {number} last */
  want(first, last) {
    for (let part = Math.floor(first / PART); part * PART < last; part++) {
      if (this.asked.has(part)) continue;
      this.asked.add(part);
      this.#fetch(part);
    }
  }

  /** @param {number} part */
  async #fetch(part) {
    const offset = part * PART;
    try {
      const page = await learn(() => api.units(this.model, this.layer, {...this.choice, limit: PART, offset}), (found) => found.items.flatMap(ofUnit));
      this.total = page.total;
      page.items.forEach((unit, i) => this.items.set(offset + i, unit));
    } catch (problem) {
      this.asked.delete(part);
      this.problem = /** @type {Error} */ (problem);
    }
    this.tell();
  }
}

/** The lists last seen, so that going back finds them as they were. @type {Map<string, Source>} */
const seen = new Map();
const KEPT = 4;

/** @param {string} model @param {string} layer @param {Choice} choice @returns {Source} */
function sourceOf(model, layer, choice) {
  const key = JSON.stringify([model, layer, choice]);
  const known = seen.get(key);
  seen.delete(key);
  // what is missing or ready changes: such a list is asked for anew
  const source = known && !known.problem && choice.which === 'all' && choice.sort === 'unit' ? known : new Source(model, layer, choice);
  source.want(0, 1);
  seen.set(key, source);
  for (const old of seen.keys()) if (seen.size > KEPT) seen.delete(old);
  return source;
}

/** @param {string} model @param {string} layer @param {Choice} choice @returns {Source & {reload: () => void}} */
export function useUnits(model, layer, choice) {
  const [turn, redraw] = useState(0);
  const [again, reload] = useState(0);
  const source = useMemo(() => sourceOf(model, layer, choice), [model, layer, JSON.stringify(choice), again]);
  useEffect(() => {
    source.tell = () => redraw((n) => n + 1);
    redraw((n) => n + 1);
    return () => void (source.tell = () => {});
  }, [source]);
  return useMemo(() => Object.assign(source, {reload: () => reload((n) => n + 1)}), [source, turn]);
}
