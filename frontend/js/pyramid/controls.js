/** What a pyramid is about (clip, class, rival) and how much of it is drawn: units of a row, coverage. */

import {html} from '../html.js';
import {setQuery} from '../router.js';
import {OFFERED, wholes} from './clips.js';

/** @typedef {import('./clips.js').Choice} Choice */
/** @typedef {import('../types.js').ModelCard} ModelCard */

/** Units of a row, and the part of a node's inflow, that are drawn unless the address says otherwise. */
const K = 8;
const COVERAGE = 0.8;

/** @param {string | null} text @returns {number | null} */
export const number = (text) => (text === null || !/^\d+$/.test(text) ? null : Number(text));

/** How much is drawn, by the address. @param {URLSearchParams} query @param {number} most @param {number} [usual] units of a row */
export function amountOf(query, most, usual = K) {
  return {k: Math.min(Math.max(number(query.get('k')) ?? usual, 1), most), coverage: Math.min(Math.max((number(query.get('coverage')) ?? 100 * COVERAGE) / 100, 0), 1)};
}

/** @param {{card: ModelCard, clips: Choice[], clip: string, label: number | null, rival: number | null, onChange: (change: {clip?: string, class?: string, rival?: string}) => void}} props */
export function Subject({card, clips, clip, label, rival, onChange}) {
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) => onChange({[name]: event.target.value});
  const offered = [...clips.filter((each) => each.id === clip && !each.whole), ...clips.filter((each) => each.id !== clip && !each.whole)].slice(0, OFFERED);
  const brought = offered.filter((each) => each.brought);
  const listed = offered.filter((each) => !each.brought);
  const several = wholes(card, clips, clip);
  const labels = [...new Set(listed.map((each) => each.label))].sort((a, b) => (a ?? 1e9) - (b ?? 1e9));
  /** @type {[string, Choice[]][]} */
  const groups = labels.map((label) => [label === null ? 'No class' : card.classes[label] ?? `Class ${label}`, listed.filter((each) => each.label === label)]);
  if (brought.length) groups.unshift(['Clips that were brought', brought]);
  if (several.length) groups.unshift(['In the mean', several]);
  const classes = (/** @type {number | null} */ value) => card.classes.map((name, i) => html`<option key=${i} value=${i} selected=${i === value}>${name}</option>`);
  return html`<label class="field">Clip <select name="clip" value=${clip} onChange=${set('clip')}>${groups.map(([title, own]) => html`<optgroup key=${title} label=${title}>
      ${own.map((each) => html`<option key=${each.id} value=${each.id} selected=${each.id === clip}>${each.name}${each.predicted !== null && each.label !== null && each.predicted !== each.label ? ` (taken for ${card.classes[each.predicted]})` : ''}</option>`)}</optgroup>`)}</select></label>
    <label class="field">Class <select name="class" value=${label ?? ''} onChange=${set('class')}><option value="" selected=${label === null}>what it is taken for</option>${classes(label)}</select></label>
    <label class="field">and not <select name="rival" value=${rival ?? ''} onChange=${set('rival')}><option value="" selected=${rival === null}>(no rival)</option>${classes(rival)}</select></label>`;
}

/** @param {{k: number, most: number, coverage: number, onChange?: (change: Record<string, string>) => void}} props */
export function Amount({k, most, coverage, onChange = setQuery}) {
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) => onChange({[name]: event.target.value});
  return html`<label class="field">Units of a row <input type="range" name="k" min="1" max=${most} step="1" value=${k} onInput=${set('k')} /><output class="figures">${k}</output></label>
    <label class="field">Inflow shown <input type="range" name="coverage" min="10" max="100" step="5" value=${Math.round(100 * coverage)} onInput=${set('coverage')} /><output class="figures">${Math.round(100 * coverage)} %</output></label>`;
}
