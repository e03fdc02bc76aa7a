/** The classes of a model, each with the optimum of its class unit: `?page=`. They are sought by name, and chosen like units. */

import * as api from '../api.js';
import {layerOf, useModel} from '../catalogue.js';
import {openClock} from '../clock.js';
import {Cost} from '../cost.js';
import {html, useEffect, useRef, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Pager} from '../pager.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {Selection, Tick, useChosen} from '../selection.js';
import {useSettled} from '../settled.js';
import {fpsOf, isThere, neededVariants, shown, viewsOf} from '../shown.js';
import {isAtlas} from '../site.js';
import {countText, VIEW_NAMES} from '../text.js';
import {Tile} from '../tile.js';
import {isAbsent, learn, ofUnit, startAll, useVisualizations} from '../visualizations.js';
import {Wheel} from '../wheel.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('../types.js').Unit} Unit */
/** @typedef {import('../types.js').Page<Unit> & {total: number}} Listed */

const PAGE = 48;

/** @param {{model: string, query: URLSearchParams}} props */
export function Classes({model, query}) {
  const card = useModel(model);
  const page = Math.max(1, Number(query.get('page')) || 1);
  const [typed, type] = useState('');
  const like = useSettled(typed.trim());
  const found = useResource(`classes ${model} ${page} ${like}`, () =>
    learn(() => api.classes(model, {limit: PAGE, offset: (page - 1) * PAGE, like: like || null}), ({items}) => items.flatMap(ofUnit)),
  );
  // until the next list is there, the present one stays
  const last = useRef(/** @type {Listed | null} */ (null));
  if (found.value) last.current = found.value;
  useEffect(() => openClock('classes', {play: false}), [model]);
  const problem = card.problem ?? found.problem;
  if (problem) return html`<${Trouble} problem=${problem} link=${to.classes} retry=${found.reload} />`;
  if (!card.value || !last.current) return html`<${Waiting} what="Asking for the classes" />`;
  const onInput = (/** @type {any} */ event) => {
    type(event.target.value);
    if (page > 1) setQuery({page: null});
  };
  const classes = last.current;
  const items = classes.items.filter((item) => isPictured(card.value, item));
  return html`<${Heading} title="Classes" trail=${[[card.value.title || model, to.model(model)]]}
      note=${`What the network takes for each of its ${countText(card.value.classes.length, 'class', 'classes')}: appearance and slow motion of the class unit.`} />
    <div class="tools"><label class="field">Find a class <input type="search" value=${typed} onInput=${onInput} /></label>
      ${like ? html`<p class="muted small" role="status">${classes.total ? countText(classes.total, 'class', 'classes') : 'No class has that name.'}</p>` : null}</div>
    <${List} card=${card.value} items=${items} />
    ${isAtlas && !like ? html`<${LeftOut} card=${card.value} absent=${card.value.classes.length - classes.total} bare=${classes.items.filter((item) => !items.includes(item))} />` : null}
    <${Pager} page=${page} pages=${Math.ceil(classes.total / PAGE)} url=${(/** @type {number} */ n) => `${to.classes(model)}${n === 1 ? '' : `?page=${n}`}`} />`;
}

/** @param {{card: ModelCard, items: Unit[]}} props */
function List({card, items}) {
  const layer = layerOf(card, card.class_layer ?? '');
  const chosen = useChosen((place) => items[place]);
  return html`${layer && !isAtlas ? html`<${Missing} card=${card} layer=${layer} items=${items} />` : null}
    <div class="with-wheel"><ul class="grid grid-pairs">${items.map((item, i) => html`<li key=${item.unit} data-index=${i}>
        <${Pair} card=${card} item=${item} /><${Tick} name=${nameOf(card, item)} place=${i} chosen=${chosen} on=${chosen.units.has(item.unit)} /></li>`)}</ul>
      ${fpsOf(card) ? html`<aside><${Wheel} group="tiles" fps=${fpsOf(card)} /></aside>` : null}</div>
    ${layer && chosen.units.size ? html`<${Selection} card=${card} layer=${layer} chosen=${chosen} />` : null}`;
}

/** Computes those of this page that are not. @param {{card: ModelCard, layer: LayerCard, items: Unit[]}} props */
function Missing({card, layer, items}) {
  const variants = neededVariants(card, layer);
  const alive = items.filter((item) => !item.dead);
  const runs = useVisualizations(alive.flatMap((item) => variants.map((variant) => item.variants[variant])));
  const [sending, setSending] = useState(false);
  const absent = runs.flatMap((run) => (run && isAbsent(run) ? [run.spec.unit] : []));
  const units = [...new Set(absent)];
  if (!units.length || sending) return null;
  const compute = async () => {
    setSending(true);
    await startAll({model: card.name, layer: layer.path, units, variants, parameters: {}});
    setSending(false);
  };
  return html`<p class="row"><button class="button" onClick=${compute}>Compute ${units.length} missing</button>
    <${Cost} card=${card} layer=${layer} pictures=${absent.length} /></p>`;
}

/** @param {ModelCard} card @param {Unit} item */
const nameOf = (card, item) => card.classes[item.unit] ?? item.label ?? `Class ${item.unit}`;

/** Views of a class that are shown beside each other. @param {ModelCard} card */
function sidesOf(card) {
  const layer = layerOf(card, card.class_layer ?? '');
  return layer ? viewsOf(card, layer).filter((view) => view !== 'fast') : ['appearance', 'slow'];
}

/** @param {ModelCard | null} card @param {Unit} item */
const isPictured = (card, item) => Boolean(card && sidesOf(card).some((view) => isThere(card, view, item)));

/** What an atlas does not hold. bare: classes that clips say something of, on this page. @param {{card: ModelCard, absent: number, bare: Unit[]}} props */
function LeftOut({card, absent, bare}) {
  return html`${absent ? html`<p class="muted small">Not in this atlas, as not computed: ${absent} of ${countText(card.classes.length, 'class', 'classes')}.</p>` : null}
    ${bare.length ? html`<p class="muted small">Without a picture, but with clips: ${bare.map((item, i) => html`${i ? ', ' : ''}<a href=${to.class(card.name, item.unit)}>${nameOf(card, item)}</a>`)}.</p>` : null}`;
}

/** Appearance and slow motion of a class. @param {{card: ModelCard, item: Unit}} props */
export function Pair({card, item}) {
  const name = nameOf(card, item);
  const views = sidesOf(card).filter((view) => isThere(card, view, item));
  const url = to.class(card.name, item.unit);
  if (!views.length) return html`<a href=${url}>${name}</a>`;
  return html`<div class="pair">${views.map((view, i) => html`<${Tile} key=${view} url=${url} name=${name} caption=${i ? VIEW_NAMES[view] : name} dead=${item.dead} ...${shown(card, view, item)} />`)}</div>`;
}
