/** Taking a picture along: its address, its request as JSON, curl or Python, files of it, and a figure of the unit. */

import * as api from './api.js';
import {clock} from './clock.js';
import {display, useReach} from './display.js';
import {html, useState} from './html.js';
import {contents, isAtlas} from './site.js';
import {useStore} from './store.js';
import {ordinal} from './text.js';
import {complain, note} from './toast.js';

/** @typedef {import('./types.js').Visualization} Visualization */
/** @typedef {import('./types.js').StreamPicture} StreamPicture */

const LOOPS = ['webp', 'avif', 'gif', 'mp4'];

/** @param {{runs: Record<string, Visualization | undefined>}} props */
export function Export({runs}) {
  const known = Object.keys(runs).filter((variant) => runs[variant]);
  const [chosen, choose] = useState('slow');
  const variant = known.includes(chosen) ? chosen : known[0];
  const run = runs[variant];
  if (!run) return null;
  const ready = known.flatMap((each) => (runs[each]?.result?.streams.length ? [/** @type {Visualization} */ (runs[each])] : []));
  return html`<section class="panel"><h2>Take along</h2>
    ${ready.length && (!contents || contents.data) ? html`<h3>Figure of this unit</h3><${Strip} runs=${ready} />` : null}
    <div class="panel-part"><div class="segments segments-small" role="group" aria-label="Which run">${known.map((each) => html`<button key=${each} aria-pressed=${each === variant} onClick=${() => choose(each)}>${variantTitle(each)}</button>`)}</div></div>
    ${run.result?.streams.length ? html`<h3>Download</h3><${Files} run=${run} />` : null}
    <h3>Copy</h3>
    <p class="row">${Object.entries(snippets(run)).map(([title, text]) => html`<button class="button quiet-button" key=${title} onClick=${() => copy(title, text)}>${title}</button>`)}</p>
  </section>`;
}

/** The forms of a figure; an atlas keeps those that a figure is shown and printed in. */
const FORMS = /** @type {('png' | 'svg' | 'pdf')[]} */ (isAtlas ? ['png', 'pdf'] : ['png', 'svg', 'pdf']);

/** Links to a figure, in the page's colouring and scale. @param {{kind: 'strip' | 'plate', ids: string[], group?: import('./display.js').Group, brief?: boolean, frames?: number | null}} props frames: at most so many of each run */
export function Figure({kind, ids, group = 'stage', brief = false, frames = null}) {
  const query = {...useShown(group), frames};
  return html`<p class="row">${FORMS.map((form) => html`<a key=${form} class="button quiet-button" download
    href=${api.figureUrl(kind, form, ids, query)}><span class="hidden">Figure as </span>${form.toUpperCase()}</a>`)}${brief ? null : html`<span class="muted small">with captions, scales and legend${isAtlas ? '' : '; PNG at 300 dpi'}</span>`}</p>`;
}

/** The figure of one unit: every frame, or some of them where there are many. @param {{runs: Visualization[]}} props */
function Strip({runs}) {
  const most = Math.max(...runs.flatMap((run) => (run.result?.streams ?? []).map((picture) => picture.frames)));
  const [apart, setApart] = useState(1);
  const choices = [1, 2, 4].filter((each) => most >= 4 * each);
  return html`${choices.length > 1 && !isAtlas ? html`<label class="field small">Frames <select name="frames" onChange=${(/** @type {any} */ event) => setApart(Number(event.target.value))}>${choices.map((each) => html`<option key=${each} value=${each} selected=${each === apart}>${each === 1 ? `all ${most}` : `every ${ordinal(each)}`}</option>`)}</select></label>` : null}
    <${Figure} kind="strip" ids=${runs.map((each) => each.id)} frames=${apart === 1 ? null : Math.ceil(most / apart)} />`;
}

/** How motion is shown here, as the server's queries say it. @param {import('./display.js').Group} group */
function useShown(group) {
  const {colouring, scale} = useStore(display);
  const reach = useReach(group);
  return {colouring, scale, reach: scale === 'own' ? null : round(reach)};
}

/** @param {{run: Visualization}} props */
function Files({run}) {
  const {colouring, reach} = useShown('stage');
  const frame = useStore(clock.beat).frame;
  return html`<dl class="files">${(contents && !contents.data ? [] : (run.result?.streams ?? [])).map((picture) => {
    const query = picture.kind === 'motion' ? {colouring, reach} : {};
    const link = (/** @type {string} */ form, /** @type {object} */ more = {}) => api.fileUrl(run, `${picture.name}.${form}`, {...query, zoom: 2, ...more});
    return html`<div key=${picture.name}><dt>${picture.name}</dt><dd class="row">
      ${isAtlas && picture.frames > 1 ? null : html`<a class="button quiet-button" download href=${link('png', {frame: picture.frames > 1 ? frame : 0})}>PNG<span class="hidden"> of ${picture.name}, this frame</span></a>`}
      ${picture.frames > 1 ? (isAtlas ? LOOPS.slice(0, 1) : LOOPS).map((form) => html`<a class="button quiet-button" key=${form} download href=${link(form)}>${NAMES[form]}<span class="hidden"> of ${picture.name}</span></a>`) : null}</dd></div>`;
  })}
    <div><dt>numbers</dt><dd class="row">${contents && !contents.data ? null : html`<a class="button quiet-button" download href=${api.fileUrl(run, 'all.npz')}>NPZ</a>`}
      <button class="button quiet-button" onClick=${() => save(new Blob([JSON.stringify(run.result, null, 2)], {type: 'application/json'}), `${run.spec.model}-${run.spec.layer}-${run.spec.unit}.json`)}>JSON</button></dd></div>
  </dl>`;
}

/** @type {Record<string, string>} */
const NAMES = {webp: 'WebP', avif: 'AVIF', gif: 'GIF', mp4: 'MP4'};

/** @param {Visualization} run @returns {Record<string, string>} */
function snippets({spec}) {
  const {model, layer, unit, parameters} = spec;
  const request = {model, layer, unit, parameters};
  const url = api.visualizeUrl();
  const here = {Link: location.href, JSON: JSON.stringify(request, null, 2)};
  if (isAtlas) return here;
  return {
    ...here,
    curl: `curl -X POST ${url} -H 'Content-Type: application/json' -d '${JSON.stringify(request)}'`,
    Python: `import json, urllib.request\n\nbody = json.loads('''${JSON.stringify(request)}''')\nrequest = urllib.request.Request(\n    "${url}", json.dumps(body).encode(), {"Content-Type": "application/json"}\n)\nprint(json.load(urllib.request.urlopen(request)))\n`,
  };
}

/** @param {string} title @param {string} text */
async function copy(title, text) {
  try {
    await navigator.clipboard.writeText(text);
    note(`${title} copied`);
  } catch {
    // clipboards are closed to pages that are served without TLS from another machine
    complain(new Error('The browser did not let this page write to the clipboard.'));
  }
}

/** @param {Blob} blob @param {string} file */
export function save(blob, file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {string} variant */
function variantTitle(variant) {
  return {slow: 'Slow run', fast: 'Fast run', still: 'Still'}[variant] ?? variant;
}

/** @param {number} value */
const round = (value) => Number(value.toPrecision(6));
