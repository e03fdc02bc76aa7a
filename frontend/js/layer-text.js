/** Facts of a layer in a few characters. */

/** @typedef {import('./types.js').LayerCard} LayerCard */

/** A path in so many letters: its end, cut at a dot where that is possible. @param {string} path @param {number} room */
export function shortPath(path, room) {
  if (path.length <= room) return path;
  const parts = path.split('.');
  const ends = parts.map((_, i) => `…${parts.slice(i).join('.')}`);
  return ends.find((end) => end.length <= room) ?? `…${path.slice(1 - room)}`;
}

/** A layer's path; without a last `conv` that has no sister, as in units of a convolution and its normalization. @param {import('./types.js').ModelCard} card @param {string} path */
export function plainPath(card, path) {
  const unit = path.replace(/\.conv(?:2d|3d)?$/, '');
  const sisters = card.layers.some((layer) => layer.path !== path && layer.path.startsWith(`${unit}.`));
  return sisters ? path : unit;
}

/** Units and output size, of a layer or of several of the same size. @param {LayerCard[]} layers */
export function sizeText(layers) {
  const {frames, height, width} = layers[0];
  return `${span(layers.map((layer) => layer.units))} × ${frames > 1 ? `${frames} × ` : ''}${height} × ${width}`;
}

/** Longer, it stands alone. */
const LONG = 17;

/** @param {LayerCard[]} layers */
export function seesText(layers) {
  const sides = layers.flatMap((layer) => layer.receptive_field ?? []);
  const times = layers.flatMap((layer) => layer.receptive_frames ?? []);
  const seen = `${sides.length ? `${span(sides)} px` : 'everything'}${times.length ? `, ${span(times)} fr` : ''}`;
  return seen.length > LONG ? seen : `sees ${seen}`;
}

/** @param {number[]} values */
function span(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least}–${most}`;
}
