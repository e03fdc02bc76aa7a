/**
 * Colour of motion: (u, v) in pixels per frame to a colour on mid-grey, and tables for stored 8-bit motion.
 * Pure functions. Right is +u, down is +v; `reach` is the speed shown at full colour.
 */

/** @typedef {'uvm' | 'wheel' | 'blueyellow' | 'magnitude' | 'arrows'} Colouring */
/** @typedef {[number, number, number]} Colour */

/** @type {Record<Colouring, {title: string, note: string}>} */
export const COLOURINGS = {
  uvm: {title: '(u, v, magnitude)', note: 'As in the paper: red is rightward, green is downward, blue is speed.'},
  wheel: {title: 'Hue wheel', note: 'Hue is direction, strength of colour is speed, grey is still.'},
  blueyellow: {title: 'Colour-blind safe', note: 'Yellow is right, blue is left; light is up, dark is down.'},
  magnitude: {title: 'Speed only', note: 'Black is still, light yellow is fastest.'},
  arrows: {title: 'Arrows', note: 'Arrows point where things move; longer and lighter is faster.'},
};

/** Stops of a ramp that rises evenly in lightness and is safe for colour-blind readers. */
const RAMP = [[0, 0, 0], [0, 32, 77], [64, 77, 108], [124, 123, 120], [188, 175, 111], [255, 234, 70]];

/** Middlebury's hues, from right (0) clockwise by eighths, in equal lightness as far as sRGB allows. */
const HUES = [[230, 60, 60], [232, 150, 30], [205, 205, 40], [70, 190, 70], [40, 190, 190], [60, 120, 235], [140, 80, 235], [220, 70, 200]];

/** @type {Record<Colouring, (u: number, v: number) => Colour>} of motion in units of reach */
const PAINT = {
  uvm: (u, v) => [128 + 127 * u, 128 + 127 * v, 128 + 127 * Math.hypot(u, v)],
  wheel: (u, v) => {
    const speed = Math.min(Math.hypot(u, v), 1);
    const hue = between(HUES, ((Math.atan2(v, u) / (2 * Math.PI) + 1) % 1) * HUES.length, true);
    return mix([128, 128, 128], hue, speed);
  },
  blueyellow: (u, v) => {
    const light = 128 - 100 * v;
    return [light + 80 * u, light + 60 * u, light - 110 * u];
  },
  magnitude: (u, v) => between(RAMP, Math.min(Math.hypot(u, v), 1) * (RAMP.length - 1), false),
  arrows: (u, v) => mix([96, 96, 96], [150, 150, 150], Math.min(Math.hypot(u, v), 1)),
};

/** @param {Colouring} colouring @param {number} u @param {number} v @param {number} reach @returns {Colour} */
export function colour(colouring, u, v, reach) {
  return /** @type {Colour} */ (PAINT[colouring](u / reach, v / reach).map(clip));
}

/**
 * Packed RGBA of stored pairs, worked out as they are met: a picture has few of the 65,536.
 * Stored motion is `scale` px per frame at full deflection.
 * @typedef {{colouring: Colouring, scale: number, reach: number, packed: Uint32Array}} Table
 */

/** @param {Colouring} colouring @param {number} scale @param {number} reach @returns {Table} */
export function table(colouring, scale, reach) {
  return {colouring, scale, reach, packed: new Uint32Array(256 * 256)};
}

/** Displacement of a stored value, in pixels per frame. @param {number} value @param {number} scale */
export function px(value, scale) {
  return ((value - 128) / 127) * scale;
}

/** Colour a frame of stored motion. @param {Uint32Array} stored packed RGBA, red u, green v @param {Table} colours @param {Uint32Array} out */
export function paint(stored, colours, out) {
  const {packed} = colours;
  for (let i = 0; i < stored.length; i++) {
    // little-endian RGBA: the low 16 bits are green * 256 + red
    const pair = stored[i] & 0xffff;
    out[i] = packed[pair] || (packed[pair] = pack(colours, pair & 0xff, pair >> 8));
  }
}

/**
 * Colour a frame of stored motion over a picture, grey below: the faster, the less of it shows.
 * @param {Uint32Array} stored @param {Table} colours @param {Uint32Array} below packed RGBA, as many pixels as `stored` @param {Uint32Array} out
 */
export function paintOver(stored, colours, below, out) {
  paint(stored, colours, out);
  for (let i = 0; i < stored.length; i++) {
    const speed = Math.hypot(px(stored[i] & 0xff, colours.scale), px((stored[i] >> 8) & 0xff, colours.scale)) / colours.reach;
    const share = Math.min(1, 1.25 * speed);
    const light = 0.3 * (below[i] & 0xff) + 0.59 * ((below[i] >> 8) & 0xff) + 0.11 * ((below[i] >> 16) & 0xff);
    const channel = (/** @type {number} */ shift) => Math.round(light + (((out[i] >> shift) & 0xff) - light) * share);
    out[i] = ((255 << 24) | (channel(16) << 16) | (channel(8) << 8) | channel(0)) >>> 0;
  }
}

/** @param {Table} colours @param {number} red @param {number} green */
function pack({colouring, scale, reach}, red, green) {
  const [r, g, b] = colour(colouring, px(red, scale), px(green, scale), reach);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** @param {number[][]} stops @param {number} at @param {boolean} around @returns {Colour} */
function between(stops, at, around) {
  const low = Math.floor(at);
  const next = around ? (low + 1) % stops.length : Math.min(low + 1, stops.length - 1);
  return mix(/** @type {Colour} */ (stops[low % stops.length]), /** @type {Colour} */ (stops[next]), at - low);
}

/** @param {Colour} a @param {Colour} b @param {number} share of b @returns {Colour} */
function mix(a, b, share) {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** @param {number} value */
function clip(value) {
  return Math.round(Math.min(Math.max(value, 0), 255));
}
