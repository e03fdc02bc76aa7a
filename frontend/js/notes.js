/** What is said of units: favourites, tags and notes, kept by the server and fetched once for the page. */

import * as api from './api.js';
import {useEffect} from './html.js';
import {Store, useStore} from './store.js';
import {complain} from './toast.js';

/** @typedef {import('./types.js').Entry} Entry */
/** @typedef {import('./types.js').Remark} Remark */

/** @type {Store<Entry[] | null>} null: not fetched yet */
const notes = new Store(/** @type {Entry[] | null} */ (null));

/** @type {Promise<void> | null} */
let fetching = null;

/** Fetched once; again after a failure. */
function fetchAll() {
  fetching ??= api.notes().then(({items}) => notes.set(items), (problem) => {
    fetching = null;
    throw problem;
  });
  return fetching;
}

/** All entries; null until they are there. */
export function useNotes() {
  useEffect(() => {
    fetchAll().catch(complain);
  }, []);
  return useStore(notes);
}

/** @type {Remark} */
const NOTHING = {favourite: false, tags: [], text: ''};

/** @param {Entry} entry @param {string} model @param {string} layer @param {number} unit */
const isOf = (entry, model, layer, unit) => entry.model === model && entry.layer === layer && entry.unit === unit;

/** What is said of one unit. @param {string} model @param {string} layer @param {number} unit @returns {Remark} */
export function useRemark(model, layer, unit) {
  return useNotes()?.find((entry) => isOf(entry, model, layer, unit)) ?? NOTHING;
}

/** Say something of a unit, in addition to what is said. @param {string} model @param {string} layer @param {number} unit @param {Partial<Remark>} change */
export async function remark(model, layer, unit, change) {
  const put = (/** @type {Entry | null} */ entry) => notes.set([...(notes.value ?? []).filter((other) => !isOf(other, model, layer, unit)), ...(entry ? [entry] : [])]);
  try {
    // what is said already must be known: the whole of it is sent
    await fetchAll();
  } catch (problem) {
    complain(problem);
    return false;
  }
  const before = notes.value?.find((entry) => isOf(entry, model, layer, unit)) ?? null;
  const {favourite, tags, text} = {...NOTHING, ...before, ...change};
  put({model, layer, unit, favourite, tags, text});
  try {
    const entry = await api.remark(model, layer, unit, {favourite, tags, text});
    put(entry.favourite || entry.tags.length || entry.text ? entry : null);
    return true;
  } catch (problem) {
    put(before);
    complain(problem);
    return false;
  }
}
