/** What is to be computed of a pyramid and is not there yet: having it made, how far it is, stopping it. */

import {Progress} from '../findings/analyses.js';
import {html, useEffect, useRef} from '../html.js';
import {complain} from '../toast.js';
import {cancel, learn, useVisualization} from '../visualizations.js';

/** @typedef {import('../findings/types.js').Analysis} Analysis */

/**
 * ask: has it made. onDone: it is there, look again.
 * @param {{job: Analysis, label: string, idle: any, action: string, ask: () => Promise<{job: Analysis}>, onDone: () => void}} props
 */
export function Pending({job: first, label, idle, action, ask, onDone}) {
  const job = /** @type {Analysis} */ (/** @type {any} */ (useVisualization(/** @type {any} */ (first)) ?? first));
  const {state, error} = job;
  const before = useRef(state);
  useEffect(() => {
    if (state === 'finished' && before.current !== 'finished') onDone();
    before.current = state;
  }, [state]);
  const begin = () => learn(ask, (made) => [/** @type {any} */ (made.job)]).then((made) => made.job.state === 'finished' && onDone()).catch(complain);
  const busy = state === 'queued' || state === 'running';
  return html`<section class="pyramid-pending" aria-label=${label}><div role="status">${busy ? html`<${Progress} analysis=${job} />` : state === 'failed' ? html`<p class="reason">${error}</p>` : idle}</div>
    ${busy ? html`<button class="button quiet-button" onClick=${() => cancel(/** @type {any} */ (job))}>Cancel</button>` : html`<button class="button" onClick=${begin}>${state === 'failed' ? 'Try again' : action}</button>`}</section>`;
}
