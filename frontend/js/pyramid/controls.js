/** What a pyramid is about and how much of it is drawn: clip, class, rival, units of a row, coverage. */

import {html} from '../html.js';
import {setQuery} from '../router.js';

/** @typedef {{id: string, name: string, label: number | null, predicted: number | null}} Choice */

/** Clips that are offered at most. */
const OFFERED = 300;

/**
 * @param {{card: import('../types.js').ModelCard, clips: Choice[], clip: string, label: number | null, rival: number | null, k: number, most: number, coverage: number}} props
 */
export function Controls({card, clips, clip, label, rival, k, most, coverage}) {
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) => setQuery({[name]: event.target.value, node: null});
  const offered = [...clips.filter((each) => each.id === clip), ...clips.filter((each) => each.id !== clip)].slice(0, OFFERED);
  const groups = [...new Set(offered.map((each) => each.label))].sort((a, b) => (a ?? 1e9) - (b ?? 1e9));
  const classes = (/** @type {number | null} */ value) => card.classes.map((name, i) => html`<option key=${i} value=${i} selected=${i === value}>${name}</option>`);
  return html`<form class="pyramid-controls" aria-label="What is taken apart" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <label class="field">Clip <select name="clip" value=${clip} onChange=${set('clip')}>${groups.map((group) => html`<optgroup key=${group} label=${group === null ? 'No class' : card.classes[group] ?? `Class ${group}`}>
      ${offered.filter((each) => each.label === group).map((each) => html`<option key=${each.id} value=${each.id} selected=${each.id === clip}>${each.name}${each.predicted !== null && each.label !== null && each.predicted !== each.label ? ` (taken for ${card.classes[each.predicted]})` : ''}</option>`)}</optgroup>`)}</select></label>
    <label class="field">Class <select name="class" value=${label ?? ''} onChange=${set('class')}><option value="" selected=${label === null}>what it is taken for</option>${classes(label)}</select></label>
    <label class="field">and not <select name="rival" value=${rival ?? ''} onChange=${set('rival')}><option value="" selected=${rival === null}>(no rival)</option>${classes(rival)}</select></label>
    <label class="field">Units of a row <input type="range" name="k" min="1" max=${most} step="1" value=${k} onInput=${set('k')} /><output class="figures">${k}</output></label>
    <label class="field">Inflow shown <input type="range" name="coverage" min="10" max="100" step="5" value=${Math.round(100 * coverage)} onInput=${set('coverage')} /><output class="figures">${Math.round(100 * coverage)} %</output></label>
  </form>`;
}
