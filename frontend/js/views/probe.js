/** A clip that somebody brings, and what the network makes of it over time. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {useFrameInUrl} from '../frame-in-url.js';
import {html} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Pending, Progress, useJob} from '../pending.js';
import {Bring} from '../probe/bring.js';
import {Course} from '../probe/course.js';
import {Film} from '../probe/film.js';
import {SALIENCY, Sight} from '../probe/sight.js';
import {Units} from '../probe/units.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {durationText} from '../text.js';
import {namesIn, unitOf} from '../unit-names.js';
import {learn} from '../visualizations.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../findings/types.js').Analysis} Analysis */
/** @typedef {import('../probe/types.js').Clip} Clip */
/** @typedef {import('../probe/types.js').Probe} Found */

/** @param {{model: string, query: URLSearchParams, workers: import('../resource.js').Resource<any>}} props */
export function Probe({model, query, workers}) {
  const card = useModel(model);
  useFrameInUrl('probe', query);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.probe} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  const trail = [[card.value.title || model, to.model(model)]];
  if (!card.value.classes.length) return html`<${Heading} title="No classes" trail=${trail} note="Without classes there is nothing to say of a clip." />`;
  const clip = query.get('clip');
  return html`<${Heading} title="Probe" trail=${trail} note="Your own clip: what the network takes it for over time, what it sees of it, and which units answer.">
      ${clip ? html`<a class="button quiet-button" href=${to.probe(model)}>Another clip</a>` : null}<//>
    ${clip ? html`<${Brought} key=${clip} card=${card.value} id=${clip} query=${query} none=${workers.value?.items.length === 0} />` : html`<${Bring} card=${card.value} />`}`;
}

/** @param {{card: ModelCard, id: string, query: URLSearchParams, none: boolean}} props */
function Brought({card, id, query, none}) {
  const found = useResource(`clip ${id}`, () => learn(() => api.clip(id), ({check}) => [check]));
  const clip = found.value;
  if (found.problem) return html`<${Gone} problem=${found.problem} model=${card.name} retry=${found.reload} />`;
  if (!clip) return html`<${Waiting} what="Looking for the clip" />`;
  if (!clip.film) return html`<${Checking} key=${id} clip=${clip} none=${none} onDone=${found.reload} />`;
  const end = Math.min(number(query.get('end')) ?? clip.film.seconds, clip.film.seconds);
  return html`<div class="probe-page"><div class="probe-side"><${Film} model=${card.name} clip=${clip} film=${clip.film} start=${Math.min(number(query.get('start')) ?? 0, end)} end=${end} /></div>
    <div class="probe-main"><${Answer} card=${card} id=${id} query=${query} none=${none} /></div></div>`;
}

/** @param {string | null} text */
const number = (text) => (text === null || text === '' || !Number.isFinite(Number(text)) ? null : Number(text));

/** A clip that was refused, deleted or has expired. @param {{problem: Error, model: string, retry: () => void}} props */
function Gone({problem, model, retry}) {
  const {title, status} = /** @type {import('../problem.js').Problem} */ (problem);
  return html`<section class="panel probe-gone" role="alert"><h2>${title}</h2><p>${problem.message}</p>
    <p class="row">${status ? null : html`<button class="button" onClick=${retry}>Try again</button>`}<a class=${status ? 'button' : 'button quiet-button'} href=${to.probe(model)}>Bring another clip</a></p></section>`;
}

/** @param {{clip: Clip, none: boolean, onDone: () => void}} props */
function Checking({clip, none, onDone}) {
  const job = useJob(/** @type {Analysis} */ (clip.check), onDone);
  return html`<section class="panel probe-gone" aria-label="The clip is looked at"><h2>${clip.name}</h2>
    <div role="status">${job.state === 'canceled' ? html`<p>Stopped before it was looked at. Bring it again.</p>` : none ? html`<p>The clip is here. No worker is running, so it waits to be looked at.</p>` : html`<p>A worker looks whether this is a film that it can read.</p><${Progress} analysis=${job} />`}</div></section>`;
}

/** @param {{card: ModelCard, id: string, query: URLSearchParams, none: boolean}} props */
function Answer({card, id, query, none}) {
  const asked = {clip: id, start: number(query.get('start')), end: number(query.get('end')), at: number(query.get('at')), ablate: query.get('ablate')};
  const found = useResource(`probe ${card.name} ${JSON.stringify(asked)}`, () => learn(() => api.probe(card.name, asked), ({job}) => [job]));
  if (found.problem) return html`<section class="panel" role="alert"><h2>${/** @type {any} */ (found.problem).title}</h2><p>${found.problem.message}</p><p class="row"><button class="button" onClick=${found.reload}>Try again</button><a class="button quiet-button" href=${to.probe(card.name, {clip: id})}>The whole clip</a></p></section>`;
  if (!found.value) return html`<${Waiting} what="Looking for what is known" />`;
  const {probe, job} = found.value;
  return probe ? html`<${Made} key=${job.id} card=${card} probe=${probe} query=${query} />` : html`<${Absent} key=${job.id} ...${{card, job, asked, none, onDone: found.reload}} />`;
}

/** @param {{card: ModelCard, job: Analysis, asked: import('../probe/types.js').Asked, none: boolean, onDone: () => void}} props */
function Absent({card, job, asked, none, onDone}) {
  const units = namesIn(asked.ablate ?? null).map(unitOf);
  const ask = () => api.makeProbe(card.name, {clip: asked.clip, start: asked.start ?? 0, end: asked.end, at: asked.at, ablate: units});
  return html`<div class="panel"><h2>${units.length ? 'Without these units' : 'What does it make of this?'}</h2>
    <${Pending} job=${job} label="This probe" idle="The network has not been shown this stretch yet. It takes some seconds." action="Show it to the network" meanwhile=${none ? html`<p>It waits for a worker; none is running.</p>` : null} ask=${ask} onDone=${onDone} /></div>`;
}

/** @param {{card: ModelCard, probe: Found, query: URLSearchParams}} props */
function Made({card, probe, query}) {
  const glow = query.get('glow') ?? SALIENCY;
  const frames = Math.max(...probe.streams.map((picture) => picture.frames));
  const about = `${probe.spec.clip}-${Math.round(1000 * probe.at)}`;
  return html`<${Course} card=${card} probe=${probe} /><p class="small"><a href=${to.pyramid(card.name, {clip: about, class: probe.classes[0]})}>What the score of ${card.classes[probe.classes[0]]} is made of at ${probe.at.toFixed(1)} s</a></p>
    <${Sight} card=${card} probe=${probe} glow=${glow} />
    <${Units} card=${card} probe=${probe} path=${query.get('layer') ?? card.class_layer ?? ''} glow=${glow} frames=${frames} />
    <p class="muted small">Found in ${durationText(probe.seconds)}. Glow of a class: input × gradient of its logit.</p>`;
}
