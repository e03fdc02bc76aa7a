/** How the units of a layer are sorted and which of them are shown: choices that the URL keeps. */

import {classIndexes, titleOf} from './findings/sorts.js';
import {html, useEffect, useState} from './html.js';
import {setQuery} from './router.js';
import {isAtlas} from './site.js';
import {figures} from './text.js';

/** @typedef {import('./types.js').ModelCard} ModelCard */
/** @typedef {import('./units.js').Choice} Choice */
/** @typedef {import('./findings/types.js').Index} Index */
/** @typedef {import('./findings/types.js').Overview} Overview */

/** Orders that are no figure of a unit. */
const PLAIN = ['unit', 'pictured'];

/** @type {Record<string, string>} */
const SORTS = {unit: 'number', pictured: 'pictures first', slow: 'activation, slow', fast: 'activation, fast', ratio: 'slow over fast', speed: 'peak speed'};

/** @type {Record<string, string>} */
const WHICH = {all: 'all', pictured: 'with pictures', complete: 'in all variants', missing: 'not in all variants', none: 'without pictures', dead: 'dead'};

/** What the URL asks for. @param {URLSearchParams} query @returns {Choice} */
export function choiceOf(query) {
  const which = query.get('which') ?? 'all';
  const index = query.get('index');
  const bound = (/** @type {string} */ name) => (index && query.get(name) ? Number(query.get(name)) : null);
  return {
    sort: query.get('sort') ?? 'unit', rising: query.get('rising') === '1', which: which in WHICH ? which : 'all', seed: Number(query.get('seed')) || 0,
    index, least: bound('least'), most: bound('most'),
  };
}

/** Whether all units are shown, by number. @param {Choice} choice */
export const isPlain = ({sort, rising, which, index}) => sort === 'unit' && !rising && which === 'all' && !index;

/** @param {{card: ModelCard, moves: boolean, indexes: Index[] | null, overview: Overview | null, choice: Choice}} props `moves`: the layer's units have slow and fast motion */
export function Ordering({card, moves, indexes, overview, choice}) {
  const {sort, rising, which, index} = choice;
  const all = moves ? SORTS : {unit: SORTS.unit, pictured: SORTS.pictured, slow: 'activation'};
  const known = Object.fromEntries(Object.entries(all).filter(([name]) => !isAtlas || name !== 'pictured')); // all in an atlas have some
  const names = (indexes ?? []).map(({name}) => name);
  const groups = classIndexes(overview);
  // an index that the URL names is an option before it is known that there is one
  const strange = [sort, index].flatMap((name) => (name && !(name in known) && !names.includes(name) && !groups.some(([, of]) => of.includes(name)) ? [name] : []));
  const found = /** @type {[string, string[]][]} */ ([...(names.length + strange.length ? [['What clips say', [...new Set([...names, ...strange])]]] : []), ...groups]);
  const classes = (/** @type {string} */ title, /** @type {string} */ name) => (title.endsWith(' of') ? card.classes[Number(name.split('.')[1])] : titleOf(card, name));
  const about = (indexes ?? []).find(({name}) => name === index) ?? null;
  const options = (/** @type {string | null} */ value) => found.map(([title, of]) => html`<optgroup key=${title} label=${title}>${of.map((name) => html`<option key=${name} value=${name} selected=${name === value}>${classes(title, name)}</option>`)}</optgroup>`);
  return html`<span class="row"><label class="choice"><span>Sort by</span><select name="sort" onChange=${change('sort', 'unit')}>
      ${Object.entries(known).map(([name, words]) => html`<option key=${name} value=${name} selected=${name === sort}>${words}</option>`)}${options(sort)}</select></label>
    <button class="button quiet-button order-turn" aria-pressed=${rising} aria-label="Smallest first" title=${rising ? 'Smallest first' : 'Largest first'} onClick=${() => setQuery({rising: rising ? null : 1, at: null})}>${rising ? '↑' : '↓'}</button></span>
    ${isAtlas ? null : html`<label class="choice"><span>Show</span><select name="which" onChange=${change('which', 'all')}>
      ${Object.entries(WHICH).map(([name, words]) => html`<option key=${name} value=${name} selected=${name === which}>${words}</option>`)}</select></label>`}
    <span class="row"><label class="choice"><span>Where</span><select name="index" onChange=${(/** @type {any} */ event) => setQuery({index: event.target.value, least: null, most: null, at: null})}>
      <option value="" selected=${!index}>anything</option>
      ${Object.entries(known).flatMap(([name, words]) => (PLAIN.includes(name) ? [] : [html`<option key=${name} value=${name} selected=${name === index}>${words}</option>`]))}${options(index)}</select></label>
      ${index ? html`<${Bound} name="least" title="from" value=${choice.least} about=${about} /><${Bound} name="most" title="to" value=${choice.most} about=${about} />` : null}</span>`;
}

/** One end of what an index may be. @param {{name: 'least' | 'most', title: string, value: number | null, about: Index | null}} props */
function Bound({name, title, value, about}) {
  const [typed, type] = useState('');
  useEffect(() => type(value === null ? '' : String(value)), [value]);
  return html`<label class="choice"><span>${title}</span><input type="number" name=${name} step="any" value=${typed} placeholder=${about ? figures(about[name]) : ''}
    onInput=${(/** @type {any} */ event) => type(event.target.value)} onChange=${change(name, '')} /></label>`;
}

/** @param {string} name @param {string} initial what the URL need not say */
const change = (name, initial) => (/** @type {any} */ event) => setQuery({[name]: event.target.value === initial ? null : event.target.value, at: null});
