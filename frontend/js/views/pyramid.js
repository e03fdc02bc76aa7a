/** A class score on a clip, taken apart: the units of every row that it is made of, and what flows between them. */

import * as api from '../api.js';
import {layerOf, useModel} from '../catalogue.js';
import {save} from '../export.js';
import {Progress} from '../findings/analyses.js';
import {html, useCallback, useEffect, useMemo, useRef, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Clip} from '../pyramid/clip.js';
import {Controls} from '../pyramid/controls.js';
import {Drawing} from '../pyramid/drawing.js';
import {Inspector} from '../pyramid/inspector.js';
import {keyOf, shape} from '../pyramid/shape.js';
import {Trust} from '../pyramid/trust.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {neededVariants} from '../shown.js';
import {figures} from '../text.js';
import {complain} from '../toast.js';
import {cancel, learn, startAll, useVisualization} from '../visualizations.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../pyramid/types.js').PyramidView} PyramidView */

/** Units of a row, and the part of a node's inflow, that are drawn unless the address says otherwise. */
const K = 8;
const COVERAGE = 0.8;

/** Clips that are drawn for the demo and offered; half of them are ambiguous. */
const DRAWN = 40;

/** @param {{model: string, query: URLSearchParams}} props */
export function Pyramid({model, query}) {
  const card = useModel(model);
  const clips = useResource(`clips ${model}`, () => api.surveyedClips(model).then((page) => page.items, () => []));
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.pyramid} retry=${card.reload} />`;
  if (!card.value || !clips.value) return html`<${Waiting} />`;
  const offered = clips.value.length ? clips.value : model === 'demo' ? drawn(card.value) : [];
  const label = number(query.get('class'));
  const clip = query.get('clip') ?? (offered.find((each) => each.label === label) ?? offered[0])?.id;
  const trail = [[card.value.title || model, to.model(model)]];
  if (!card.value.classes.length) return html`<${Heading} title="No classes" trail=${trail} note="Without classes there is no score to take apart." />`;
  if (!clip) return html`<${Heading} title="Pyramid" trail=${trail} note="A pyramid takes the score of a class on a clip apart. This model has no clips yet: analyse a set of them first." /><p><a class="button" href=${to.findings(model)}>Findings</a></p>`;
  const all = offered.some(({id}) => id === clip) ? offered : [{id: clip, name: clip, label: null, predicted: null}, ...offered];
  return html`<${Asked} key=${model} card=${card.value} clips=${all} clip=${clip} label=${label} rival=${number(query.get('rival'))} query=${query} />`;
}

/** @param {ModelCard} card @returns {import('../pyramid/controls.js').Choice[]} */
const drawn = (card) => Array.from({length: DRAWN}, (_, i) => ({id: `drawn-${i}`, name: `drawn clip ${i}${i % 2 ? ', ambiguous' : ''}`, label: (i >> 1) % card.classes.length, predicted: null}));

/** @param {string | null} text */
const number = (text) => (text === null || !/^\d+$/.test(text) ? null : Number(text));

/** @param {{card: ModelCard, clips: any[], clip: string, label: number | null, rival: number | null, query: URLSearchParams}} props */
function Asked({card, clips, clip, label, rival, query}) {
  const asked = {clip, class: label, rival, rows: query.get('rows')};
  const found = useResource(`pyramid ${card.name} ${JSON.stringify(asked)}`, () => learn(() => api.pyramid(card.name, asked), ({job}) => [/** @type {any} */ (job)]));
  const pyramid = found.value?.pyramid ?? null;
  const most = Math.max(1, ...(pyramid?.rows ?? []).map(({nodes}) => nodes.filter(({unit}) => unit !== null).length));
  const k = Math.min(number(query.get('k')) ?? K, pyramid ? most : 64);
  const coverage = Math.min(Math.max((number(query.get('coverage')) ?? 100 * COVERAGE) / 100, 0), 1);
  const names = {label: card.classes[pyramid?.label ?? label ?? -1], rival: rival === null ? '' : card.classes[rival]};
  const title = names.rival ? `${names.label ?? 'the class'} and not ${names.rival}` : names.label ?? 'the class';
  return html`<${Heading} title=${names.label ? `Why ${title}?` : 'Pyramid'} trail=${[[card.title || card.name, to.model(card.name)], ...(label === null ? [] : [[names.label, to.class(card.name, label)]])]}
      note=${pyramid ? `Its score on this clip is ${figures(pyramid.score)}. Every row shares it out among the units of a layer; flows say where each has its part from.` : 'The score of a class on a clip, taken apart layer by layer.'} />
    <${Controls} ...${{card, clips, clip, label, rival, k, most: pyramid ? most : 16, coverage}} />
    ${found.problem ? html`<${Trouble} problem=${found.problem} retry=${found.reload} />` : !found.value ? html`<${Waiting} />`
      : pyramid ? html`<${Made} ...${{card, view: found.value, asked, k, coverage, title, query}} />` : html`<${Absent} key=${found.value.job.id} ...${{card, view: found.value, asked, onDone: found.reload}} />`}`;
}

/** @param {{card: ModelCard, view: PyramidView, asked: Record<string, any>, onDone: () => void}} props */
function Absent({card, view, asked, onDone}) {
  const job = /** @type {import('../findings/types.js').Analysis} */ (/** @type {any} */ (useVisualization(/** @type {any} */ (view.job)) ?? view.job));
  const {state, error} = job;
  const before = useRef(state);
  useEffect(() => {
    if (state === 'finished' && before.current !== 'finished') onDone();
    before.current = state;
  }, [state]);
  const begin = () => learn(() => api.makePyramid(card.name, {...asked, rows: asked.rows ? asked.rows.split(',').map((/** @type {string} */ row) => row.split(/[+ ]/)) : null}), (made) => [/** @type {any} */ (made.job)])
    .then((made) => made.pyramid && onDone()).catch(complain);
  const busy = state === 'queued' || state === 'running';
  return html`<section class="panel pyramid-absent" aria-label="This pyramid"><div role="status">${busy ? html`<${Progress} analysis=${job} />` : state === 'failed' ? html`<p class="reason">${error}</p>` : html`<p>This score has not been taken apart yet. It takes some seconds.</p>`}</div>
    ${busy ? html`<button class="button quiet-button" onClick=${() => cancel(/** @type {any} */ (job))}>Cancel</button>` : html`<button class="button" onClick=${begin}>${state === 'failed' ? 'Try again' : 'Take it apart'}</button>`}</section>`;
}

/** @param {{card: ModelCard, view: PyramidView, asked: any, k: number, coverage: number, title: string, query: URLSearchParams}} props */
function Made({card, view, asked, k, coverage, title, query}) {
  const pyramid = /** @type {import('../pyramid/types.js').Pyramid} */ (view.pyramid);
  const drawn = useMemo(() => shape(pyramid, {k, coverage}), [pyramid, k, coverage]);
  const tubes = useResource(`tubes ${view.job.id}`, () => api.pyramidTubes(card.name, asked).then((found) => found.tubes, () => []));
  const [looked, look] = useState('');
  const chosen = query.get('node') ?? '';
  const choose = (/** @type {string} */ key) => setQuery({node: key || null});
  const {missing, onAbsent} = useMissing();
  const visualize = () => Promise.all(pyramid.rows.flatMap(({layers}) => layers).map((path) => {
    const layer = layerOf(card, path);
    const units = drawn.levels.flatMap(({lanes}) => lanes.flat()).filter((place) => place.layer === path && place.unit !== null && missing.has(keyOf(path, place.unit))).map(({unit}) => Number(unit));
    return layer && units.length ? startAll({model: card.name, layer: path, units, variants: neededVariants(card, layer).filter((variant) => variant === 'slow'), parameters: {}}) : null;
  }));
  return html`<div class="pyramid-page"><div class="pyramid-main">
      <p class="row small">${missing.size ? html`<button class="button quiet-button" onClick=${visualize}>Visualize ${missing.size} of these units</button>` : null}
        <button class="button quiet-button" onClick=${() => save(new Blob([JSON.stringify({pyramid, tubes: tubes.value ?? []}, null, 1)], {type: 'application/json'}), `${card.name}-pyramid-${pyramid.clip}-${pyramid.label}.json`)}>JSON</button></p>
      <${Drawing} card=${card} shape=${drawn} title=${`${title} ${figures(pyramid.score)}`} lit=${looked || chosen} chosen=${chosen} onLook=${look} onChoose=${choose} onAbsent=${onAbsent} />
      <p class="muted small">Σ: all other units of a layer. b: biases, and what leads around a row. Widths are parts of the score, the largest of Σ and b cut; what takes from it is in the lists only.</p>
      <${Trust} card=${card} pyramid=${pyramid} clip=${view.clip} /></div>
    <aside class="pyramid-side" aria-label="Clip and node"><${Clip} card=${card} clip=${view.clip} tubes=${tubes.value ?? []} node=${looked || chosen} />
      <${Inspector} card=${card} shape=${drawn} chosen=${chosen} title=${title} score=${pyramid.score} tubes=${tubes.value ?? []} onChoose=${choose} /></aside></div>`;
}

/** Keys of nodes whose unit has no picture. */
function useMissing() {
  const [missing, set] = useState(/** @type {Set<string>} */ (new Set()));
  const onAbsent = useCallback((/** @type {string} */ key, /** @type {boolean} */ absent) => set((now) => {
    if (now.has(key) === absent) return now;
    const next = new Set(now);
    if (absent) next.add(key);
    else next.delete(key);
    return next;
  }), []);
  return {missing, onAbsent};
}
