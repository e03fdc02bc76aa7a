/** The API, and the only file that knows its URLs. Every call resolves to JSON or throws a Problem. */

import {Problem} from './problem.js';
import {contents, isAtlas, root} from './site.js';

/** @typedef {import('./types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').Unit} Unit */
/** @typedef {import('./types.js').Visualization} Visualization */

/** As the server writes its addresses, and where they are here. */
const SERVED = '/api/v1';
const BASE = `${root}${SERVED.slice(1)}`;

/** @returns {Promise<import('./types.js').Page<import('./types.js').ModelSummary>>} */
export const models = () => get('/models');

/** @param {string} model @returns {Promise<ModelCard>} */
export const model = (model) => get(`/models/${part(model)}`);

/** @param {string} model @returns {Promise<import('./types.js').Coverage>} */
export const coverage = (model) => get(`/models/${part(model)}/coverage`);

/** @param {string} model @param {string} layer @param {Partial<import('./units.js').Choice> & {limit?: number, offset?: number}} query
 *  @returns {Promise<import('./types.js').Page<Unit> & {total: number}>} */
export const units = (model, layer, query) => get(`/models/${part(model)}/layers/${part(layer)}/units`, query);

/** How a unit is made; what is absent is as always. @typedef {{seed?: number | null, negative?: boolean | null, objective?: string | null, prior?: string | null, contrast?: number | null, steps?: number | null}} How */

/** @param {string} model @param {string} layer @param {number} unit @param {How & {chi?: number}} [query]
 *  @returns {Promise<Unit>} */
export const unit = (model, layer, unit, query) =>
  get(`/models/${part(model)}/layers/${part(layer)}/units/${unit}`, query);

/** @param {string} model @param {{limit?: number, offset?: number, like?: string | null}} query like: part of their names
 *  @returns {Promise<import('./types.js').Page<Unit> & {total: number}>} */
export const classes = (model, query) => get(`/models/${part(model)}/classes`, query);

/** @returns {Promise<any>} JSON Schema of the parameters */
export const schema = () => get('/visualizations/schema');

/** @param {string} id @returns {Promise<Visualization>} */
export const visualization = (id) => get(`/visualizations/${part(id)}`);

/** @param {{model: string, layer: string, unit: number, parameters: object}} body @returns {Promise<Visualization>} */
export const visualize = (body) => post('/visualizations', body);

/** @param {{model: string, layer: string, units: number[], variants: string[], parameters: object}} body
 *  @returns {Promise<import('./types.js').Page<Visualization>>} */
export const visualizeAll = (body) => post('/visualizations/batch', body);

/** @param {{state?: string, limit?: number, cursor?: string | number | null}} query
 *  @returns {Promise<import('./types.js').Page<import('./types.js').Job>>} */
export const jobs = (query) => get('/jobs', query);

/** @param {string} id @returns {Promise<import('./types.js').Job>} */
export const job = (id) => get(`/jobs/${part(id)}`);

/** @param {string} id */
export const cancel = (id) => post(`/jobs/${part(id)}/cancel`);

/** Cancel all that waits, and pause the sweeps that run. @returns {Promise<{canceled: number, paused: number}>} */
export const cancelWaiting = () => post('/jobs/cancel');

/** @param {string} id */
export const retry = (id) => post(`/jobs/${part(id)}/retry`);

/** @typedef {{model: string, layers: string | string[], units: string, variants: string[]}} SweepRequest */

/** @returns {Promise<import('./types.js').Page<import('./types.js').Sweep>>} */
export const sweeps = () => get('/sweeps');

/** @param {SweepRequest} body @returns {Promise<import('./types.js').SweepPlan>} */
export const planSweep = (body) => post('/sweeps/plan', body);

/** @param {SweepRequest} body @returns {Promise<import('./types.js').Sweep>} */
export const sweep = (body) => post('/sweeps', body);

/** @param {string} id @param {'pause' | 'resume' | 'cancel'} what @returns {Promise<import('./types.js').Sweep>} */
export const steerSweep = (id, what) => post(`/sweeps/${part(id)}/${what}`);

/** @param {string} worker */
export const drain = (worker) => post(`/workers/${part(worker)}/drain`);

/** Let a worker that was drained take jobs again. @param {string} worker */
export const resumeWorker = (worker) => post(`/workers/${part(worker)}/resume`);

/** @returns {Promise<import('./types.js').Page<import('./types.js').Worker>>} */
export const workers = () => get('/workers');

/** Who asks. @returns {Promise<{name: string | null, role: 'view' | 'run' | 'admin'}>} */
export const session = () => get('/session');

/** @returns {Promise<import('./types.js').Page<import('./types.js').Entry>>} */
export const notes = () => get('/notes');

/** @param {string} model @param {string} layer @param {number} unit @param {import('./types.js').Remark} said @returns {Promise<import('./types.js').Entry>} */
export const remark = (model, layer, unit, said) => send('PUT', `/notes/${part(model)}/${part(layer)}/${unit}`, said);

/** What is well and what is not: each check is `ok`, or says what is wrong. @returns {Promise<{checks?: Record<string, string>}>} */
export const readiness = async () => (await fetch('/readyz')).json();

/** @returns {Promise<Record<string, any>>} */
export const version = () => (contents ? Promise.resolve({version: contents.version, engine: contents.engine}) : request('/version'));

/** @param {string} model @returns {Promise<{overview: import('./findings/types.js').Overview | null}>} */
export const findings = (model) => get(`/models/${part(model)}/findings`);

/** @param {string} model @param {string} layer @param {number} unit @returns {Promise<import('./findings/types.js').UnitView>} */
export const unitFindings = (model, layer, unit) => get(`/models/${part(model)}/findings/layers/${part(layer)}/units/${unit}`);

/** What a layer's units can be sorted by. @param {string} model @param {string} layer @returns {Promise<import('./types.js').Page<import('./findings/types.js').Index>>} */
export const layerIndexes = (model, layer) => get(`/models/${part(model)}/findings/layers/${part(layer)}/indexes`);

/** @param {string} model @returns {Promise<import('./types.js').Page<import('./findings/types.js').OptimaFindings>>} */
export const optimaFindings = (model) => get(`/models/${part(model)}/findings/optima`);

/** @param {string} model @param {number} number @returns {Promise<import('./findings/types.js').ClassView>} */
export const classFindings = (model, number) => get(`/models/${part(model)}/findings/classes/${number}`);

/** @param {string} model @param {number} first @param {number} second @returns {Promise<import('./findings/types.js').PairView>} */
export const pairFindings = (model, first, second) => get(`/models/${part(model)}/findings/pairs/${first}/${second}`);

/** Clips that might be either of two classes. @param {string} model @param {number} first @param {number} second @returns {Promise<import('./types.js').Page<import('./findings/types.js').ClipView>>} */
export const pairClips = (model, first, second) => get(`/models/${part(model)}/findings/pairs/${first}/${second}/clips`);

/** What can be analysed, and how far that is. @param {string} model @returns {Promise<import('./types.js').Page<import('./findings/types.js').Analysis>>} */
export const analyses = (model) => get(`/models/${part(model)}/findings/analyses`);

/** @param {string} model @param {{what: 'clips' | 'optima', clips?: string, units?: number}} request @returns {Promise<import('./findings/types.js').Analysis>} */
export const analyse = (model, request) => post(`/models/${part(model)}/findings/analyses`, request);

/** Clips that were surveyed. @param {string} model @returns {Promise<import('./types.js').Page<import('./findings/types.js').SurveyedClip>>} */
export const surveyedClips = (model) => get(`/models/${part(model)}/findings/clips`);

/** A class score taken apart, if it was. @param {string} model @param {{clip: string, class?: number | null, rival?: number | null, rows?: string | null}} query @returns {Promise<import('./pyramid/types.js').PyramidView>} */
export const pyramid = (model, query) => get(`/models/${part(model)}/pyramids`, query);

/** Where in the clip a pyramid's nodes have their parts from. @param {string} model @param {{clip: string, class?: number | null, rival?: number | null, rows?: string | null}} query @returns {Promise<{tubes: import('./pyramid/types.js').Tube[]}>} */
export const pyramidTubes = (model, query) => get(`/models/${part(model)}/pyramids/tubes`, query);

/** @param {string} model @param {Record<string, any>} request @returns {Promise<import('./pyramid/types.js').PyramidView>} */
export const makePyramid = (model, request) => post(`/models/${part(model)}/pyramids`, request);

/** A pyramid as one file. @param {string} model @param {Record<string, any>} query */
export const pyramidFileUrl = (model, query) => address(`/models/${part(model)}/pyramids/file.html`, query);

/** What a clip is taken for without some units, if it was tried. @param {string} model @param {{clip: string, units: string}} query @returns {Promise<import('./pyramid/types.js').AblationView>} */
export const ablation = (model, query) => get(`/models/${part(model)}/ablations`, query);

/** @param {string} model @param {{clip: string, units: {layer: string, unit: number}[]}} request @returns {Promise<import('./pyramid/types.js').AblationView>} */
export const makeAblation = (model, request) => post(`/models/${part(model)}/ablations`, request);

/** Where the pictures of a surveyed clip are, in the form that a player takes. @param {string} model @param {string} clip */
export const clipMedia = (model, clip) => ({id: clip, media: `${SERVED}/models/${part(model)}/findings/clips/${part(clip)}/`});

/** Clips that were brought, and how large one may be. @returns {Promise<import('./probe/types.js').ClipPage>} */
export const clips = () => get('/clips');

/** @param {string} clip @returns {Promise<import('./probe/types.js').Clip>} */
export const clip = (clip) => get(`/clips/${part(clip)}`);

/** @param {string} clip @returns {Promise<null>} */
export const deleteClip = (clip) => send('DELETE', `/clips/${part(clip)}`);

/** Take a clip of a model's set. @param {string} model @param {string} surveyed @returns {Promise<import('./probe/types.js').Clip>} */
export const takeClip = (model, surveyed) => post('/clips/surveyed', {model, surveyed});

/** What the network makes of a clip, if it was asked. @param {string} model @param {import('./probe/types.js').Asked} query @returns {Promise<import('./probe/types.js').ProbeView>} */
export const probe = (model, query) => get(`/models/${part(model)}/probes`, query);

/** @param {string} model @param {Record<string, any>} request @returns {Promise<import('./probe/types.js').ProbeView>} */
export const makeProbe = (model, request) => post(`/models/${part(model)}/probes`, request);

/** Pictures of a brought clip, in the form that a player takes. @param {string} clip */
export const broughtMedia = (clip) => ({id: clip, media: `${SERVED}/clips/${part(clip)}/`});

/**
 * Bring a file, and say how much of it has gone out; fetch cannot say that.
 * @param {File} file @param {(share: number) => void} onProgress @returns {{arrived: Promise<import('./probe/types.js').Clip>, cancel: () => void}}
 */
export function bring(file, onProgress) {
  const sending = new XMLHttpRequest();
  const arrived = new Promise((resolve, reject) => {
    sending.open('POST', address('/clips', {name: file.name}));
    sending.setRequestHeader('Content-Type', 'application/octet-stream');
    sending.responseType = 'json';
    sending.upload.onprogress = ({loaded, total}) => onProgress(total ? loaded / total : 0);
    sending.onload = () => (sending.status < 300 ? resolve(sending.response) : reject(new Problem(sending.response ?? {status: sending.status})));
    sending.onerror = () => reject(new Problem({title: 'No connection', detail: 'The server cannot be reached, or broke the clip off.'}));
    sending.onabort = () => reject(new Problem({title: 'Stopped', detail: 'The clip was not brought.'}));
    sending.send(file);
  });
  return {arrived, cancel: () => sending.abort()};
}

/** One stream of everything that happens: a browser allows few connections, so a page opens one. */
export const events = () => new EventSource(`${BASE}/events`);

/** @param {Visualization} visualization @param {string} file */
export const mediaUrl = (visualization, file) => new URL(file, new URL(visualization.media.replace(SERVED, BASE), location.origin)).pathname;

/** A file made of a computed visualization. @param {Visualization} visualization @param {string} file @param {Record<string, any>} [query] */
export const fileUrl = (visualization, file, query) => (isAtlas ? plain : address)(`/visualizations/${part(visualization.id)}/files/${part(file)}`, query);

/** A figure of computed visualizations. @param {'strip' | 'plate'} kind @param {'png' | 'svg' | 'pdf'} form @param {string[]} ids @param {Record<string, any>} [query] */
export const figureUrl = (kind, form, ids, query) => (isAtlas ? plain(`/figures/${kind}/${ids[0]}.${form}`) : address(`/figures/${kind}.${form}`, {ids: ids.join(), ...query}));

/** All units of a layer that an atlas holds, up to a sheet full. @param {string} model @param {string} layer */
export const layerFigureUrl = (model, layer) => plain(`/figures/plate/${part(model)}/${part(layer)}.pdf`);

/** All findings of a model on a few sheets. @param {string} model */
export const summaryUrl = (model) => address(`/models/${part(model)}/findings/summary.pdf`);

/** Where a request for a picture is sent: for the snippets that people copy. */
export const visualizeUrl = () => new URL(`${BASE}/visualizations`, location.origin).href;

/** @param {string} path @param {Record<string, any>} [query] */
const get = (path, query) => (isAtlas ? import('./atlas.js').then(({answer}) => answer(BASE, path, query)) : request(address(path, query)));

/** Where an atlas has a file: what it was made with is not asked for. @param {string} path */
const plain = (path) => `${BASE}${path}`;

/** @param {string} path @param {Record<string, any>} [query] absent and null values are left out */
function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${BASE}${path}${search ? `?${search}` : ''}`;
}

/** @param {string} path @param {object} [body] */
const post = (path, body) => send('POST', path, body);

/** @param {'POST' | 'PUT' | 'DELETE'} method @param {string} path @param {object} [body] */
function send(method, path, body) {
  const headers = {'Content-Type': 'application/json'};
  return request(`${BASE}${path}`, body ? {method, headers, body: JSON.stringify(body)} : {method});
}

/** @param {string} url @param {RequestInit} [options] @returns {Promise<any>} */
async function request(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Problem({title: 'No connection', detail: 'The server cannot be reached. Is Kinetoscope still running?'});
  }
  const body = await response.json().catch(() => null);
  if (response.status === 204 || (response.ok && body !== null)) return body;
  if (response.status === 401) location.reload(); // the session has ended: the server shows the page that asks for a token
  throw new Problem(body ?? {status: response.status, detail: `The server answered ${response.status} ${response.statusText}.`});
}

/** @param {string} name */
function part(name) {
  return encodeURIComponent(name);
}
