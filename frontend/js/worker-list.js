/** The workers that are alive, by host: device, models, memory, how fast they are; each can be asked to take no more. */

import * as api from './api.js';
import {html} from './html.js';
import {countText, figures} from './text.js';
import {complain} from './toast.js';

/** @typedef {import('./types.js').Worker} Worker */

const GIGA = 2 ** 30;

/** @param {{workers: Worker[] | null}} props */
export function Workers({workers}) {
  if (!workers) return null;
  const hosts = [...new Set(workers.map((worker) => worker.host))].sort();
  return html`<section class="jobs"><h2>Workers <span class="muted figures">${workers.length || ''}</span></h2>
    <p class="muted small">A worker computes on one device, one job or a few alike at a time.${workers.length ? ' To upgrade a machine or switch it off, drain its workers first: each finishes what it is on and takes no more.' : ''}</p>
    ${workers.length ? hosts.map((host) => html`<${Host} key=${host} host=${host} workers=${workers.filter((worker) => worker.host === host)} titled=${hosts.length > 1} />`)
      : html`<p class="muted">No worker is running. Start one with <code>./kinetoscope run</code>, or <code>./kinetoscope worker</code> on another machine.</p>`}</section>`;
}

/** @param {{host: string, workers: Worker[], titled: boolean}} props */
function Host({host, workers, titled}) {
  return html`${titled ? html`<h3 class="workers-host">${host || 'Unnamed host'}</h3>` : null}
    <ul class="workers">${workers.map((worker) => html`<${Row} key=${worker.name} worker=${worker} />`)}</ul>`;
}

/** @param {{worker: Worker}} props */
function Row({worker}) {
  const {name, device, models, draining} = worker;
  return html`<li>
    <i class=${`dot ${worker.job ? 'dot-busy' : 'dot-idle'}`} aria-hidden="true"></i><b>${name}</b><span>${device}</span><span class="muted">${stateOf(worker)}</span>
    <span class="muted figures">${memoryOf(worker)}</span><span class="muted figures">${speedOf(worker)}</span>
    <span class="muted">${models.join(', ')}</span>
    ${draining ? html`<button class="button quiet-button" aria-label=${`Resume ${name}`} title="Let it take jobs again" onClick=${() => api.resumeWorker(name).catch(complain)}>Resume</button>`
      : html`<button class="button quiet-button" aria-label=${`Drain ${name}`} title="Let it finish what it is on, and take no more" onClick=${() => api.drain(name).catch(complain)}>Drain</button>`}</li>`;
}

/** @param {Worker} worker */
function stateOf({state, job, draining}) {
  if (draining) return job ? 'busy, takes no more' : 'takes no more: it can be stopped';
  return state;
}

/** @param {Worker} worker */
function memoryOf({memory, memory_used: used}) {
  return memory ? `${figures(used / GIGA)} of ${figures(memory / GIGA)} GB` : '';
}

/** While it computes: what it waits for does not count. @param {Worker} worker */
function speedOf({units, unit_seconds: seconds}) {
  return units && seconds ? `${countText(units, 'picture')}, ${figures((60 * units) / seconds)} a minute` : '';
}
