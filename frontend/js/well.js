/** A picture well: the picture, or the state of its making in words, with what can be done about it. */

import {display} from './display.js';
import {html} from './html.js';
import {Player} from './player.js';
import {Preview, sideOf} from './preview.js';
import {isAtlas} from './site.js';
import {useStore} from './store.js';
import {durationText, ordinal, percent} from './text.js';
import {pictureOf} from './triplet.js';
import {cancel, retry, start} from './visualizations.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/**
 * @param {object} props
 * @param {import('./triplet.js').Place} props.place
 * @param {string} props.label
 * @param {boolean} [props.dead]
 * @param {(() => void) | null} [props.onVisualize] what the button of an absent picture does; null: none; absent: start this one
 */
export function Well({place, label, dead = false, onVisualize}) {
  const {visualization, picture, blind} = place;
  const {over} = useStore(display);
  if (blind) return html`<div class="well well-note"><p>${blind}</p></div>`;
  if (dead || visualization?.result?.dead) return html`<${Dead} />`;
  if (!visualization) return html`<div class="well well-note"><p>${isAtlas ? 'Not in this atlas' : 'Loading…'}</p></div>`;
  if (picture) return html`<div class="well"><${Player} key=${visualization.id + picture.name} ...${{visualization, picture, label}} over=${over ? stillOf(visualization, picture) : null} /></div>`;
  if (visualization.state === 'running') return html`<${Running} visualization=${visualization} side=${sideOf(place.role, place.inputs)} />`;
  return html`<div class="well well-note"><${Making} visualization=${visualization} onVisualize=${onVisualize} /></div>`;
}

/** What motion can be laid over: the appearance of the same run. @param {Visualization} visualization @param {import('./types.js').StreamPicture} picture */
function stillOf(visualization, picture) {
  const look = picture.kind === 'motion' ? pictureOf(visualization, 'look') : undefined;
  return look ? {visualization, picture: look} : null;
}

function Dead() {
  return html`<div class="well well-note">
    <b>Dead unit</b>
    <p>It never fired on the calibration clips, so there is nothing that excites it to show.</p>
  </div>`;
}

/** @param {{visualization: Visualization, onVisualize?: (() => void) | null}} props */
function Making({visualization, onVisualize}) {
  const {state} = visualization;
  if (state === 'queued') return html`<${Queued} visualization=${visualization} />`;
  if (state === 'failed') return html`<${Failed} visualization=${visualization} />`;
  if (state === 'finished') return html`<p>This input has no picture here.</p>`;
  const said = isAtlas ? 'Not in this atlas' : state === 'canceled' ? 'Canceled' : 'Not computed yet';
  return html`<b>${said}</b>
    ${onVisualize === null || isAtlas ? null : html`<button class="button" onClick=${() => (onVisualize ? onVisualize() : start(visualization.spec))}>Visualize</button>`}`;
}

/** @param {{visualization: Visualization}} props */
function Queued({visualization}) {
  const {position, blocked} = visualization;
  return html`<b>${blocked ? 'Waits for a worker' : `Queued${position ? `, ${ordinal(position)} in line` : ''}`}</b>
    <p>${blocked ? blocked : position && position > 1 ? 'Starts when those before it are done.' : 'Starts as soon as a worker is free.'}</p>
    <button class="button quiet-button" onClick=${() => cancel(visualization)}>Cancel</button>`;
}

/** @param {{visualization: Visualization, side: string}} props */
function Running({visualization, side}) {
  const {progress} = visualization;
  return html`<div class="well well-running">
    ${progress?.preview ? html`<${Preview} url=${progress.preview} side=${side} label="Preview of the running optimization" />` : html`<b>Starting…</b>`}
    <div class="well-foot"><${Progress} progress=${progress} /><button class="button quiet-button" onClick=${() => cancel(visualization)}>Cancel</button></div>
  </div>`;
}

/** @param {{progress: import('./types.js').Progress | null}} props */
export function Progress({progress}) {
  if (progress?.phase) return html`<${Preparation} progress=${progress} />`;
  if (!progress || !progress.steps) return html`<progress aria-label="Waiting for the first step"></progress>`;
  const left = progress.eta_s === null || progress.eta_s === undefined ? '' : `, ${durationText(progress.eta_s)} left`;
  return html`<div class="progress">
    <progress max="100" value=${percent(progress)} aria-label=${`Step ${progress.step} of ${progress.steps}`}></progress>
    <span class="small">step ${progress.step} of ${progress.steps}${left}</span>
  </div>`;
}

/** What is done before the first step. @param {{progress: import('./types.js').Progress}} props */
function Preparation({progress: {phase, step, steps}}) {
  return html`<div class="progress">
    ${steps ? html`<progress max=${steps} value=${step} aria-label=${`${phase}: ${step} of ${steps}`}></progress>` : html`<progress aria-label=${phase}></progress>`}
    <span class="small">${phase}${steps ? `, ${step} of ${steps}` : ''}</span>
  </div>`;
}

/** @param {{visualization: Visualization}} props */
function Failed({visualization}) {
  return html`<b>Failed</b>
    <p class="reason">${visualization.error || 'The worker gave no reason.'}</p>
    <button class="button" onClick=${() => retry(visualization)}>Try again</button>`;
}
