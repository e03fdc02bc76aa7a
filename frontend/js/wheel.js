/** The legend of motion: a disc of the colours of all directions and speeds, with its radius in px per frame. */

import {display, useFastest, useReach} from './display.js';
import {html, useEffect, useRef} from './html.js';
import {COLOURINGS, colour} from './motion.js';
import {useStore} from './store.js';
import {pxText} from './text.js';

const SIDE = 240;

/** @param {{fps?: number | null, group?: import('./display.js').Group, compact?: boolean}} props */
export function Wheel({fps = null, group = 'stage', compact = false}) {
  const {colouring, scale} = useStore(display);
  const reach = useReach(group);
  const fastest = useFastest(group);
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  useEffect(() => {
    if (canvas.current) drawWheel(canvas.current, colouring);
  }, [colouring]);
  const radius = scale === 'own' ? "each clip's own peak" : fastest ? pxText(reach) : 'the fastest motion here';
  return html`<figure class=${compact ? 'wheel wheel-compact' : 'wheel'}>
    <div class="wheel-disc">
      <span class="wheel-axis wheel-up" aria-hidden="true">up</span>
      <span class="wheel-axis wheel-left" aria-hidden="true">left</span>
      <canvas ref=${canvas} width=${SIDE} height=${SIDE} role="img"
        aria-label=${`Colour of motion by direction and speed. ${COLOURINGS[colouring].note} Rim: ${radius}.`}></canvas>
      <span class="wheel-axis wheel-right" aria-hidden="true">right</span>
      <span class="wheel-axis wheel-down" aria-hidden="true">down</span>
    </div>
    <figcaption>
      <b>Rim = ${radius}</b>
      ${scale === 'shared' && fastest > 1.01 * reach ? html`<span>Faster motion, up to ${pxText(fastest)}, has the rim's colour.</span>` : null}
      <span>${COLOURINGS[colouring].note}</span>
      ${fps ? html`<span>1 frame = ${Math.round(1000 / fps)} ms (${fps} fps as the network sees it)</span>` : null}
    </figcaption>
  </figure>`;
}

/** The legend in the play bar, for when the large one is out of sight. */
export function SmallWheel() {
  const {colouring, scale} = useStore(display);
  const [stage, tiles, reached] = [useReach('stage'), useReach('tiles'), useFastest('stage')];
  const reach = reached ? stage : tiles;
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  useEffect(() => {
    if (canvas.current) drawWheel(canvas.current, colouring);
  }, [colouring]);
  const rim = scale === 'own' ? 'own peak' : pxText(reach);
  return html`<div class="wheel-small" title=${COLOURINGS[colouring].note}><canvas ref=${canvas} width=${SIDE} height=${SIDE} aria-hidden="true"></canvas>
    <span class="figures"><span class="hidden">Rim of the colour wheel: </span>${rim}</span></div>`;
}

/** @param {HTMLCanvasElement} canvas @param {import('./motion.js').Colouring} colouring */
function drawWheel(canvas, colouring) {
  const context = canvas.getContext('2d', {colorSpace: 'srgb'});
  if (!context) return;
  const image = context.createImageData(SIDE, SIDE);
  const centre = (SIDE - 1) / 2;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const u = (x - centre) / centre;
      const v = (y - centre) / centre;
      const speed = Math.hypot(u, v);
      const [r, g, b] = colour(colouring, u, v, 1);
      // one pixel of soft edge
      const alpha = Math.min(Math.max((1 - speed) * centre, 0), 1) * 255;
      image.data.set([r, g, b, alpha], (y * SIDE + x) * 4);
    }
  }
  context.putImageData(image, 0, 0);
  if (colouring === 'arrows') drawSpokes(context);
}

/** @param {CanvasRenderingContext2D} context */
function drawSpokes(context) {
  const centre = SIDE / 2;
  context.strokeStyle = '#fffff0';
  context.lineWidth = 3;
  context.lineCap = 'round';
  for (let i = 0; i < 8; i++) {
    context.save();
    context.translate(centre, centre);
    context.rotate((i * Math.PI) / 4);
    context.beginPath();
    context.moveTo(28, 0);
    context.lineTo(100, 0);
    context.moveTo(86, -9);
    context.lineTo(100, 0);
    context.lineTo(86, 9);
    context.stroke();
    context.restore();
  }
}
