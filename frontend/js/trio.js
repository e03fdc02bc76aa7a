/** Three equal players: appearance | slow motion | fast motion, with what each of them reached. */

import {isOneInput} from './catalogue.js';
import {html, useState} from './html.js';
import {useKeys} from './keys.js';
import {ACTIVATION_NOTE, activationText, pxText} from './text.js';
import {triplet} from './triplet.js';
import {isAbsent, start} from './visualizations.js';
import {Well} from './well.js';

/** @typedef {import('./types.js').Visualization} Visualization */
/** @typedef {import('./triplet.js').Place} Place */

/**
 * @param {object} props
 * @param {import('./types.js').ModelCard} props.card
 * @param {import('./types.js').LayerCard} props.layer
 * @param {Partial<Record<string, Visualization>>} props.runs present states, by variant
 * @param {string} props.name of the unit
 * @param {boolean} props.dead
 */
export function Trio({card, layer, runs, name, dead}) {
  const [large, enlarge] = useState(/** @type {string | null} */ (null));
  const [appearanceOf, setAppearanceOf] = useState(/** @type {'slow' | 'fast'} */ ('slow'));
  const places = triplet(card, layer, runs, appearanceOf);
  const first = places.find((place) => !place.blind && isAbsent(place.visualization));
  const toggle = (/** @type {number} */ i) => () => enlarge(large === places[i].role ? null : places[i].role);
  useKeys({1: toggle(0), 2: toggle(1), 3: toggle(2), Escape: () => enlarge(null)});
  return html`<div class=${large ? 'trio trio-large' : 'trio'}>
    ${places.map((place, i) => html`<figure key=${place.role} class=${large === place.role ? 'pane pane-large' : 'pane'} aria-label=${`${place.title} of ${name}`}>
      <header><h2>${place.title}</h2>
        ${place.picture ? html`<button class="quiet" aria-pressed=${large === place.role} title=${`Key ${i + 1}`} onClick=${toggle(i)}>${large === place.role ? 'Smaller' : 'Enlarge'}</button>` : null}</header>
      <${Well} place=${place} dead=${dead} label=${`${place.title} that excites ${name} most`} onVisualize=${place === first ? () => startRuns(runs) : null} />
      <${Caption} place=${place} card=${card} runs=${runs} appearanceOf=${appearanceOf} onToggle=${setAppearanceOf} />
    </figure>`)}
  </div>`;
}

/** Have those computed that are not and are not under way. @param {Partial<Record<string, Visualization>>} runs */
export function startRuns(runs) {
  for (const run of Object.values(runs)) if (run && isAbsent(run)) start(run.spec);
}

/** @param {{place: Place, card: import('./types.js').ModelCard, runs: Partial<Record<string, Visualization>>, appearanceOf: 'slow' | 'fast', onToggle: (of: 'slow' | 'fast') => void}} props */
function Caption({place, card, runs, appearanceOf, onToggle}) {
  const {visualization, picture, role, blind} = place;
  const result = visualization?.result;
  if (blind || !result || result.dead) return null;
  const toggles = role === 'appearance' && !isOneInput(card) && runs.slow?.result && runs.fast?.result;
  return html`<figcaption>
    <dl class="reached">
      <div title=${ACTIVATION_NOTE}><dt>Activation</dt><dd>${activationText(result.normalized)}</dd></div>
      ${picture?.peak ? html`<div><dt>Peak flow</dt><dd>${pxText(picture.peak)}</dd></div>` : html`<div><dt>Picture</dt><dd>${picture ? sizeText(picture) : '–'}</dd></div>`}
      <div><dt>Seed</dt><dd>${visualization?.spec.parameters.seed ?? 0}</dd></div>
    </dl>
    ${toggles ? html`<div class="segments segments-small" role="group" aria-label="Whose appearance">${/** @type {const} */ (['slow', 'fast']).map((of) => html`<button key=${of}
      aria-pressed=${of === appearanceOf} onClick=${() => onToggle(of)}>of the ${of} run</button>`)}</div>` : null}
    ${role === 'appearance' && isOneInput(card) && isWeak(runs) ? html`<p class="muted small">No response to a still: under a tenth of slow motion's activation.</p>` : null}
  </figcaption>`;
}

/** @param {import('./types.js').StreamPicture} picture */
function sizeText({width, height, frames}) {
  return frames > 1 ? `${frames} × ${width} × ${height} px` : `${width} × ${height} px`;
}

/** @param {Partial<Record<string, Visualization>>} runs */
function isWeak(runs) {
  const [still, slow] = [runs.still?.result?.normalized, runs.slow?.result?.normalized];
  return typeof still === 'number' && typeof slow === 'number' && slow > 0 && still < 0.1 * slow;
}
