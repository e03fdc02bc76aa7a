/** Blocks of a network that repeat, found by the paths of its layers, and folding them into the first. Pure functions. */

/** @typedef {import('./types.js').LayerCard} LayerCard */

/**
 * @typedef {object} Repeat Blocks alike, one after the other.
 * @property {string} name path of the first
 * @property {string} last path of the last
 * @property {LayerCard[][]} blocks layers of each, in the same order
 */

/** How the name of a block that repeats ends: layer3.22, B02, res4.f. */
const NUMBER = /(\d+|(?<=\.)[a-z])$/;

/** A block of fewer layers is a layer, and drawn as one. */
const LEAST = 2;

/** Repeats of a model, lane by lane. @param {import('./types.js').ModelCard} card @returns {Repeat[]} */
export function repeats(card) {
  const lanes = [...new Set(card.layers.map((layer) => layer.lane))];
  return lanes.flatMap((lane) => inOrder(card.layers.filter((layer) => layer.lane === lane)));
}

/** @param {LayerCard[]} layers @returns {Repeat[]} */
function inOrder(layers) {
  /** @type {Repeat[]} */
  const found = [];
  for (let at = 0; at < layers.length; ) {
    const repeat = longest(layers, at);
    if (repeat) found.push(repeat);
    at += repeat ? repeat.blocks.flat().length : 1;
  }
  return found;
}

/** The repeat that begins here and folds most away. @param {LayerCard[]} layers @param {number} at @returns {Repeat | null} */
function longest(layers, at) {
  const depth = layers[at].path.split('.').length;
  const all = Array.from({length: depth}, (_, i) => repeatAt(layers, at, i + 1)).filter((repeat) => repeat !== null);
  const saved = (/** @type {Repeat} */ {blocks}) => blocks.slice(1).flat().length;
  return all.sort((a, b) => saved(b) - saved(a))[0] ?? null;
}

/** @param {LayerCard[]} layers @param {number} at @param {number} parts of a path that name a block @returns {Repeat | null} */
function repeatAt(layers, at, parts) {
  const name = head(layers[at].path, parts);
  if (!NUMBER.test(name) || (at && head(layers[at - 1].path, parts) === name)) return null;
  const first = blockAt(layers, at, parts);
  const blocks = [first];
  for (let next = at + first.length; next < layers.length; next += first.length) {
    const block = blockAt(layers, next, parts);
    if (series(head(layers[next].path, parts)) !== series(name) || shape(block, parts) !== shape(first, parts)) break;
    blocks.push(block);
  }
  if (blocks.length < 2 || first.length < LEAST) return null;
  return {name, last: head(blocks[blocks.length - 1][0].path, parts), blocks};
}

/** Layers from here on that are of one block. @param {LayerCard[]} layers @param {number} at @param {number} parts @returns {LayerCard[]} */
function blockAt(layers, at, parts) {
  const name = head(layers[at].path, parts);
  const end = layers.findIndex((layer, i) => i > at && head(layer.path, parts) !== name);
  return layers.slice(at, end < 0 ? undefined : end);
}

/** What blocks alike have in common: names, kinds and output sizes of their layers, and how these feed each other. @param {LayerCard[]} block @param {number} parts */
function shape(block, parts) {
  const own = new Set(block.map((layer) => layer.path));
  return JSON.stringify(block.map(({path, kind, frames, height, width, inputs}) => {
    const feeds = [...new Set(inputs.map((input) => (own.has(input) ? tail(input, parts) : '')))].sort();
    return [tail(path, parts), kind, frames, height, width, feeds];
  }));
}

/** @param {string} path @param {number} parts */
const head = (path, parts) => path.split('.').slice(0, parts).join('.');

/** @param {string} path @param {number} parts */
const tail = (path, parts) => path.split('.').slice(parts).join('.');

/** A block's name without its number. @param {string} name */
const series = (name) => name.replace(NUMBER, '');

/**
 * @typedef {object} Shown A layer that is drawn.
 * @property {LayerCard} layer
 * @property {LayerCard[]} all itself, and those of later blocks that it stands for
 * @property {string[]} inputs names of what is drawn that feeds it
 */

/** @typedef {{repeat: Repeat, folded: boolean, paths: string[]}} Group a repeat as it is drawn, by the paths of its boxes */

/** Layers as they are drawn. @param {import('./types.js').ModelCard} card @param {Repeat[]} all @param {(repeat: Repeat) => boolean} isFolded @returns {{shown: Shown[], groups: Group[]}} */
export function fold(card, all, isFolded) {
  const folded = all.filter(isFolded);
  /** @type {Map<string, LayerCard[]>} by path of the first */
  const twins = new Map(folded.flatMap(({blocks}) => blocks[0].map((layer, i) => [layer.path, blocks.map((block) => block[i])])));
  const stands = new Map([...twins].flatMap(([path, layers]) => layers.map((layer) => [layer.path, path])));
  const drawn = card.layers.filter((layer) => (stands.get(layer.path) ?? layer.path) === layer.path);
  return {
    shown: drawn.map((layer) => ({layer, all: twins.get(layer.path) ?? [layer], inputs: [...new Set(layer.inputs.map((input) => stands.get(input) ?? input))]})),
    groups: all.map((repeat) => ({repeat, folded: folded.includes(repeat), paths: (folded.includes(repeat) ? repeat.blocks[0] : repeat.blocks.flat()).map((layer) => layer.path)})),
  };
}
