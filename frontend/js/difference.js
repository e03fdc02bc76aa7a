/** One clip minus another, pixel by pixel: a strip like any other. Pure functions. */

import {px} from './motion.js';

/** @typedef {import('./strip.js').Strip} Strip */
/** @typedef {import('./types.js').StreamPicture} StreamPicture */

/** Scale and peak of the difference of two motions; colour has none. @param {StreamPicture} a @param {StreamPicture} b @returns {StreamPicture} */
export function describe(a, b) {
  if (a.kind !== 'motion') return a;
  return {...a, scale: (a.scale ?? 0) + (b.scale ?? 0), peak: (a.peak ?? 0) + (b.peak ?? 0)};
}

/**
 * a - b, frame by frame, as large as `a`; the shorter one is repeated. Motion stays data; colour is halved about mid-grey.
 * @param {Strip} a @param {StreamPicture} of what `a` holds @param {Strip} b @param {StreamPicture} less what `b` holds @returns {Strip}
 */
export function subtract(a, of, b, less) {
  const scale = describe(of, less).scale ?? 1;
  const motion = (/** @type {number} */ one, /** @type {number} */ other) => 128 + (127 * (px(one, of.scale ?? 1) - px(other, less.scale ?? 1))) / scale;
  const colour = (/** @type {number} */ one, /** @type {number} */ other) => 128 + (one - other) / 2;
  const change = of.kind === 'motion' ? motion : colour;
  const frames = a.frames.map((frame, t) => minus(frame, fit(b.frames[t % b.frames.length], b, a), change));
  return {...a, frames};
}

/** Nearest pixels of a frame at another size. @param {Uint32Array} frame @param {{width: number, height: number}} from @param {{width: number, height: number}} to */
export function fit(frame, from, to) {
  if (from.width === to.width && from.height === to.height) return frame;
  const out = new Uint32Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const row = Math.floor((y * from.height) / to.height) * from.width;
    for (let x = 0; x < to.width; x++) out[y * to.width + x] = frame[row + Math.floor((x * from.width) / to.width)];
  }
  return out;
}

/** @param {Uint32Array} a @param {Uint32Array} b @param {(one: number, other: number) => number} change */
function minus(a, b, change) {
  return a.map((pixel, i) => {
    const channel = (/** @type {number} */ shift) => Math.round(Math.min(255, Math.max(0, change((pixel >> shift) & 0xff, (b[i] >> shift) & 0xff)))) << shift;
    return (0xff000000 | channel(16) | channel(8) | channel(0)) >>> 0;
  });
}
