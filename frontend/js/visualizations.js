/**
 * What is known of every visualization on the page: fetched states and live events in one ledger, by id.
 * Views read from here, so a tile, a player and the queue never disagree.
 */

import * as api from './api.js';
import {useEffect, useState} from './html.js';
import {isAtlas} from './site.js';
import {complain} from './toast.js';

/** @typedef {import('./types.js').Visualization} Visualization */
/** @typedef {import('./findings/types.js').Analysis} Analysis */
/** @typedef {Visualization | Analysis} Work what a job can be about: analyses are in the ledger too, and make no picture */

/** @type {Map<string, Work>} */
const ledger = new Map();

/** When an event last spoke of an id: an answer that was asked for earlier is older news. The latest last. @type {Map<string, number>} */
const heard = new Map();

/** No answer that is still to come was asked for longer ago than this. */
const HEARD_MS = 60000;

/** @type {Map<string, Set<() => void>>} */
const watchers = new Map();

/** @param {Work} work @param {number} asked when its state was asked for */
export function remember(work, asked) {
  const {id} = work;
  const stale = (heard.get(id) ?? 0) > asked && !isSettled(work);
  if (stale && ledger.has(id)) return;
  ledger.set(id, work);
  tell(id);
  // what the event said was not kept, as nothing was known of it then
  if (stale) fetchOne(id).catch(() => {});
}

/** Visualizations and analyses from one call of the API, remembered. @template T @param {() => Promise<T>} call @param {(answer: T) => (Work | null | undefined)[]} pick @returns {Promise<T>} */
export async function learn(call, pick) {
  const asked = performance.now();
  const answer = await call();
  for (const work of pick(answer)) if (work) remember(work, asked);
  return answer;
}

/** All that a unit says of its visualizations. @param {import('./types.js').Unit} unit */
export const ofUnit = (unit) => [...Object.values(unit.variants ?? {}), unit.chi, ...(unit.otherwise ?? []).map(({run}) => run)];

/** @param {string} id @returns {Promise<Work>} */
export const fetchOne = (id) => learn(() => (isAnalysis(ledger.get(id)) ? api.job(id) : api.visualization(id)), (work) => [work]);

/** @param {Work | undefined} work @returns {work is Analysis} */
export const isAnalysis = (work) => work !== undefined && !('layer' in work.spec);

/** @param {{model: string, layer: string, unit: number, parameters: object}} request */
export const start = ({model, layer, unit, parameters}) =>
  learn(() => api.visualize({model, layer, unit, parameters}), (v) => [v]).catch(complain);

/** @param {{model: string, layer: string, units: number[], variants: string[], parameters: object}} request */
export const startAll = (request) => learn(() => api.visualizeAll(request), (page) => page.items).catch(complain);

/** @param {Work} work */
export const cancel = ({id}) => api.cancel(id).then(() => fetchOne(id)).catch(complain);

/** @param {Work} work */
export const retry = ({id}) => api.retry(id).then(() => fetchOne(id)).catch(complain);

/** Apply an event of the server. @param {string} type @param {any} data */
export function apply(type, data) {
  const {id} = data;
  if (!id) return;
  hear(id, performance.now());
  const old = ledger.get(id);
  if (type === 'started' || type === 'canceled') moveUp(old?.position ?? 1);
  if (!old) return;
  if (type === 'finished') return void fetchOne(id).catch(complain);
  ledger.set(id, {...old, ...change(type, data, old)});
  tell(id);
}

/** @param {string} id @param {number} now */
function hear(id, now) {
  heard.delete(id);
  heard.set(id, now);
  for (const [other, when] of heard) {
    if (now - when < HEARD_MS) break;
    heard.delete(other);
  }
}

/** A job has left the queue: those behind it move up. @param {number} left its position */
function moveUp(left) {
  for (const [id, {state, position, ...rest}] of ledger) {
    if (state !== 'queued' || !position || position <= left || position < 2) continue;
    ledger.set(id, {...rest, state, position: position - 1});
    tell(id);
  }
}

/** @param {string} type @param {any} data @param {Work} old @returns {Partial<Pick<Work, 'state' | 'position' | 'blocked' | 'progress' | 'error'>>} */
function change(type, data, old) {
  if (type === 'queued') return {state: 'queued', position: data.position, progress: null, error: null};
  if (type === 'failed') return {state: 'failed', error: data.error, progress: null, position: null};
  if (type === 'canceled') return {state: 'canceled', progress: null, position: null};
  const progress = old.progress ?? {step: 0, steps: 0};
  if (type === 'preview') return {state: 'running', progress: {...progress, preview: data.url}};
  if (type === 'progress') return {state: 'running', position: null, blocked: null, progress: {...progress, ...data}};
  return {state: 'running', position: null, blocked: null};
}

/**
 * Ask again for all that is on the page and not settled, after a break of the event stream; or for what no worker took.
 * @param {boolean} [blockedOnly]
 */
export function refresh(blockedOnly = false) {
  for (const id of watchers.keys()) {
    const known = ledger.get(id);
    if (known && (known.state === 'queued' || known.state === 'running') && (known.blocked || !blockedOnly)) fetchOne(id).catch(() => {});
  }
}

/** The present state of what was learnt of. @template {Work} T @param {T | undefined} initial @returns {T | undefined} */
export function useVisualization(initial) {
  const id = initial?.id;
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!id) return;
    redraw((n) => n + 1);
    return watch(id, () => redraw((n) => n + 1));
  }, [id]);
  return /** @type {T | undefined} */ (id && ledger.get(id)) || initial;
}

/** Present states of many. @param {(Visualization | undefined)[]} initial @returns {(Visualization | undefined)[]} */
export function useVisualizations(initial) {
  const ids = initial.map((v) => v?.id ?? '').join();
  const [, redraw] = useState(0);
  useEffect(() => {
    redraw((n) => n + 1);
    const stops = ids.split(',').filter(Boolean).map((id) => watch(id, () => redraw((n) => n + 1)));
    return () => stops.forEach((stop) => stop());
  }, [ids]);
  return initial.map((v) => /** @type {Visualization | undefined} */ (v && ledger.get(v.id)) || v);
}

/** @param {Work | undefined} v */
export const isSettled = (v) => v?.state === 'finished' || v?.state === 'failed' || v?.state === 'canceled';

/** Neither there nor on its way, but to be had. @param {Visualization | undefined} v */
export const isAbsent = (v) => !isAtlas && (v?.state === 'absent' || v?.state === 'canceled');

/** @param {string} id @param {() => void} watcher */
function watch(id, watcher) {
  const known = watchers.get(id) ?? new Set();
  watchers.set(id, known.add(watcher));
  return () => {
    known.delete(watcher);
    if (!known.size) watchers.delete(id);
  };
}

/** @param {string} id */
function tell(id) {
  for (const watcher of [...(watchers.get(id) ?? [])]) watcher();
}
