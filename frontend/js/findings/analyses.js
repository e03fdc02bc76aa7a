/** Having a model analysed from the page: what there is to do, how far it is, and stopping it. */

import * as api from '../api.js';
import {html} from '../html.js';
import {Progress, useJob} from '../pending.js';
import {useResource} from '../resource.js';
import {countText} from '../text.js';
import {complain} from '../toast.js';
import {cancel, learn} from '../visualizations.js';

/** @typedef {import('./types.js').Analysis} Analysis */
/** @typedef {import('./types.js').AnalysisSpec} AnalysisSpec */

/** @param {{model: string, onDone: () => void}} props */
export function Analyses({model, onDone}) {
  const found = useResource(`analyses ${model}`, () => learn(() => api.analyses(model), (page) => page.items));
  if (!found.value) return null;
  const {items} = found.value;
  return html`<section class="panel analyses" aria-label="Compute findings"><h2>Compute</h2>
    <ul class="analysis-list">${items.map((analysis) => html`<li key=${analysis.id}><${Row} ...${{model, analysis, onDone}} /></li>`)}</ul>
    <p class="muted small">${items.some(({spec}) => spec.what === 'clips') ? html`Over other clips, on the server: <code>./kinetoscope analyse ${model} CLIPS</code>` : html`The server knows no set of clips. Name folders in its setting <code>KINETOSCOPE_CLIPS</code>, as <code>name=folder</code>, or run <code>./kinetoscope analyse ${model} CLIPS</code> there.`}</p>
  </section>`;
}

/** @param {{model: string, analysis: Analysis, onDone: () => void}} props */
function Row({model, analysis, onDone}) {
  const live = useJob(analysis, onDone);
  const {state, spec, error} = live;
  const {what, clips, units} = spec;
  const begin = () => learn(() => api.analyse(model, what === 'clips' ? {what, clips} : {what: 'optima', units}), (view) => [view]).catch(complain);
  const busy = state === 'queued' || state === 'running';
  return html`<div class="analysis"><div><b>${titleOf(spec)}</b><p class="muted small">${noteOf(spec)}</p></div>
    <div class="analysis-state" role="status">${busy ? html`<${Progress} analysis=${live} />` : state === 'failed' ? html`<p class="reason small">${error}</p>` : state === 'canceled' ? html`<p class="muted small">Stopped. What was found so far is kept.</p>` : null}</div>
    ${busy ? html`<button class="button quiet-button" aria-label=${`Cancel ${titleOf(spec)}`} onClick=${() => cancel(live)}>Cancel</button>`
      : html`<button class="button" aria-label=${`Compute ${titleOf(spec)}`} onClick=${begin}>${state === 'absent' ? 'Compute' : state === 'finished' ? 'Compute again' : 'Go on'}</button>`}</div>`;
}

/** @param {AnalysisSpec} spec */
const titleOf = ({what, clips, units}) => (what === 'optima' ? `Optima of ${countText(units, 'unit')} per layer` : clips === 'drawn' ? 'Drawn clips' : `Clips: ${clips}`);

/** @param {AnalysisSpec} spec */
const noteOf = ({what, clips}) => (what === 'optima' ? 'What slowness costs, and how alike their two pictures are. Needs no clips.'
  : clips === 'drawn' ? 'Clips drawn for this model, half of them ambiguous.' : 'Every unit and every class, over all clips of the folder.');
