/** What is said of units: favourites, tags and notes, kept by the server and fetched once for the page. */

import * as api from './api.js';
import {useEffect} from './html.js';
import {Store, useStore} from './store.js';
import {complain} from './toast.js';

/** @typedef {import('./types.js').Entry} Entry */
/** @typedef {import('./types.js').Remark} Remark */

/** @type {Store<Entry[] | null>} null: not fetched yet */
const notes = new Store(/** @type {Entry[] | null} */ (null));

let asked = false;

/** All entries; null until they are there. */
export function useNotes() {
  useEffect(() => {
    if (asked) return;
    asked = true;
    api.notes().then(({items}) => notes.set(items), (problem) => ((asked = false), complain(problem)));
  }, []);
  return useStore(notes);
}

/** @type {Remark} */
const NOTHING = {favourite: false, tags: [], text: ''};

/** What is said of one unit. @param {string} model @param {string} layer @param {number} unit @returns {Remark} */
export function useRemark(model, layer, unit) {
  return useNotes()?.find((entry) => entry.model === model && entry.layer === layer && entry.unit === unit) ?? NOTHING;
}

/** Say something of a unit, in addition to what is said. @param {string} model @param {string} layer @param {number} unit @param {Partial<Remark>} change */
export async function remark(model, layer, unit, change) {
  const others = (notes.value ?? []).filter((entry) => !(entry.model === model && entry.layer === layer && entry.unit === unit));
  const {favourite, tags, text} = {...NOTHING, ...(notes.value ?? []).find((entry) => !others.includes(entry)), ...change};
  const before = notes.value;
  notes.set([...others, {model, layer, unit, favourite, tags, text}]);
  try {
    const entry = await api.remark(model, layer, unit, {favourite, tags, text});
    notes.set([...others, ...(entry.favourite || entry.tags.length || entry.text ? [entry] : [])]);
    return true;
  } catch (problem) {
    notes.set(before);
    complain(problem);
    return false;
  }
}
