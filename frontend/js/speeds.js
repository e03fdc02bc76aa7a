/** Speed tuning: the same unit at several slownesses chi, from time left free to slow, with the activation reached. */

import * as api from './api.js';
import {isOneInput} from './catalogue.js';
import {html} from './html.js';
import {useResource} from './resource.js';
import {setQuery} from './router.js';
import {isAtlas} from './site.js';
import {activationText, pxText} from './text.js';
import {pictureOf} from './triplet.js';
import {isAbsent, learn, ofUnit, start, useVisualizations} from './visualizations.js';
import {Well} from './well.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/** From fast to slow. */
export const CHIS = [0, 1, 2.5, 5, 10];

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, number: number, seed: number, runs: Record<string, Visualization | undefined>, chosen: string | null}} props */
export function Speeds({card, layer, number, seed, runs, chosen}) {
  const wanted = chosen !== null && chosen !== '' && Number(chosen) >= 0 ? Number(chosen) : null;
  const chis = [...new Set(wanted === null ? CHIS : [...CHIS, wanted])].sort((a, b) => a - b);
  const between = useResource(`speeds ${card.name} ${layer.path} ${number} ${seed} ${chis}`, () =>
    Promise.all(chis.filter(isBetween).map((chi) => learn(() => api.unit(card.name, layer.path, number, {seed, chi}), ofUnit).then((unit) => unit.chi ?? undefined, orNothing))),
  );
  const found = useVisualizations(between.value ?? []);
  const at = (/** @type {number} */ chi) => (chi === 0 ? runs.fast : chi === 10 ? runs.slow : found[chis.filter(isBetween).indexOf(chi)]);
  const all = chis.map((chi) => ({chi, run: at(chi)})).filter(({run}) => run || !isAtlas);
  const best = Math.max(1e-9, ...all.map(({run}) => run?.result?.normalized ?? 0));
  const absent = all.filter(({run}) => isAbsent(run));
  const onSubmit = (/** @type {any} */ event) => (event.preventDefault(), setQuery({chi: new FormData(event.target).get('chi')}));
  const one = isOneInput(card);
  if (isAtlas && !all.some(({chi}) => isBetween(chi))) return null; // slow and fast alone are above
  return html`<section class="panel panel-wide speeds" aria-label="Speed tuning">
    <header class="panel-head"><div><h2>Speed tuning</h2><p class="muted small">The weight χ on change over time, from free (fast) to slow. A unit that keeps its activation does not care about speed.</p></div>
      <div class="row">${absent.length ? html`<button class="button" onClick=${() => absent.forEach(({run}) => run && start(run.spec))}>Compute ${absent.length} missing</button>` : null}
      ${isAtlas ? null : html`<form class="jump" onSubmit=${onSubmit}><label>Another χ <input name="chi" type="number" min="0" max="1000" step="any" required /></label><button class="button quiet-button">Add</button></form>`}</div></header>
    <ol class="speed-strip">${all.map(({chi, run}) => html`<li key=${chi} class=${chi === wanted ? 'speed speed-chosen' : 'speed'}>
      <${Speed} ...${{chi, run, one, best, inputs: layer.streams.length}} /></li>`)}</ol>
  </section>`;
}

/** An atlas may hold some values only. @param {unknown} problem */
const orNothing = (problem) => {
  if (isAtlas) return undefined;
  throw problem;
};

/** Neither slow nor fast: those are the unit's own variants. @param {number} chi */
const isBetween = (chi) => chi !== 0 && chi !== 10;

/** @param {{chi: number, run: Visualization | undefined, one: boolean, best: number, inputs: number}} props */
function Speed({chi, run, one, best, inputs}) {
  const picture = pictureOf(run, one ? 'clip' : 'motion');
  const name = `χ ${chi}`;
  /** @type {import('./triplet.js').Place} */
  const place = {role: 'slow', title: name, visualization: run, picture, blind: null, inputs};
  const reached = run?.result?.normalized ?? null;
  return html`<h3>${name}${chi === 0 ? ' fast' : chi === 10 ? ' slow' : ''}</h3>
    <${Well} place=${place} label=${`Motion at ${name}`} dead=${false} />
    ${reached === null ? null : html`<div class="bar"><progress max="1" value=${Math.max(0, reached / best)} aria-label=${`Activation at ${name}`}></progress>
      <span class="small figures"><b>${activationText(reached)}</b>${picture?.peak ? ` · ${pxText(picture.peak)}` : ''}</span></div>`}`;
}
