/** Where a picture moves: mean squared motion of every place, computed from the stored strip. */

import * as api from '../api.js';
import {useResource} from '../resource.js';
import {loadStrip} from '../strip.js';
import {pictureOf} from '../triplet.js';

/** @typedef {import('../types.js').Visualization} Visualization */
/** @typedef {import('../strip.js').Strip} Strip */

/** Side of the map, that of the clips' maps. */
const SIDE = 32;

/** The map of a finished run, its largest value 1; null where nothing can move. @param {Visualization | undefined} run @returns {number[][] | null} */
export function useEnergy(run) {
  const picture = run?.result ? pictureOf(run, 'motion') ?? pictureOf(run, 'clip') : undefined;
  const known = run && picture && picture.frames > 1 ? {run, picture} : null;
  return useResource(known && `energy ${known.run.id}`, async () => {
    const {run, picture} = /** @type {NonNullable<typeof known>} */ (known);
    const strip = await loadStrip(api.mediaUrl(run, picture.strip), picture);
    return energy(strip, picture.kind === 'motion');
  }).value;
}

/** Motion is in red and green about 128; of colour it is the change from frame to frame. @param {Strip} strip @param {boolean} isMotion @returns {number[][]} */
export function energy({width, height, frames}, isMotion) {
  const rows = Array.from({length: SIDE}, () => Array(SIDE).fill(0));
  const part = (/** @type {number} */ pixel, /** @type {number} */ channel) => (pixel >>> (8 * channel)) & 255;
  for (let frame = isMotion ? 0 : 1; frame < frames.length; frame++) {
    for (let i = 0; i < width * height; i++) {
      const [now, before] = [frames[frame][i], isMotion ? 0x80808080 : frames[frame - 1][i]];
      let size = 0;
      for (let channel = 0; channel < (isMotion ? 2 : 3); channel++) size += (part(now, channel) - part(before, channel)) ** 2;
      rows[Math.floor((Math.floor(i / width) * SIDE) / height)][Math.floor(((i % width) * SIDE) / width)] += size;
    }
  }
  const most = Math.max(1e-9, ...rows.flat());
  return rows.map((row) => row.map((value) => value / most));
}
