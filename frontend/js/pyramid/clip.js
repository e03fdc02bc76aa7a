/** The clip of a pyramid, and over it where the node that is looked at has its part from; or the maps that users know. */

import * as api from '../api.js';
import {clock} from '../clock.js';
import {html, useEffect, useMemo, useRef, useState} from '../html.js';
import {Player} from '../player.js';
import {useStore} from '../store.js';
import {figures} from '../text.js';
import {keyOf} from './shape.js';

/** @typedef {import('./types.js').Tube} Tube */

const BASELINES = /** @type {const} */ ({'grad-cam': 'Grad-CAM', 'saliency-tube': 'Saliency tube'});

/** @param {{card: import('../types.js').ModelCard, clip: import('../findings/types.js').SurveyedClip | null, tubes: Tube[], node: string}} props */
export function Clip({card, clip, tubes, node}) {
  const [over, lay] = useState('node');
  if (!clip) return null;
  const known = Object.entries(BASELINES).filter(([name]) => tubes.some((tube) => tube.layer === name));
  const tube = tubes.find((each) => (over === 'node' ? each.unit !== null && keyOf(each.layer, each.unit) === node : each.layer === over));
  const lane = over === 'node' ? card.layers.find((layer) => layer.path === tube?.layer)?.streams : null;
  return html`<section class="panel" aria-label="The clip"><h2>The clip</h2><div class="pyramid-clip">${clip.streams.map((picture) => html`<figure key=${picture.name}><div class="well pyramid-over"><${Player} visualization=${api.clipMedia(card.name, clip.id)} picture=${picture} label=${`${picture.name} of the clip`} group="tiles" joins=${false} />
        ${tube && (!lane || lane.includes(picture.name)) ? html`<${Overlay} tube=${tube} frames=${picture.frames} />` : null}</div>
      <figcaption class="small muted">${picture.name}</figcaption></figure>`)}</div>
    <div class="segments segments-small" role="group" aria-label="What is laid over the clip">${[['node', 'Node'], ...known, ['none', 'Nothing']].map(([name, words]) => html`<button key=${name} aria-pressed=${over === name} onClick=${() => lay(name)}>${words}</button>`)}</div>
    <p class="small muted">${over === 'node' ? (tube ? 'Where the node fires and the score wants it to.' : 'Point at a unit to see where its part is.') : over === 'none' ? '' : over === 'grad-cam' ? 'Maps of the last row that has places, each times the mean of its gradient.' : 'Maps of the last layer, each times the weight that the class gives it.'} ${clip.name}${clip.label === null ? '' : `, ${card.classes[clip.label]}`}</p></section>`;
}

/** @param {{tube: Tube, frames: number}} props frames of the picture below */
function Overlay({tube, frames}) {
  const {frame} = useStore(clock.beat);
  const levels = useMemo(() => Uint8Array.from(atob(tube.data), (letter) => letter.charCodeAt(0)), [tube.data]);
  const at = Math.min(tube.frames - 1, Math.floor(((frame % frames) / frames) * tube.frames));
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const cells = tube.width * tube.height;
    const image = context.createImageData(tube.width, tube.height);
    for (let i = 0; i < cells; i++) image.data.set([255, 170, 0, Math.min(215, levels[at * cells + i])], 4 * i);
    context.putImageData(image, 0, 0);
  }, [levels, at]);
  return html`<canvas ref=${canvas} class="pyramid-tube" width=${tube.width} height=${tube.height} aria-hidden="true" data-frame=${at}></canvas>`;
}

/** What a unit gives frame by frame. @param {{tube: Tube | undefined}} props */
export function Trace({tube}) {
  const {frame, frames} = useStore(clock.beat);
  if (!tube || tube.frames < 2) return null;
  const [low, high] = [Math.min(0, ...tube.trace), Math.max(0, ...tube.trace)];
  const y = (/** @type {number} */ value) => 2 + 36 * (1 - (value - low) / (high - low || 1));
  const wide = 200 / tube.frames;
  const at = Math.min(tube.frames - 1, Math.floor((frame / frames) * tube.frames));
  return html`<svg class="pyramid-trace" viewBox="0 0 200 40" preserveAspectRatio="none" role="img" aria-label=${`What it gives in ${tube.frames} parts of the clip: ${tube.trace.map(figures).join(', ')}`}>
    ${tube.trace.map((value, i) => html`<rect key=${i} class=${i === at ? 'trace-now' : 'trace-bar'} x=${i * wide + 1} width=${wide - 2} y=${Math.min(y(value), y(0))} height=${Math.max(1, Math.abs(y(value) - y(0)))} />`)}</svg>`;
}
