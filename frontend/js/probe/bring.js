/** Bringing a clip: a file that is dropped or chosen, one of the model's clips, or one that is here already. */

import * as api from '../api.js';
import {html, useEffect, useRef, useState} from '../html.js';
import {clipsOf, OFFERED} from '../pyramid/clips.js';
import {useResource} from '../resource.js';
import {go, staying, to} from '../router.js';
import {figures} from '../text.js';
import {complain} from '../toast.js';

/** @typedef {import('./types.js').Limits} Limits */
/** @typedef {import('./types.js').Clip} Clip */

/** @param {{card: import('../types.js').ModelCard}} props */
export function Bring({card}) {
  const here = useResource('clips', api.clips);
  const limits = here.value?.limits ?? null;
  return html`<div class="probe-bring"><${Drop} model=${card.name} limits=${limits} />
    <div class="probe-other"><${Surveyed} card=${card} />
      ${here.problem ? html`<p class="reason" role="alert">${here.problem.message}</p>` : null}
      <${Here} model=${card.name} clips=${here.value?.items ?? []} onChange=${here.reload} /></div></div>`;
}

/** @param {{model: string, limits: Limits | null}} props */
function Drop({model, limits}) {
  const [over, setOver] = useState(false);
  const {sending, problem, send, cancel} = useSending(model, limits);
  const drop = (/** @type {any} */ event) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer?.files[0]) send(event.dataTransfer.files[0]);
  };
  const dragged = (/** @type {any} */ event) => (event.preventDefault(), setOver(true));
  const said = limits ? `${limits.formats.join(', ')}; at most ${megabytes(limits.bytes)} and ${limits.seconds} s. It is deleted after ${limits.kept_for / 3600} hours, or when you say so.` : '';
  return html`<section class=${over ? 'probe-drop probe-over' : 'probe-drop'} aria-label="Bring a clip" onDragOver=${dragged} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <h2>Your own clip</h2>
    ${sending ? html`<div class="probe-sending" role="status"><p>${sending.name}</p><progress max="1" value=${sending.share} aria-label="Part of the file that has gone out"></progress><p class="small figures">${Math.round(100 * sending.share)} %</p>
        <button class="button quiet-button" onClick=${cancel}>Stop</button></div>`
      : html`<p>Drop a video file here, or choose one.</p><label class="button button-main probe-file">Choose a file<input class="hidden" type="file" accept="video/*,image/gif,.mkv,.avi" onChange=${(/** @type {any} */ event) => event.target.files[0] && send(event.target.files[0])} /></label>`}
    ${problem ? html`<p class="reason" role="alert">${problem}</p>` : null}
    <p class="muted small">${said}</p></section>`;
}

/** A file on its way to the server. @param {string} model @param {Limits | null} limits */
function useSending(model, limits) {
  const [sending, set] = useState(/** @type {{name: string, share: number} | null} */ (null));
  const [problem, setProblem] = useState('');
  const way = useRef(/** @type {ReturnType<typeof api.bring> | null} */ (null));
  useEffect(() => () => way.current?.cancel(), []);
  const send = (/** @type {File} */ file) => {
    if (way.current) return;
    setProblem('');
    if (!file.size) return setProblem(`${file.name} is empty.`);
    if (limits && file.size > limits.bytes) return setProblem(`${file.name} has ${megabytes(file.size)}; at most ${megabytes(limits.bytes)} are taken.`);
    set({name: file.name, share: 0});
    way.current = api.bring(file, (share) => set({name: file.name, share}));
    way.current.arrived.then(({id}) => go(to.probe(model, {clip: id})), (reason) => setProblem(reason.message)).finally(() => (way.current = null, set(null)));
  };
  return {sending, problem, send, cancel: () => way.current?.cancel()};
}

/** @param {{card: import('../types.js').ModelCard}} props */
function Surveyed({card}) {
  const found = useResource(`clips ${card.name}`, () => api.surveyedClips(card.name).then((page) => page.items, () => []));
  const offered = clipsOf(card, found.value ?? []).slice(0, OFFERED);
  if (!offered.length) return null;
  const take = (/** @type {any} */ event) => {
    event.preventDefault();
    const here = staying('clip');
    api.takeClip(card.name, new FormData(event.target).get('surveyed')?.toString() ?? '').then(({id}) => here() && go(to.probe(card.name, {clip: id}))).catch(complain);
  };
  return html`<form class="panel" aria-label="A clip of the model's set" onSubmit=${take}><h2>Or one of the model's clips</h2>
    <p class="row"><label class="field"><span class="hidden">Clip</span><select name="surveyed">${offered.map(({id, name, label}) => html`<option key=${id} value=${id}>${label === null ? '' : `${card.classes[label]}: `}${name}</option>`)}</select></label>
      <button class="button">Take it</button></p></form>`;
}

/** @param {{model: string, clips: Clip[], onChange: () => void}} props */
function Here({model, clips, onChange}) {
  if (!clips.length) return html`<p class="muted small">No other clip is here.</p>`;
  const remove = (/** @type {Clip} */ {id}) => api.deleteClip(id).catch(complain).finally(onChange);
  return html`<section class="panel" aria-label="Clips that are here"><h2>Clips that are here</h2><ul class="probe-here">${clips.map((clip) => html`<li key=${clip.id}><a href=${to.probe(model, {clip: clip.id})}>${clip.name}</a>
    <span class="small muted figures">${clip.film ? `${figures(clip.film.seconds)} s, ` : ''}${leftText(clip)}</span>
    <button class="button quiet-button" aria-label=${`Delete ${clip.name}`} onClick=${() => remove(clip)}>Delete</button></li>`)}</ul></section>`;
}

/** How long a clip is still kept. @param {Clip} clip */
export function leftText({expires}) {
  const minutes = Math.max(0, Math.round((expires - Date.now() / 1000) / 60));
  return `kept for ${minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`} more`;
}

/** @param {number} bytes */
const megabytes = (bytes) => `${figures(bytes / 2 ** 20)} MB`;
