/** The clips that excite a unit most, some that leave it cold, and where and when it fired. */

import * as api from '../api.js';
import {html, useState} from '../html.js';
import {Player} from '../player.js';
import {figures} from '../text.js';

/** @typedef {import('./types.js').Example} Example */
/** @typedef {import('./types.js').SurveyedClip} SurveyedClip */
/** @typedef {import('../types.js').ModelCard} ModelCard */

const GROUPS = {top: 'Strongest', middle: 'About the median', random: 'At random'};

/** @param {{card: ModelCard, layer: import('../types.js').LayerCard, examples: Example[], clips: Record<string, SurveyedClip>, maximum: number}} props */
export function Examples({card, layer, examples, clips, maximum}) {
  const motion = card.streams.find((stream) => stream.kind === 'motion' && layer.streams.includes(stream.name));
  const look = card.streams.find((stream) => stream.kind !== 'motion');
  const [shown, show] = useState(motion && layer.streams.length === 1 ? motion.name : look?.name ?? motion?.name ?? '');
  const groups = /** @type {(keyof typeof GROUPS)[]} */ (Object.keys(GROUPS)).map((name) => ({name, own: examples.filter((example) => example.group === name && clips[example.clip])}));
  return html`<section class="panel panel-wide" aria-label="Clips and what it makes of them">
    <header class="panel-head"><div><h2>Clips that excite it</h2><p class="muted small">The frame is the field of the cell that fired most; the line is the activation over the clip.</p></div>
      ${motion && look ? html`<div class="segments segments-small" role="group" aria-label="What is shown of the clips">${[look, motion].map((stream) => html`<button key=${stream.name}
        aria-pressed=${shown === stream.name} onClick=${() => show(stream.name)}>${stream.name}</button>`)}</div>` : null}</header>
    <div class="examples">${groups.filter(({own}) => own.length).map(({name, own}) => html`<section key=${name} aria-label=${GROUPS[name]}><h3 class="small muted">${GROUPS[name]}</h3>
      <ul class="example-row">${own.map((example) => html`<li key=${example.clip}><${Clip} ...${{card, example, clip: clips[example.clip], shown, maximum}} /></li>`)}</ul></section>`)}</div>
  </section>`;
}

/** One clip as a unit saw it. @param {{card: ModelCard, example: Example, clip: SurveyedClip, shown: string, maximum: number}} props */
export function Clip({card, example, clip, shown, maximum}) {
  const picture = clip.streams.find((stream) => stream.name === shown) ?? clip.streams[0];
  const name = clip.label === null ? shortName(clip.name) : card.classes[clip.label];
  const wrong = clip.label !== null && clip.predicted !== clip.label ? card.classes[clip.predicted] : null;
  return html`<figure class="example">
    <div class="well">${picture ? html`<${Player} key=${clip.id + picture.name} visualization=${api.clipMedia(card.name, clip.id)} picture=${picture} label=${`A clip of ${name}`} group="tiles" joins=${false} />` : null}
      ${example.box ? html`<${Box} box=${example.box} />` : null}</div>
    <figcaption class="small"><b title=${clip.name}>${name}</b><span class="figures">${figures(example.activation)}</span>
      ${wrong ? html`<span class="muted">taken for ${wrong}</span>` : null}${clip.split === 'hard' ? html`<span class="muted">ambiguous</span>` : null}</figcaption>
    ${example.trace.length > 1 ? html`<${Trace} example=${example} maximum=${maximum} />` : null}
  </figure>`;
}

/** @param {{box: [number, number, number, number]}} props */
function Box({box: [left, top, right, bottom]}) {
  return html`<svg class="example-box" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
    <rect x=${100 * left} y=${100 * top} width=${100 * (right - left)} height=${100 * (bottom - top)} /></svg>`;
}

/** @param {{example: Example, maximum: number}} props */
function Trace({example: {trace, moment}, maximum}) {
  const [low, high] = [Math.min(0, ...trace), Math.max(maximum, ...trace, 1e-9)];
  const points = trace.map((value, i) => `${((i + 0.5) / trace.length * 100).toFixed(1)},${(24 * (1 - (value - low) / (high - low))).toFixed(1)}`).join(' ');
  return html`<svg class="example-trace" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=${`Strongest at ${Math.round(100 * moment)} % of the clip`}>
    <line class="chart-grid" x1=${100 * moment} x2=${100 * moment} y1="0" y2="24" /><polyline class="chart-line chart-slow" points=${points} /></svg>`;
}

/** @param {string} path */
const shortName = (path) => (path.split('/').pop() ?? path).replace(/\.\w+$/, '');
