/** One node of a pyramid: what it is, what it gives and to whom, what it has and from whom. */

import * as api from '../api.js';
import {layerOf} from '../catalogue.js';
import {html, useEffect, useState} from '../html.js';
import {breakable} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {shown, viewsOf} from '../shown.js';
import {figures, VIEW_NAMES} from '../text.js';
import {Tile} from '../tile.js';
import {learn, ofUnit} from '../visualizations.js';
import {Trace} from './clip.js';
import {nameOf} from './drawing.js';
import {SCORE, strongestOf} from './shape.js';

/** Flows that are listed on either side. */
const LISTED = 6;

/** A node is looked at for so long before its panel is shown. */
const REST_MS = 120;

/** The node that a panel is about: where pointing rests, else the chosen one, else where it rested. @param {string} looked @param {string} chosen */
export function useRested(looked, chosen) {
  const [rested, rest] = useState('');
  useEffect(() => {
    if (!looked && !chosen) return;
    const soon = setTimeout(() => rest(looked), REST_MS);
    return () => clearTimeout(soon);
  }, [looked, chosen]);
  return rested || chosen;
}

/** @param {{card: import('../types.js').ModelCard, shape: import('./types.js').Shape, node: string, chosen: string, title: string, score: number, tubes: import('./types.js').Tube[], silent?: string[], onChoose: (key: string) => void, onSilence?: (key: string) => void, look?: any}} props node: the one that is shown; else the strongest. look: shows the pictures of a unit. onSilence: left out where nothing can be silenced */
export function Inspector({card, shape: {levels, flows}, node, chosen, title, score, tubes, silent = [], onChoose, onSilence, look: Look = Pictures}) {
  const places = new Map(levels.flatMap(({lanes}) => lanes.flat()).map((place) => [place.key, place]));
  const place = places.get(node) ?? places.get(strongestOf({levels, flows}));
  if (!place) return null;
  const words = (/** @type {string} */ key) => (key === SCORE ? title : places.has(key) ? whole(/** @type {any} */ (places.get(key))) : '');
  const gives = flows.filter(({from}) => from === place.key);
  const has = flows.filter(({to: end}) => end === place.key);
  return html`<section class="panel" aria-label="The node"><header class="panel-head"><h2>${nameOf(place)}</h2>${place.key === chosen ? html`<button class="button quiet-button" onClick=${() => onChoose('')}>Let go</button>` : null}</header>
    ${place.layer ? html`<p class="small muted">${breakable(place.layer)}</p>` : null}
    ${place.key === chosen ? null : html`<p class="small muted">${node ? 'Press it to keep it here.' : 'It gives most of the first row. Point at another node, or go there with the arrow keys.'}</p>`}
    <p class="small">It gives <b class="figures">${figures(place.relevance)}</b> to ${title}${score ? html`: <span class="figures">${figures((100 * place.relevance) / score)} %</span> of the score` : null}.${place.frequency === null ? null : html` In <b class="figures">${figures(100 * place.frequency)} %</b> of the clips it is among the eight strongest of its layer.`}</p>
    ${place.unit === null || !onSilence ? null : html`<p><button class="button quiet-button" aria-pressed=${silent.includes(place.key)} onClick=${() => onSilence(place.key)}>${silent.includes(place.key) ? 'Let it speak' : 'Silence it'}</button></p>`}
    ${place.unit === null ? null : html`<${Trace} tube=${tubes.find((tube) => tube.layer === place.layer && tube.unit === place.unit)} />`}
    ${place.unit === null ? null : html`<${Look} key=${place.key} card=${card} layer=${place.layer} unit=${place.unit} />`}
    <${Flows} title="Gives to" flows=${gives} end="to" ...${{words, onChoose}} /><${Flows} title="Has it from" flows=${has} end="from" ...${{words, onChoose}} /></section>`;
}

/** @param {import('./types.js').Place} place */
const whole = (place) => (place.layer ? `${nameOf(place)} of ${place.layer}` : nameOf(place));

/** @param {{title: string, flows: import('./types.js').Flow[], end: 'from' | 'to', words: (key: string) => string, onChoose: (key: string) => void}} props */
function Flows({title, flows, end, words, onChoose}) {
  const strongest = [...flows].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, LISTED);
  if (!strongest.length) return null;
  return html`<h3>${title}</h3><ul class="pyramid-list small">${strongest.map((flow) => html`<li key=${flow[end]}>
    ${flow[end] === SCORE ? html`<span>${words(SCORE)}</span>` : html`<button class="text-button" onClick=${() => onChoose(flow[end])}>${words(flow[end])}</button>`}<span class="figures">${figures(flow.weight)}</span></li>`)}</ul>`;
}

/** @param {{card: import('../types.js').ModelCard, layer: string, unit: number}} props */
function Pictures({card, layer: path, unit}) {
  const layer = layerOf(card, path);
  const found = useResource(layer && `unit ${card.name} ${path} ${unit} 0`, () => learn(() => api.unit(card.name, path, unit, {}), ofUnit));
  if (!layer || !found.value) return null;
  const item = found.value;
  return html`<div class="pyramid-pictures">${viewsOf(card, layer).map((view) => html`<${Tile} key=${view} url=${to.unit(card.name, path, unit)} name=${`Unit ${unit}`} caption=${VIEW_NAMES[view]} note=" " dead=${item.dead} ...${shown(card, view, item)} />`)}</div>`;
}
