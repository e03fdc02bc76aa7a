/** What is to be computed and is not there yet: having it made, how far it is, stopping it. */

import {html, useEffect, useRef} from './html.js';
import {durationText, ordinal, percent} from './text.js';
import {complain} from './toast.js';
import {cancel, learn, useVisualization} from './visualizations.js';

/** @typedef {import('./findings/types.js').Analysis} Analysis */

/** Present state of a job, and word when it has ended. @param {Analysis} first @param {() => void} onDone */
export function useJob(first, onDone) {
  const job = useVisualization(first) ?? first;
  const before = useRef(job.state);
  useEffect(() => {
    const ended = job.state === 'finished' || job.state === 'failed';
    if (ended && before.current !== job.state) onDone();
    before.current = job.state;
  }, [job.state]);
  return job;
}

/**
 * meanwhile: said while it waits or runs. ask: has it made. onDone: it has ended, look again.
 * @param {{job: Analysis, label: string, idle: any, action: string, meanwhile?: any, ask: () => Promise<{job: Analysis}>, onDone: () => void}} props
 */
export function Pending({job: first, label, idle, action, meanwhile = null, ask, onDone}) {
  const job = useJob(first, onDone);
  const {state, error} = job;
  const begin = () => learn(ask, (made) => [made.job]).then((made) => made.job.state === 'finished' && onDone()).catch(complain);
  const busy = state === 'queued' || state === 'running';
  return html`<section class="pending" aria-label=${label}><div role="status">${busy ? html`${meanwhile}<${Progress} analysis=${job} />` : state === 'failed' ? html`<p class="reason">${error}</p>` : html`<p>${state === 'canceled' ? 'Stopped. ' : ''}${idle}</p>`}</div>
    ${busy ? html`<button class="button quiet-button" onClick=${() => cancel(job)}>Cancel</button>` : html`<button class="button button-main" onClick=${begin}>${state === 'failed' ? 'Try again' : action}</button>`}</section>`;
}

/** How far an analysis is, in words and as a bar. @param {{analysis: Analysis}} props */
export function Progress({analysis: {state, position, progress, blocked}}) {
  if (blocked) return html`<span class="small">Waits for a worker. ${blocked}</span>`;
  if (state === 'queued') return html`<span class="small">Queued${position ? `, ${ordinal(position)} in line` : ''}</span>`;
  if (!progress || !progress.steps) return html`<progress aria-label="Starting"></progress>`;
  const left = progress.eta_s === null || progress.eta_s === undefined ? '' : `, ${durationText(progress.eta_s)} left`;
  const said = `${progress.phase || 'steps'}: ${progress.step} of ${progress.steps}`;
  return html`<progress max="100" value=${percent(progress)} aria-label=${said}></progress><span class="small figures">${said}${left}</span>`;
}
