/** What the network sees in one window, frame by frame on the page's clock, with a glow where something is strong. */

import * as api from '../api.js';
import {html} from '../html.js';
import {Player} from '../player.js';
import {setQuery} from '../router.js';
import {fpsOf} from '../shown.js';
import {unitOf} from '../unit-names.js';
import {Wheel} from '../wheel.js';
import {Tube} from './tube.js';

/** @typedef {import('./types.js').Probe} Probe */
/** @typedef {import('./types.js').StreamPicture} StreamPicture */

export const SALIENCY = 'saliency';
const NOTHING = 'nothing';

/** The unit that a glow is of, if it is one of those that were found. @param {Probe} probe @param {string} glow */
function glowing(probe, glow) {
  const {layer, unit} = unitOf(glow);
  return probe.layers.find(({path}) => path === layer)?.units.find((each) => each.unit === unit) ?? null;
}

/** @param {{card: import('../types.js').ModelCard, probe: Probe, glow: string}} props */
export function Sight({card, probe, glow: wanted}) {
  const {spec, streams, at, length} = probe;
  const unit = glowing(probe, wanted);
  const glow = wanted === SALIENCY || unit ? wanted : NOTHING;
  const name = card.classes[probe.classes[0]];
  const frames = Math.max(...streams.map((picture) => picture.frames));
  const tubeOf = (/** @type {StreamPicture} */ picture) => (glow === SALIENCY ? probe.saliency.find((each) => each.name === `saliency-${picture.name}`) ?? null : unit?.tube ?? null);
  const choices = [[NOTHING, 'nothing'], [SALIENCY, `what ${name} looks at`], ...(unit ? [[glow, `where unit ${unit.unit} fires`]] : [])];
  return html`<section class="panel panel-wide" aria-label="What the network sees"><header class="panel-head"><div><h2>What the network sees</h2>
      <p class="muted small">${(at - length / 2).toFixed(2)} to ${(at + length / 2).toFixed(2)} s: exactly its input, every frame of it.${probe.flow ? ` Motion: ${probe.flow}.` : ''}</p></div>
      <label class="field">Glow <select name="glow" value=${glow} onChange=${(/** @type {any} */ event) => setQuery({glow: event.target.value === SALIENCY ? null : event.target.value})}>${choices.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === glow}>${words}</option>`)}</select></label></header>
    <div class="probe-sight">${streams.map((picture) => {
      const tube = tubeOf(picture);
      return html`<figure key=${picture.strip}><div class="well"><${Player} visualization=${api.broughtMedia(spec.clip)} picture=${picture} label=${`${picture.name}: what the network sees`} />
        ${tube ? html`<${Tube} key=${tube.strip} clip=${spec.clip} tube=${tube} frames=${frames} label=${glow === SALIENCY ? `What ${name} looks at` : 'Where the unit fires'} />` : null}</div>
        <figcaption class="small muted">${picture.name}, ${picture.frames === 1 ? 'one frame' : `${picture.frames} frames at ${picture.fps} fps`}</figcaption></figure>`;
    })}${fpsOf(card) ? html`<${Wheel} fps=${fpsOf(card)} />` : null}</div>
    ${glow !== SALIENCY && glow !== NOTHING && unit && !unit.tube ? html`<p class="small muted">This unit has no places: its layer sees everything at once.</p>` : null}</section>`;
}
