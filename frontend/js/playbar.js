/** The bar that drives the page's one clock, and how motion is coloured. */

import {clock, FRAME_MS, SPEEDS} from './clock.js';
import {display, useAnyMotion} from './display.js';
import {html, useState} from './html.js';
import {COLOURINGS} from './motion.js';
import {useStore} from './store.js';
import {SmallWheel} from './wheel.js';

/** There once something on the page moves. */
export function Playbar() {
  const {frame, frames, playing, speed} = useStore(clock.beat);
  const motion = useAnyMotion();
  const [open, setOpen] = useState(false);
  if (frames < 2) return null;
  return html`<section class=${open ? 'playbar playbar-open' : 'playbar'} aria-label="Playback of all pictures on this page">
    <div class="playbar-keys">
      <button class="key key-play" aria-label=${playing ? 'Pause all' : 'Play all'} title="Space" onClick=${() => clock.toggle()}>
        <${Icon} shape=${playing ? 'pause' : 'play'} />
      </button>
      <button class="key" aria-label="One frame back" title="," onClick=${() => clock.step(-1)}><${Icon} shape="back" /></button>
      <button class="key" aria-label="One frame on" title="." onClick=${() => clock.step(1)}><${Icon} shape="on" /></button>
    </div>
    <label class="playbar-scrub">
      <span class="hidden">Frame</span>
      <input type="range" min="0" max=${Math.max(frames - 1, 0)} step="1" value=${frame}
        aria-valuetext=${`Frame ${frame + 1} of ${frames}`}
        onInput=${(/** @type {any} */ event) => (clock.pause(), clock.seek(Number(event.target.value)))} />
      <output class="figures"><b>${frame + 1}</b> / ${frames}</output>
    </label>
    ${motion ? html`<${SmallWheel} />` : null}
    <button class="button quiet-button playbar-more" aria-expanded=${open} aria-controls="playbar-choices" onClick=${() => setOpen(!open)}>Display</button>
    <div class="playbar-choices" id="playbar-choices">
    <label class="choice"><span>Speed</span>
      <select name="speed" value=${speed} onChange=${(/** @type {any} */ event) => clock.setSpeed(Number(event.target.value))}>
        ${SPEEDS.map((s) => html`<option value=${s} selected=${s === speed}>${FRAME_MS / s} ms a frame</option>`)}
      </select></label>
    ${motion ? html`<${DisplayChoices} />` : null}
    </div>
  </section>`;
}

function DisplayChoices() {
  const {colouring, scale, gain, over} = useStore(display);
  return html`<label class="choice"><span>Colour</span>
      <select name="colouring" value=${colouring} onChange=${(/** @type {any} */ event) => display.patch({colouring: event.target.value})}>
        ${Object.entries(COLOURINGS).map(([name, {title}]) => html`<option value=${name} selected=${name === colouring}>${title}</option>`)}
      </select></label>
    <label class="choice"><span>Scale</span>
      <select name="scale" value=${scale} onChange=${(/** @type {any} */ event) => display.patch({scale: event.target.value})}>
        <option value="shared" selected=${scale === 'shared'}>shared</option>
        <option value="own" selected=${scale === 'own'}>own peak</option>
      </select></label>
    <label class="choice"><span>Gain</span>
      <select name="gain" value=${gain} onChange=${(/** @type {any} */ event) => display.patch({gain: Number(event.target.value)})}>
        ${[1, 2, 4, 8].map((g) => html`<option value=${g} selected=${g === gain}>${g}×</option>`)}
      </select></label>
    <label class="choice"><span>Motion</span>
      <select name="over" value=${over ? 'over' : 'beside'} onChange=${(/** @type {any} */ event) => display.patch({over: event.target.value === 'over'})}>
        <option value="beside" selected=${!over}>beside</option>
        <option value="over" selected=${over}>over appearance</option>
      </select></label>`;
}

/** @type {Record<string, string>} */
const SHAPES = {
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M6 5h4v14H6zM14 5h4v14h-4z',
  back: 'M5 5h2.6v14H5zM19 5v14L9 12z',
  on: 'M16.4 5H19v14h-2.6zM5 5l10 7-10 7z',
};

/** @param {{shape: string}} props */
function Icon({shape}) {
  return html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d=${SHAPES[shape]} fill="currentColor" /></svg>`;
}
