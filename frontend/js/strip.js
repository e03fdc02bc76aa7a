/** Frame strips: fetched once, decoded exactly, kept while there is room. Knows no colouring. */

/**
 * @typedef {object} Strip Pixels of a clip, one array of packed RGBA per frame.
 * @property {number} width
 * @property {number} height
 * @property {Uint32Array[]} frames
 */

/** Decoded bytes kept for coming back to: about a page of large pictures. */
const ROOM = 192 * 2 ** 20;

/** @type {Map<string, {strip: Promise<Strip>, bytes: number}>} */
const shelf = new Map();

/**
 * The strip at `url`: `frames` tiles of `width` pixels side by side, in rows where they are too many for one.
 * Rejects when it cannot be fetched or is no picture.
 * @param {string} url @param {{frames: number, width: number}} of @returns {Promise<Strip>}
 */
export function loadStrip(url, of) {
  const known = shelf.get(url);
  if (known) {
    shelf.delete(url);
    shelf.set(url, known);
    return known.strip;
  }
  const entry = {strip: decode(url, of), bytes: 0};
  shelf.set(url, entry);
  entry.strip.then(
    (strip) => {
      entry.bytes = strip.width * strip.height * strip.frames.length * 4;
      makeRoom();
    },
    () => shelf.delete(url),
  );
  return entry.strip;
}

function makeRoom() {
  let held = [...shelf.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  for (const [url, entry] of shelf) {
    if (held <= ROOM) return;
    held -= entry.bytes;
    shelf.delete(url);
  }
}

/** The one frame of a poster, whatever its size. @param {string} url @returns {Promise<Strip>} */
export const loadPoster = (url) => loadStrip(url, {frames: 1, width: 0});

/** @param {string} url @param {{frames: number, width: number}} of @returns {Promise<Strip>} */
async function decode(url, of) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The picture could not be loaded (${response.status}).`);
  // the pixels are numbers: no colour profile and no alpha may touch them
  const bitmap = await createImageBitmap(await response.blob(), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const width = of.width || bitmap.width;
  const columns = bitmap.width / width;
  const height = bitmap.height / Math.ceil(of.frames / columns);
  const frames = Array.from({length: of.frames}, (_, t) => pixels(bitmap, {left: (t % columns) * width, top: Math.floor(t / columns) * height, width, height}));
  bitmap.close();
  return {width, height, frames};
}

/** @type {OffscreenCanvas | undefined} */
let bench;

/** @param {ImageBitmap} bitmap @param {{left: number, top: number, width: number, height: number}} tile */
function pixels(bitmap, {left, top, width, height}) {
  bench ??= new OffscreenCanvas(1, 1);
  bench.width = width;
  bench.height = height;
  const context = bench.getContext('2d', {colorSpace: 'srgb', willReadFrequently: true});
  if (!context) throw new Error('This browser cannot draw to a canvas.');
  context.drawImage(bitmap, -left, -top);
  return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
}
