/** A pyramid as a drawing: the score on top, a row of pictured units per layer, flows between them. */

import * as api from '../api.js';
import {isOneInput, layerOf} from '../catalogue.js';
import {html, useEffect, useLayoutEffect, useMemo, useRef} from '../html.js';
import {Player} from '../player.js';
import {useResource} from '../resource.js';
import {shown, viewsOf} from '../shown.js';
import {figures, stateText} from '../text.js';
import {isAbsent, learn, ofUnit, useVisualization} from '../visualizations.js';
import {pathOf, SCORE} from './shape.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').Place} Place */
/** @typedef {import('./types.js').Level} Level */
/** @typedef {import('./types.js').Flow} Flow */

/** Sizes in pixels: a node's cell, the space between lanes, a row, the score above them, the widest flow between units, and from or to Σ and b. */
const CELL = 76;
const LANE = 26;
const ROW = 168;
const HEAD = 110;
const FACE = 60;
const WIDEST = 14;
const SUMS = 7;

/** @type {string[]} */
const NONE = [];

/**
 * @param {object} props
 * @param {ModelCard} props.card
 * @param {import('./types.js').Shape} props.shape
 * @param {string} props.title of the score
 * @param {string} props.lit key of the node that is looked at
 * @param {string} props.chosen
 * @param {string[]} [props.silent] keys of units that are silenced
 * @param {Set<string>} [props.shared] keys of units that another pyramid has as well
 * @param {string} [props.label]
 * @param {(key: string) => void} props.onLook
 * @param {(key: string) => void} props.onChoose
 * @param {(key: string) => void} [props.onSilence]
 * @param {(key: string, absent: boolean) => void} props.onAbsent
 */
export function Drawing({card, shape, title, lit, chosen, silent = NONE, shared, label = 'The pyramid', onLook, onChoose, onSilence, onAbsent}) {
  const {levels, flows} = shape;
  const {places, width} = useMemo(() => placed(levels), [levels]);
  const path = useMemo(() => (lit === SCORE || places.has(lit) ? pathOf(flows, lit) : null), [flows, places, lit]); // an address may name one that is not drawn;
  const [between, sums] = [flows.filter((flow) => !isSum(flow)), flows.filter(isSum)];
  const [most, mostOfSums] = [between, sums].map((those) => Math.max(...those.map(({weight}) => weight), 1e-9));
  const height = HEAD + (levels.length - 1) * ROW + FACE + 44;
  const score = {x: width / 2, top: 0, bottom: 52};
  const spot = (/** @type {string} */ key) => (key === SCORE ? score : places.get(key));
  const first = levels[0]?.lanes[0]?.[0]?.key;
  /** @type {{current: HTMLElement | null}} */
  const region = useRef(null);
  /** @type {{current: HTMLElement | null}} */
  const frame = useRef(null);
  useLayoutEffect(() => {
    const {current} = frame;
    if (current) current.scrollLeft = (current.scrollWidth - current.clientWidth) / 2; // the score is in the middle
  }, [width]);
  const tabbed = places.has(chosen) ? chosen : first;
  return html`<div class="pyramid-scroll" ref=${frame} role="region" aria-label=${label} tabindex="0">
    <div class="pyramid" ref=${region} style=${`width:${width}px;height:${height}px`} data-lit=${path ? 'true' : 'false'} onKeyDown=${(/** @type {KeyboardEvent} */ event) => move(event, levels, region.current)} onMouseLeave=${() => onLook('')}>
      <svg class="pyramid-flows" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} aria-hidden="true">${flows.filter((flow) => flow.shown).map((flow) => {
        const [from, to] = [spot(flow.from), spot(flow.to)];
        if (!from || !to) return null;
        const on = path?.has(flow.from) && path.has(flow.to);
        const width = isSum(flow) ? (SUMS * flow.weight) / mostOfSums : (WIDEST * flow.weight) / most;
        return html`<path key=${`${flow.from} ${flow.to}`} class=${['flow', isSum(flow) && 'flow-sum', on && 'flow-lit'].filter(Boolean).join(' ')} stroke-width=${Math.max(1, width).toFixed(1)} d=${curve(from.x, from.top, to.x, to.bottom)} />`;
      })}</svg>
      <div class=${`pyramid-score ${path?.has(SCORE) ? 'lit' : ''}`} style=${`left:${width / 2}px`}><b>${title}</b></div>
      ${levels.map((level, row) => level.lanes.map((lane, i) => html`${level.layers[i] && lane.length ? html`<span class="pyramid-lane small" key=${`lane ${level.layers[i]}`} style=${`left:${(places.get(lane[0].key)?.x ?? 0) - CELL / 2}px;top:${HEAD + row * ROW - 24}px;max-width:${lane.length * CELL + LANE - 8}px`} title=${level.layers[i]}>${level.layers[i]}</span>` : null}
        ${lane.map((place) => html`<${Node} key=${place.key} ...${{card, place, row}} x=${places.get(place.key)?.x ?? 0} lit=${Boolean(path?.has(place.key))} chosen=${place.key === chosen} stop=${place.key === tabbed} silent=${silent.includes(place.key)} common=${Boolean(shared?.has(place.key))} ...${{onLook, onChoose, onSilence, onAbsent}} />`)}`))}
    </div></div>`;
}

/** What the drawing does not say by itself. */
export const Legend = () => html`<p class="muted small">Σ: all other units of a layer. b: biases, and what leads around a row. Widths are parts of the score: coloured between units, grey and on a smaller scale from or to Σ and b. What takes from the score is in the lists only.</p>`;

/** Whether a flow is from or to what many units give together. @param {Flow} flow */
const isSum = ({from, to}) => [from, to].some((key) => /:others$|^bias:/.test(key));

/** Where every node is: its middle, and the heights that flows leave and enter at. @param {Level[]} levels */
function placed(levels) {
  const widthOf = (/** @type {Level} */ {lanes}) => lanes.reduce((sum, lane) => sum + lane.length * CELL, 0) + (lanes.length - 1) * LANE;
  const width = Math.max(320, ...levels.map(widthOf));
  /** @type {Map<string, {x: number, top: number, bottom: number}>} */
  const places = new Map();
  levels.forEach((level, row) => {
    let x = (width - widthOf(level)) / 2;
    const top = HEAD + row * ROW;
    for (const lane of level.lanes) {
      for (const {key} of lane) {
        places.set(key, {x: x + CELL / 2, top, bottom: top + FACE + 32});
        x += CELL;
      }
      x += LANE;
    }
  });
  return {places, width};
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
const curve = (x1, y1, x2, y2) => `M${x1},${y1}C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}`;

/** Arrow keys go from node to node, as they stand. @param {KeyboardEvent} event @param {Level[]} levels @param {HTMLElement | null} region */
function move(event, levels, region) {
  const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
  const here = /** @type {HTMLElement} */ (event.target).dataset?.key;
  if (!by || !here || !region) return;
  const rows = levels.map(({lanes}) => lanes.flat().map(({key}) => key));
  const row = rows.findIndex((keys) => keys.includes(here));
  const next = rows[row + by[0]];
  const goal = next?.[Math.max(0, Math.min(next.length - 1, rows[row].indexOf(here) + by[1]))];
  event.preventDefault();
  event.stopPropagation();
  if (goal) /** @type {HTMLElement | null} */ (region.querySelector(`[data-key="${CSS.escape(goal)}"]`))?.focus();
}

/** @param {{card: ModelCard, place: Place, row: number, x: number, lit: boolean, chosen: boolean, stop: boolean, silent: boolean, common: boolean, onLook: (key: string) => void, onChoose: (key: string) => void, onSilence?: (key: string) => void, onAbsent: (key: string, absent: boolean) => void}} props */
function Node({card, place, row, x, lit, chosen, stop, silent, common, onLook, onChoose, onSilence, onAbsent}) {
  const {key, kind, layer, unit, relevance, frequency} = place;
  const mutable = kind === 'unit' && onSilence;
  return html`<button class=${['pyramid-node', `pyramid-${kind}`, lit && 'lit', silent && 'silent', common && 'common'].filter(Boolean).join(' ')} data-key=${key} tabindex=${stop ? 0 : -1} aria-pressed=${chosen} style=${`left:${x - CELL / 2}px;top:${HEAD + row * ROW}px`}
    onMouseEnter=${() => onLook(key)} onFocus=${() => onLook(key)} onBlur=${() => onLook('')} onClick=${(/** @type {MouseEvent} */ event) => (event.shiftKey && mutable ? mutable(key) : onChoose(chosen ? '' : key))} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'x' && mutable && mutable(key)}>
    ${kind === 'unit' ? html`<${Face} ...${{card, layer, unit: Number(unit), id: key, onAbsent}} />` : html`<span class="well pyramid-face well-note" aria-hidden="true">${kind === 'bias' ? 'b' : 'Σ'}</span>`}
    <span class="small">${kind === 'unit' ? html`<span class="hidden">Unit </span>${unit}` : kind}<span class="hidden">${layer ? ` of ${layer}` : ''}${silent ? ', silenced,' : ''}${common ? ', in both,' : ''} gives </span></span><span class="small figures muted">${figures(relevance)}</span>${frequency === null ? null : html`<progress class="pyramid-often" max="1" value=${frequency} aria-hidden="true"></progress>`}</button>`;
}

/** @param {Place} place */
export const nameOf = ({kind, unit}) => (kind === 'unit' ? `Unit ${unit}` : kind === 'others' ? 'All other units' : 'Biases and ways around');

/** The view that says most of a layer at the least cost. @param {ModelCard} card @param {import('../types.js').LayerCard} layer */
export const faceOf = (card, layer) => (isOneInput(card) ? 'slow' : viewsOf(card, layer)[0] ?? 'slow');

/** @param {{card: ModelCard, layer: string, unit: number, id: string, onAbsent: (key: string, absent: boolean) => void}} props */
function Face({card, layer: path, unit, id, onAbsent}) {
  const layer = layerOf(card, path);
  const found = useResource(layer && `unit ${card.name} ${path} ${unit} 0`, () => learn(() => api.unit(card.name, path, unit, {}), ofUnit));
  const look = layer && found.value ? shown(card, faceOf(card, layer), found.value) : null;
  const visualization = useVisualization(look?.initial);
  const picture = look?.pick(visualization);
  const absent = Boolean(found.value && !found.value.dead && (!visualization || isAbsent(visualization)));
  useEffect(() => onAbsent(id, absent), [id, absent]);
  useEffect(() => () => onAbsent(id, false), [id]);
  if (visualization && picture) return html`<span class="well pyramid-face"><${Player} key=${visualization.id + picture.name} ...${{visualization, picture}} label="" group="tiles" joins=${false} still coarse /></span>`;
  const mark = !found.value ? '' : found.value.dead ? '∅' : {absent: '+', queued: '…', running: '…', failed: '!', canceled: '–', finished: ''}[visualization?.state ?? 'absent'];
  return html`<span class="well pyramid-face well-note" aria-hidden="true" title=${found.value ? stateText(visualization, found.value.dead) : ''}>${mark}</span>`;
}
