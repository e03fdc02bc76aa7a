/** Taking a picture along: its address, its request as JSON, curl or Python, and its files. */

import * as api from './api.js';
import {html, useState} from './html.js';
import {VARIANTS} from './text.js';
import {complain, note} from './toast.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/** @param {{card: import('./types.js').ModelCard, runs: Record<string, Visualization | undefined>, canvases: {current: Record<string, HTMLCanvasElement | null>}, name: string}} props */
export function Export({runs, canvases, name}) {
  const known = Object.keys(runs).filter((variant) => runs[variant]);
  const [chosen, choose] = useState('slow');
  const variant = known.includes(chosen) ? chosen : known[0];
  const run = runs[variant];
  if (!run) return null;
  return html`<section class="panel"><h2>Take along</h2>
    <div class="segments segments-small" role="group" aria-label="Which run">${known.map((each) => html`<button key=${each} aria-pressed=${each === variant} onClick=${() => choose(each)}>${variantTitle(each)}</button>`)}</div>
    <h3>Copy</h3>
    <p class="row">${Object.entries(snippets(run)).map(([title, text]) => html`<button class="button quiet-button" key=${title} onClick=${() => copy(title, text)}>${title}</button>`)}</p>
    ${run.result ? html`<h3>Download</h3><${Files} run=${run} name=${`${name}-${variant}`} canvases=${canvases} />` : null}
  </section>`;
}

/** @param {{run: Visualization, name: string, canvases: {current: Record<string, HTMLCanvasElement | null>}}} props */
function Files({run, name, canvases}) {
  const streams = run.result?.streams ?? [];
  const roles = Object.keys(canvases.current).filter((role) => canvases.current[role]?.isConnected);
  return html`<p class="row">
    ${streams.map((picture) => html`<a class="button quiet-button" key=${picture.name} href=${api.mediaUrl(run, picture.strip)} download=${`${name}-${picture.name}.webp`}>${picture.name} strip (WebP${picture.kind === 'motion' ? ', u v data' : ''})</a>`)}
    ${streams.map((picture) => html`<a class="button quiet-button" key=${`${picture.name} poster`} href=${api.mediaUrl(run, picture.poster)} download=${`${name}-${picture.name}-poster.webp`}>${picture.name} poster</a>`)}
    <button class="button quiet-button" onClick=${() => save(new Blob([JSON.stringify(run.result, null, 2)], {type: 'application/json'}), `${name}.json`)}>Result (JSON)</button>
    ${roles.map((role) => html`<button class="button quiet-button" key=${role} onClick=${() => saveFrame(canvases.current[role], `${name}-${role}.png`)}>${VARIANTS[role]} as shown (PNG)</button>`)}
  </p>`;
}

/** @param {Visualization} run @returns {Record<string, string>} */
function snippets({spec}) {
  const {model, layer, unit, parameters} = spec;
  const request = {model, layer, unit, parameters};
  const url = api.visualizeUrl();
  return {
    Link: location.href,
    JSON: JSON.stringify(request, null, 2),
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

/** @param {HTMLCanvasElement | null} canvas @param {string} file */
function saveFrame(canvas, file) {
  canvas?.toBlob((blob) => blob && save(blob, file), 'image/png');
}

/** @param {Blob} blob @param {string} file */
function save(blob, file) {
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
