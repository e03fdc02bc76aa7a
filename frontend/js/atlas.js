/** What a server would answer, from the files of an atlas: recorded answers, and lists put together of them (docs/atlas.md). */

import {Problem} from './problem.js';
import {contents} from './site.js';

/** @typedef {Record<string, any>} Query */

/** What nobody has to ask a server for. @type {Record<string, any>} */
const KNOWN = {
  '/workers': {items: [], total: 0},
  '/notes': {items: [], total: 0},
  '/clips': {items: [], total: 0},
  '/jobs': {items: [], total: 0, next: null},
  '/session': {name: null, role: 'view'},
};

/** Columns that every layer has; the others are there where clips were looked at, those by class in files of their own. */
const BY_CLASS = ['profile', 'contribution'];
const PLAIN = ['unit', 'pictured']; // all units of an atlas have pictures
const REACHED = ['slow', 'fast', 'ratio', 'speed'];

/** @type {Map<string, Promise<Record<string, any>>>} */
const files = new Map();

/** What the API says at a path. @param {string} base address of the API's files @param {string} path @param {Query} [query] @returns {Promise<any>} */
export async function answer(base, path, query = {}) {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  if (path in KNOWN) return KNOWN[path];
  if (parts[0] === 'models' && parts[2] === 'classes') return units(base, parts[1], classLayer(parts[1]), query, await alike(base, parts[1], query.like));
  if (parts[0] === 'models' && parts[2] === 'layers' && parts[4] === 'units' && parts.length === 5) return units(base, parts[1], parts[3], query);
  if (parts[4] === 'units' && !contents?.models[parts[1]]?.layers[parts[3]]?.includes(Number(parts[5]))) throw absent(`unit ${parts[5]} of ${parts[3]}`);
  return recorded(base, path, query);
}

/** An answer as it was given. What is asked of a clip is kept by clip. @param {string} base @param {string} path @param {Query} query */
async function recorded(base, path, {clip, ...query}) {
  const given = await load(`${base}${path}${clip === undefined ? '' : `/${clip}`}.json`);
  const found = given[keyOf(query)];
  if (!found) throw absent('This');
  if (found.problem) throw new Problem(found.problem);
  return found.answer;
}

/** Names and values in one order; what is as always is left out. @param {Query} query */
function keyOf(query) {
  const given = Object.entries(query).filter(([name, value]) => ![null, undefined, '', false].includes(value) && !(name === 'seed' && value === 0));
  return given.map(([name, value]) => `${name}=${value}`).sort().join('&');
}

/** @param {string} url @returns {Promise<Record<string, any>>} */
function load(url) {
  const known = files.get(url) ?? fetch(url).then((response) => {
    if (response.ok) return response.json();
    throw new Problem({status: response.status, title: 'Not in this atlas', detail: `There is no ${url}.`});
  }, () => {
    throw new Problem({title: 'No connection', detail: 'The atlas cannot be reached.'});
  });
  files.set(url, known);
  known.catch(() => files.delete(url));
  return known;
}

/** @param {string} what */
const absent = (what) => new Problem({status: 404, title: 'Not in this atlas', detail: `This atlas does not hold ${what}: it was not computed when the atlas was made.`});

/** @param {string} model */
const classLayer = (model) => contents?.models[model]?.class_layer ?? '';

/** Whether a class has a text in its name. @param {string} base @param {string} model @param {string} [like] @returns {Promise<(unit: number) => boolean>} */
async function alike(base, model, like = '') {
  const {classes} = like ? await recorded(base, `/models/${encodeURIComponent(model)}`, {}) : {classes: []};
  return (unit) => !like || Boolean(classes[unit]?.toLowerCase().includes(like.toLowerCase()));
}

/**
 * Part of a list of units, sorted and chosen as the server does.
 * @param {string} base @param {string} model @param {string} layer @param {Query} query @param {(unit: number) => boolean} [fits]
 */
async function units(base, model, layer, {limit = 48, offset = 0, sort = 'unit', rising = false, which = 'all', seed = 0, index = null, least = null, most = null}, fits = () => true) {
  const place = `${base}/models/${encodeURIComponent(model)}/layers/${encodeURIComponent(layer)}`;
  const held = contents?.models[model]?.layers[layer] ?? [];
  const numbers = which === 'all' || which === 'pictured' ? held.filter(fits) : [];
  const within = index === null ? null : await column(place, held, index);
  const by = PLAIN.includes(sort) ? null : await column(place, held, sort);
  const chosen = order(within ? numbers.filter((n) => isWithin(within.get(n), least, most)) : numbers, by, rising);
  const told = [sort, index].find((name) => name !== null && !PLAIN.includes(name) && !REACHED.includes(name));
  const figures = told ? await column(place, held, told) : null;
  const items = await Promise.all(chosen.slice(offset, offset + limit).map(async (number) => {
    const given = await load(`${place}/units/${number}.json`);
    const unit = given[keyOf({seed})]?.answer ?? {...given[''].answer, variants: {}};
    return figures ? {...unit, figure: figures.get(number) ?? null} : unit;
  }));
  const end = offset + items.length;
  return {items, total: chosen.length, next: end < chosen.length ? end : null};
}

/** What is known of the units under an index. @param {string} place @param {number[]} held @param {string} name @returns {Promise<Map<number, number | null>>} */
async function column(place, held, name) {
  const kind = name.split('.')[0];
  const columns = await load(`${place}/columns/${BY_CLASS.includes(kind) ? kind : 'index'}.json`);
  if (!columns[name]) throw new Problem({status: 404, title: 'Unknown index', detail: `There is no index '${name}'.`, allowed: ['unit', ...Object.keys(columns)]});
  return new Map(held.map((number, i) => [number, columns[name][i]]));
}

/** Falling unless told otherwise; what has no figure last. @param {number[]} numbers @param {Map<number, number | null> | null} by @param {boolean} rising */
function order(numbers, by, rising) {
  if (!by) return rising ? [...numbers].reverse() : numbers;
  const key = (/** @type {number} */ n) => {
    const figure = by.get(n) ?? null;
    return figure === null ? Infinity : rising ? figure : -figure;
  };
  return [...numbers].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
}

/** @param {number | null | undefined} figure @param {number | null} least @param {number | null} most */
function isWithin(figure, least, most) {
  return figure !== null && figure !== undefined && (least === null || figure >= least) && (most === null || figure <= most);
}
