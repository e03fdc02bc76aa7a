/** One picture of an optimum, drawn exactly, on the page's clock: a strip of colour or of motion, poster first. */

import * as api from './api.js';
import {drawArrows} from './arrows.js';
import {clock as pageClock} from './clock.js';
import {describe, fit, subtract} from './difference.js';
import {display, usePeak, useReach} from './display.js';
import {html, useEffect, useMemo, useRef, useState} from './html.js';
import {paint, paintOver, table} from './motion.js';
import {useStore} from './store.js';
import {loadPoster, loadStrip} from './strip.js';

/** @typedef {import('./strip.js').Strip} Strip */
/** @typedef {import('./types.js').StreamPicture} StreamPicture */

/** @typedef {{visualization: import('./types.js').Visualization, picture: StreamPicture}} Source */

/** Pictures of fewer pixels are shown as pixels: there is nothing between them. */
const TINY = 40;

/** Smallest side, in canvas pixels, that arrows are legible at. */
const ARROW_SIDE = 480;

/**
 * @param {object} props
 * @param {import('./types.js').Visualization} props.visualization
 * @param {StreamPicture} props.picture
 * @param {string} props.label what is seen, for those who cannot
 * @param {import('./clock.js').Clock} [props.clock]
 * @param {import('./display.js').Group} [props.group] whose scale it shares
 * @param {boolean} [props.joins] its peak counts for that scale
 * @param {boolean} [props.still] show the poster's frame, whatever the clock says
 * @param {boolean} [props.coarse] make do with the poster: nothing larger is fetched
 * @param {Source | null} [props.minus] what is taken away from it
 * @param {Source | null} [props.over] the still that motion is laid over
 */
export function Player({visualization, picture: stored, label, clock = pageClock, group = 'stage', joins = true, still = false, coarse = false, minus = null, over = null}) {
  const picture = useMemo(() => (minus ? describe(stored, minus.picture) : stored), [stored, minus?.picture]);
  const {strip, exact, error} = usePixels(visualization, stored, coarse, minus);
  const below = useStill(over);
  const colours = useColours(picture, exact, group);
  const beat = useStore(clock.beat);
  const frame = still ? picture.frames >> 1 : beat.frame % picture.frames;
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  usePeak(joins ? picture.peak : null, group);
  useEffect(() => (picture.frames < 2 ? undefined : clock.join(picture.frames)), [clock, picture]);
  useEffect(() => {
    if (strip && canvas.current) draw(canvas.current, strip, exact ? frame : 0, colours, below);
  }, [strip, exact, frame, colours, below]);
  // where the words are beside the picture it need not be named again
  const named = label ? {role: 'img', 'aria-label': label} : {'aria-hidden': true};
  if (error) return html`<div class="well well-note" role="alert">${error}</div>`;
  return html`<canvas ref=${canvas} class=${picture.width < TINY ? 'player player-tiny' : 'player'} ...${named} data-frame=${frame}
    data-ready=${exact} width=${picture.width} height=${picture.height}></canvas>`;
}

/** Poster at once, strip when it is there. @param {import('./types.js').Visualization} visualization @param {StreamPicture} picture @param {boolean} coarse @param {Source | null} minus */
function usePixels(visualization, picture, coarse, minus) {
  const [pixels, setPixels] = useState(/** @type {{strip: Strip | null, exact: boolean, error: string}} */ ({strip: null, exact: false, error: ''}));
  const poster = api.mediaUrl(visualization, picture.poster);
  const whole = api.mediaUrl(visualization, picture.strip);
  const less = minus && api.mediaUrl(minus.visualization, minus.picture.strip);
  useEffect(() => {
    let gone = false;
    setPixels({strip: null, exact: false, error: ''});
    if (!less) loadPoster(poster).then((strip) => !gone && setPixels((now) => (now.exact ? now : {strip, exact: false, error: ''})), () => {});
    return () => void (gone = true);
  }, [poster, less]);
  useEffect(() => {
    let gone = false;
    if (coarse) return;
    const loaded = loadStrip(whole, picture);
    const pixels = minus && less ? Promise.all([loaded, loadStrip(less, minus.picture)]).then(([a, b]) => subtract(a, picture, b, minus.picture)) : loaded;
    pixels.then(
      (strip) => !gone && setPixels({strip, exact: true, error: ''}),
      (reason) => !gone && setPixels({strip: null, exact: false, error: reason.message}),
    );
    return () => void (gone = true);
  }, [whole, coarse, less]);
  return pixels;
}

/** @param {Source | null} source @returns {Strip | null} */
function useStill(source) {
  const [strip, setStrip] = useState(/** @type {Strip | null} */ (null));
  const url = source && api.mediaUrl(source.visualization, source.picture.strip);
  useEffect(() => {
    let gone = false;
    setStrip(null);
    if (source && url) loadStrip(url, source.picture).then((found) => !gone && setStrip(found), () => {});
    return () => void (gone = true);
  }, [url]);
  return strip;
}

/** @typedef {import('./motion.js').Table | null} Colours none: the pixels are the picture */

/** @param {StreamPicture} picture @param {boolean} exact @param {import('./display.js').Group} group @returns {Colours} */
function useColours(picture, exact, group) {
  const {colouring} = useStore(display);
  const reach = useReach(group, picture.peak);
  return useMemo(() => {
    if (picture.kind !== 'motion' || !picture.scale) return null;
    // a poster is already (u, v, magnitude) at the clip's own peak: its red and green are data too
    const scale = exact ? picture.scale : picture.peak || picture.scale;
    return table(colouring, scale, reach);
  }, [picture, exact, colouring, reach]);
}

/** @param {HTMLCanvasElement} canvas @param {Strip} strip @param {number} frame @param {Colours} colours @param {Strip | null} below */
function draw(canvas, strip, frame, colours, below) {
  const zoom = colours?.colouring === 'arrows' ? Math.max(1, Math.ceil(ARROW_SIDE / Math.min(strip.width, strip.height))) : 1;
  if (canvas.width !== strip.width * zoom) canvas.width = strip.width * zoom;
  if (canvas.height !== strip.height * zoom) canvas.height = strip.height * zoom;
  const context = canvas.getContext('2d', {colorSpace: 'srgb'});
  if (!context) return;
  const stored = strip.frames[frame];
  const image = new ImageData(strip.width, strip.height);
  const out = new Uint32Array(image.data.buffer);
  if (colours && below) paintOver(stored, colours, fit(below.frames[0], below, strip), out);
  else if (colours) paint(stored, colours, out);
  else out.set(stored);
  if (zoom === 1) return void context.putImageData(image, 0, 0);
  const base = new OffscreenCanvas(strip.width, strip.height);
  base.getContext('2d', {colorSpace: 'srgb'})?.putImageData(image, 0, 0);
  context.drawImage(base, 0, 0, canvas.width, canvas.height);
  const {width, height} = strip;
  if (colours) drawArrows(context, stored, {width, height, scale: colours.scale, reach: colours.reach, zoom});
}
