/** The queue: running with preview and progress, waiting, failed with the reason, finished; and the workers. */

import * as api from '../api.js';
import {Dialog} from '../dialog.js';
import {useQueueChange} from '../events.js';
import {html, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Progress as AnalysisProgress} from '../pending.js';
import {Preview} from '../preview.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {Sweeps} from '../sweeps.js';
import {ACTIVATION_NOTE, activationText, countText, durationText, priorityText, stateText, VARIANTS} from '../text.js';
import {complain} from '../toast.js';
import {written} from '../unit-names.js';
import {cancel, isAnalysis, learn, retry, useVisualization, useVisualizations} from '../visualizations.js';
import {Progress} from '../well.js';
import {Workers} from '../worker-list.js';

/** @typedef {import('../types.js').Job} Job */

const LISTS = /** @type {const} */ ([
  ['running', 'Running', 'Nothing is running.'],
  ['queued', 'Queued', 'Nothing is queued.'],
  ['failed', 'Failed', ''],
  ['finished', 'Finished', ''],
  ['canceled', 'Canceled', ''],
]);

const MOST = 20;

/** @param {{query: URLSearchParams, workers: import('../resource.js').Resource<import('../types.js').Page<import('../types.js').Worker>>}} props */
export function Jobs({query, workers}) {
  const only = query.get('state');
  const lists = only ? LISTS.filter(([state]) => state === only) : LISTS;
  return html`<${Heading} title="Jobs" note="Every picture is one job, and so is every analysis. Asking for the same one twice makes one job." />
    <div class="segments" role="group" aria-label="Which jobs">${[['', 'All'], ...LISTS].map(([state, title]) => html`<button key=${state}
      aria-pressed=${state === (only ?? '')} onClick=${() => setQuery({state})}>${title}</button>`)}</div>
    <${Sweeps} model=${query.get('sweep')} />
    <${Workers} workers=${workers.value?.items ?? null} />
    ${lists.map(([state, title, none]) => html`<${List} key=${state} ...${{state, title, none: only ? `No job is ${state}.` : none}} />`)}`;
}

/** @param {{state: string, title: string, none: string}} props */
function List({state, title, none}) {
  const [limit, setLimit] = useState(MOST);
  const jobs = useResource(`jobs ${state} ${limit}`, () => learn(() => api.jobs({state, limit}), (page) => page.items));
  useQueueChange(jobs.reload, 500);
  const live = useVisualizations(jobs.value?.items ?? []);
  if (jobs.problem) return html`<${Trouble} problem=${jobs.problem} retry=${jobs.reload} />`;
  if (!jobs.value) return html`<${Waiting} what=${title} />`;
  const {total, next} = jobs.value;
  // what has gone on since the list was asked for is in another one
  const items = jobs.value.items.filter((job, i) => (live[i]?.state ?? job.state) === state);
  if (!items.length && !none) return null;
  return html`<section class="jobs"><header class="jobs-head"><h2>${title} <span class="muted figures">${total?.toLocaleString('en')}</span></h2>
    ${state === 'queued' && items.length ? html`<${CancelAll} total=${total ?? items.length} onDone=${jobs.reload} />` : null}</header>
    ${items.length ? html`<ul class="job-list">${items.map((job) => html`<${Row} key=${job.id} job=${job} />`)}</ul>` : html`<p class="muted">${none}</p>`}
    ${next && limit < 100 ? html`<button class="button quiet-button" onClick=${() => setLimit(limit + 40)}>More</button>` : null}
  </section>`;
}

/** Cancels whatever waits, once it was said what that is. @param {{total: number, onDone: () => void}} props */
function CancelAll({total, onDone}) {
  const [asking, ask] = useState(false);
  const go = () => {
    ask(false);
    api.cancelWaiting().then(onDone).catch(complain);
  };
  return html`<button class="button quiet-button" onClick=${() => ask(true)}>Cancel all queued</button>
    ${asking ? html`<${Dialog} title="Cancel all that is queued?" onClose=${() => ask(false)}>
      <p>${countText(total, 'job')} will not be done, whoever asked for ${total === 1 ? 'it' : 'them'}, and sweeps that run are paused. What runs goes on; what is computed stays.</p>
      <p class="row"><button class="button button-main" onClick=${go}>Cancel ${countText(total, 'job')}</button><button class="button quiet-button" onClick=${() => ask(false)}>Keep them</button></p>
    <//>` : null}`;
}

/** When it ended, or was asked for. @param {{job: Job}} props */
function When({job: {created, ended}}) {
  const at = ended ?? created;
  return at ? html`<time class="muted small" datetime=${at}>${ended ? 'ended' : 'asked for'} ${new Date(at).toLocaleTimeString()}</time>` : null;
}

/** Page and kind of an analysis. @param {any} spec @returns {[string | null, string]} */
function placeOf(spec) {
  if (spec.what === 'check') return [null, 'decoding'];
  if (spec.what === 'probe') return [to.probe(spec.model, {clip: spec.clip, start: spec.start || null, end: spec.end, at: spec.at, ablate: written(spec.ablate)}), `${spec.model} · probe`];
  if (spec.what === 'pyramid') return [to.pyramid(spec.model, {clip: spec.clip, class: spec.label, rival: spec.rival, rows: spec.rows?.map((/** @type {string[]} */ row) => row.join('+')).join()}), `${spec.model} · pyramid`];
  if (spec.what === 'ablation') return [to.pyramid(spec.model, {clip: spec.clip, ablate: written(spec.silent)}), `${spec.model} · ablation`];
  return [to.findings(spec.model), `${spec.model} · findings`];
}

/** @param {{job: Job}} props */
const Row = ({job}) => (isAnalysis(job) ? html`<${AnalysisRow} job=${job} />` : html`<${PictureRow} job=${job} />`);

/** An analysis makes no picture; what it found is on the findings page. @param {{job: import('../findings/types.js').AnalysisJob}} props */
function AnalysisRow({job}) {
  const live = useVisualization(job) ?? job;
  const {spec, state} = live;
  const {title} = job;
  const [url, about] = placeOf(spec);
  return html`<li class="job">
    <div class="well job-picture"></div>
    <div class="job-words">${url ? html`<a href=${url}><b>${title}</b></a>` : html`<b>${title}</b>`}<span class="muted small">${about}${priorityText(job.priority)}${job.attempts > 1 ? ` · ${countText(job.attempts, 'attempt')}` : ''}</span>
      ${state === 'failed' ? html`<span class="reason">${live.error}</span>` : null}${live.blocked ? html`<span class="small">${live.blocked}</span>` : null}</div>
    <div class="job-state"><span class=${`state state-${state}`}>${state === 'running' ? 'Running' : stateText(live)}</span>
      ${state === 'running' ? html`<${AnalysisProgress} analysis=${live} />` : null}
      <${When} job=${job} /></div>
    <div class="job-keys">${state === 'queued' || state === 'running' ? html`<button class="button quiet-button" aria-label=${`Cancel ${title}`} onClick=${() => cancel(live)}>Cancel</button>` : null}
      ${state === 'failed' || state === 'canceled' ? html`<button class="button quiet-button" aria-label=${`Retry ${title}`} onClick=${() => retry(live)}>Retry</button>` : null}</div>
  </li>`;
}

/** @param {{job: Job}} props */
function PictureRow({job}) {
  const live = useVisualization(job) ?? job;
  const {spec, result, progress} = live;
  const preview = live.state === 'running' ? progress?.preview : null;
  const shots = live.state === 'running' ? [] : (result?.streams ?? []);
  const url = to.unit(spec.model, spec.layer, spec.unit, {seed: spec.parameters.seed || null});
  const shown = live.variant ? VARIANTS[live.variant] : `χ ${spec.parameters.chi}`;
  const named = `${job.title}, ${shown.toLowerCase()}`;
  const place = job.title.endsWith(` of ${spec.layer}`) ? '' : ` · unit ${spec.unit} of ${spec.layer}`;
  return html`<li class="job">
    <div class="well job-picture">${preview ? html`<${Preview} url=${preview} side="whole" />` : shots.map((each) => html`<img key=${each.poster} src=${api.mediaUrl(live, each.poster)} alt="" loading="lazy" />`)}</div>
    <div class="job-words"><a href=${url}><b>${job.title}</b></a>
      <span class="muted small">${spec.model}${place} · ${shown} · seed ${spec.parameters.seed ?? 0}${priorityText(job.priority)}${job.attempts > 1 ? ` · ${countText(job.attempts, 'attempt')}` : ''}</span>
      ${live.state === 'failed' ? html`<span class="reason">${live.error}</span>` : null}${live.blocked ? html`<span class="small">${live.blocked}</span>` : null}</div>
    <div class="job-state"><span class=${`state state-${live.state}`}>${stateText(live)}</span>
      ${live.state === 'running' ? html`<${Progress} progress=${progress} />` : null}
      ${result ? html`<span class="muted small figures" title=${ACTIVATION_NOTE}>${activationText(result.normalized)} · ${durationText(result.seconds)}</span>` : null}
      <${When} job=${job} /></div>
    <div class="job-keys">${live.state === 'queued' || live.state === 'running' ? html`<button class="button quiet-button" aria-label=${`Cancel ${named}`} onClick=${() => cancel(live)}>Cancel</button>` : null}
      ${live.state === 'failed' || live.state === 'canceled' ? html`<button class="button quiet-button" aria-label=${`Retry ${named}`} onClick=${() => retry(live)}>Retry</button>` : null}</div>
  </li>`;
}
