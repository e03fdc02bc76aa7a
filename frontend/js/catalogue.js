/** Models, workers and the parameter schema: fetched once for all views, and again when workers come or go. */

import * as api from './api.js';
import {changes} from './events.js';
import {useEffect} from './html.js';
import {useResource} from './resource.js';
import {isAtlas} from './site.js';
import {useStore} from './store.js';

/** @typedef {import('./types.js').ModelCard} ModelCard */

/** @type {Map<string, Promise<any>>} */
const cards = new Map();

/** @param {string} key @param {() => Promise<any>} load */
function once(key, load) {
  if (!cards.has(key)) cards.set(key, load());
  const card = /** @type {Promise<any>} */ (cards.get(key));
  card.catch(() => cards.delete(key));
  return card;
}

/** @param {string} name @returns {Promise<ModelCard>} */
export const cardOf = (name) => once(`model ${name}`, () => api.model(name));

/** @param {string | null} name @returns {import('./resource.js').Resource<ModelCard>} */
export const useModel = (name) => useResource(name, () => cardOf(name ?? ''));

/** @returns {import('./resource.js').Resource<import('./types.js').Page<import('./types.js').ModelSummary>>} */
export function useModels() {
  const models = useResource('models', api.models);
  const {workers} = useStore(changes);
  useEffect(() => {
    if (workers) models.reload();
  }, [workers]);
  return models;
}

/** @returns {import('./resource.js').Resource<import('./types.js').Page<import('./types.js').Worker>>} */
export function useWorkers() {
  const found = useResource('workers', api.workers);
  const {workers} = useStore(changes);
  useEffect(() => {
    if (workers) found.reload();
    if (isAtlas) return;
    const again = setInterval(found.reload, 15000);
    return () => clearInterval(again);
  }, [workers]);
  return found;
}

/** @returns {import('./resource.js').Resource<any>} */
export const useSchema = () => useResource('schema', () => once('schema', api.schema));

/** The layer at `path`. @param {ModelCard | null} card @param {string} path */
export const layerOf = (card, path) => card?.layers.find((layer) => layer.path === path) ?? null;

/** Whether the model sees one clip only: its triplet is still, slow, fast. @param {ModelCard} card */
export const isOneInput = (card) => card.streams.every((stream) => stream.kind === 'clip');

/** Whether motion comes to it as optical flow, which has colours of its own. @param {{streams: import('./types.js').Stream[]}} model */
export const seesFlow = ({streams}) => streams.some(({kind}) => kind === 'motion');

/** Variants that make a unit's triplet. @param {ModelCard} card @returns {import('./types.js').Variant[]} */
export const variantsOf = (card) => (isOneInput(card) ? ['still', 'slow', 'fast'] : ['slow', 'fast']);

/** Name of a unit: its class, or its number. @param {ModelCard | null} card @param {string} layer @param {number} unit */
export function unitName(card, layer, unit) {
  const label = card && layer === card.class_layer ? card.classes[unit] : null;
  return label ?? `Unit ${unit}`;
}
