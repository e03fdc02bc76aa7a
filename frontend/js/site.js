/**
 * Where the page lies, and what is behind it: a server, or nothing but files that were computed before, an atlas
 * (docs/atlas.md).
 */

/** Path of the folder that the page is in; `/` on a server. */
export const root = new URL('..', import.meta.url).pathname;

export const isAtlas = document.querySelector('meta[name="kinetoscope-atlas"]') !== null;

/**
 * @typedef {object} Held What an atlas holds of a model.
 * @property {string | null} class_layer
 * @property {Record<string, number[]>} layers numbers of units, by layer
 * @property {number[]} classes
 * @property {[number, number][]} pairs of classes, either way
 * @property {Taken[]} pyramids
 * @property {boolean} findings
 */

/** A score that was taken apart; label: null for what the clip is taken for, which is then shown. @typedef {{clip: string, label: number | null, rival: number | null, rows: string | null, shown: number}} Taken */

/** @typedef {{version: string, engine: string, data: boolean, models: Record<string, Held>}} Contents */

/** What the atlas holds; null where a server is asked. @type {Contents | null} */
export const contents = isAtlas ? await (await fetch(`${root}atlas.json`)).json() : null;

/** @param {string} model @returns {Held | null} */
const of = (model) => contents?.models[model] ?? null;

/** Whether there is such a page: a server has all. */
export const holds = {
  /** @param {string} model @param {string} layer @param {number} unit */
  unit: (model, layer, unit) => !isAtlas || Boolean(of(model)?.layers[layer]?.includes(unit)),
  /** @param {string} model @param {number} number */
  class: (model, number) => !isAtlas || Boolean(of(model)?.classes.includes(number)),
  /** @param {string} model @param {number} a @param {number} b */
  pair: (model, a, b) => !isAtlas || Boolean(of(model)?.pairs.some(([one, other]) => (one === a && other === b) || (one === b && other === a))),
  /** @param {string} model */
  findings: (model) => !isAtlas || Boolean(of(model)?.findings),
  /** @param {string} model @param {{clip?: string | null, class?: number | null, rival?: number | null}} [query] */
  pyramid: (model, query = {}) => !isAtlas || pyramidHeld(model, query) !== null,
};

/** The pyramid that an atlas holds of what is asked for, or of part of it. @param {string} model @param {{clip?: string | null, class?: number | null, rival?: number | null, rows?: string | null}} query */
export function pyramidHeld(model, {clip = null, class: shown = null, rival = null, rows = null}) {
  const fits = (of(model)?.pyramids ?? []).filter((each) => (clip === null || each.clip === clip) && (shown === null || each.shown === shown) && (rival === null || each.rival === rival));
  const exact = fits.filter((each) => each.rival === rival);
  return exact.find((each) => each.rows === rows) ?? exact[0] ?? fits[0] ?? null;
}

/** The unit before or after another; null: none. @param {string} model @param {{path: string, units: number}} layer @param {number} unit @param {1 | -1} by */
export function unitBeside(model, layer, unit, by) {
  const held = of(model)?.layers[layer.path];
  const numbers = held && (by > 0 ? held.filter((each) => each > unit) : held.filter((each) => each < unit).reverse());
  const beside = numbers ? (numbers[0] ?? -1) : unit + by;
  return beside >= 0 && beside < layer.units ? beside : null;
}

/** How many units of a layer there are to see: all, or those that the atlas holds. @param {string} model @param {{path: string, units: number}} layer */
export const unitsHeld = (model, {path, units}) => (contents ? (of(model)?.layers[path]?.length ?? 0) : units);
