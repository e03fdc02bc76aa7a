/** The classes of a model, each with the optimum of its class unit. */

import * as api from '../api.js';
import {layerOf, useModel} from '../catalogue.js';
import {openClock} from '../clock.js';
import {html, useEffect, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Pager} from '../pager.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {countText, VIEW_NAMES} from '../text.js';
import {Tile} from '../tile.js';
import {learn, ofUnit} from '../visualizations.js';
import {Wheel} from '../wheel.js';
import {fpsOf, shown, viewsOf} from '../shown.js';

const PAGE = 48;

/** @param {{model: string, query: URLSearchParams}} props */
export function Classes({model, query}) {
  const card = useModel(model);
  const page = Math.max(1, Number(query.get('page')) || 1);
  const [sought, seek] = useState('');
  const classes = useResource(`classes ${model} ${page}`, () =>
    learn(() => api.classes(model, {limit: PAGE, offset: (page - 1) * PAGE}), (found) => found.items.flatMap(ofUnit)),
  );
  useEffect(() => openClock('classes', {play: false}), [model]);
  const problem = card.problem ?? classes.problem;
  if (problem) return html`<${Trouble} problem=${problem} link=${to.classes} retry=${classes.reload} />`;
  if (!card.value || !classes.value) return html`<${Waiting} what="Asking for the classes" />`;
  const names = card.value.classes;
  const matching = sought ? names.flatMap((name, i) => (name.toLowerCase().includes(sought.toLowerCase()) ? [i] : [])) : null;
  return html`<${Heading} title="Classes" trail=${[[card.value.title || model, to.model(model)]]}
      note=${`What the network takes for each of its ${countText(names.length, 'class', 'classes')}: appearance and slow motion of the class unit.`} />
    <div class="tools"><label class="field">Find a class <input type="search" value=${sought} onInput=${(/** @type {any} */ event) => seek(event.target.value)} /></label></div>
    ${matching
      ? html`<ul class="names">${matching.map((i) => html`<li key=${i}><a href=${to.class(model, i)}>${names[i]}</a></li>`)}</ul>
        ${matching.length ? null : html`<p class="muted" role="status">No class has that name.</p>`}`
      : html`<div class="with-wheel"><ul class="grid grid-pairs">${classes.value.items.map((item) => html`<li key=${item.unit}><${Pair} card=${card.value} item=${item} /></li>`)}</ul>
        ${fpsOf(card.value) ? html`<aside><${Wheel} group="tiles" fps=${fpsOf(card.value)} /></aside>` : null}</div>
        <${Pager} page=${page} pages=${Math.ceil(classes.value.total / PAGE)} url=${(/** @type {number} */ n) => `${to.classes(model)}${n === 1 ? '' : `?page=${n}`}`} />`}`;
}

/** Appearance and slow motion of a class. @param {{card: import('../types.js').ModelCard, item: import('../types.js').Unit}} props */
export function Pair({card, item}) {
  const name = card.classes[item.unit] ?? item.label ?? `Class ${item.unit}`;
  const layer = layerOf(card, card.class_layer ?? '');
  const views = layer ? viewsOf(card, layer).filter((view) => view !== 'fast') : ['appearance', 'slow'];
  const url = to.class(card.name, item.unit);
  return html`<div class="pair">${views.map((view, i) => html`<${Tile} key=${view} url=${url} name=${name} caption=${i ? VIEW_NAMES[view] : name} dead=${item.dead} ...${shown(card, view, item)} />`)}</div>`;
}
