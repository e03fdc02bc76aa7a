/** Where something is strong, as a glow over a picture, on the page's clock. */

import * as api from '../api.js';
import {clock} from '../clock.js';
import {html, useEffect, useRef, useState} from '../html.js';
import {useStore} from '../store.js';
import {loadStrip} from '../strip.js';

/** @typedef {import('../strip.js').Strip} Strip */

/** How much of the picture the strongest places hide. */
const COVER = 200;

/** @param {{clip: string, tube: import('./types.js').StreamPicture, frames: number, label: string}} props `frames`: of the window */
export function Tube({clip, tube, frames, label}) {
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  const [strip, setStrip] = useState(/** @type {Strip | null} */ (null));
  const {frame} = useStore(clock.beat);
  const url = api.mediaUrl(/** @type {any} */ (api.broughtMedia(clip)), tube.strip);
  useEffect(() => {
    let gone = false;
    setStrip(null);
    loadStrip(url, tube).then((found) => !gone && setStrip(found), () => {});
    return () => void (gone = true);
  }, [url]);
  // a layer has fewer frames than the picture: each stands for several
  const shown = Math.min(tube.frames - 1, Math.floor((((frame % frames) + 0.5) / frames) * tube.frames));
  useEffect(() => {
    if (strip && canvas.current) paint(canvas.current, strip, shown);
  }, [strip, shown]);
  return html`<canvas ref=${canvas} class="probe-tube" role="img" aria-label=${label} data-ready=${Boolean(strip)} width=${tube.width} height=${tube.height}></canvas>`;
}

/** @param {HTMLCanvasElement} canvas @param {Strip} strip @param {number} frame */
function paint(canvas, strip, frame) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(strip.width, strip.height);
  strip.frames[frame].forEach((packed, i) => {
    const level = packed & 255;
    image.data.set([255, 40 + Math.round(0.8 * level), 0, Math.round((level / 255) * COVER)], 4 * i);
  });
  context.putImageData(image, 0, 0);
}
