/** Whether a model was analysed, and over which clips: asked for once, so that pages without findings stay as they are. */

import * as api from '../api.js';
import {useEffect} from '../html.js';
import {useResource} from '../resource.js';
import {Store, useStore} from '../store.js';

/** @typedef {import('./types.js').Overview} Overview */

/** @type {Map<string, Promise<Overview | null>>} */
const known = new Map();

/** @param {string} model @returns {Promise<Overview | null>} */
function overviewOf(model) {
  if (!known.has(model)) known.set(model, api.findings(model).then((found) => found.overview, () => null));
  return /** @type {Promise<Overview | null>} */ (known.get(model));
}

/** Counts analyses that came to an end while the page was open. */
const ended = new Store(0);

/** None: not analysed, or not known yet. @param {string | null} model @returns {Overview | null} */
export function useOverview(model) {
  const turn = useStore(ended);
  const found = useResource(model && `findings ${model}`, () => overviewOf(model ?? ''));
  useEffect(() => {
    if (turn) found.reload();
  }, [turn]);
  return found.value;
}

/** Ask again: there are other findings now. @param {string} model */
export function renewOverview(model) {
  known.delete(model);
  ended.set(ended.value + 1);
}

/** A warning where figures by class rest on too little; null where they do not. @param {Overview} overview */
export function thinText(overview) {
  return overview.labelled < 5 * overview.present.length ? 'Fewer than five clips per class: take figures by class as hints.' : null;
}
