/** What was computed of a unit with settings that no other panel has: nothing that was made is out of sight. */

import {html} from './html.js';
import {to} from './router.js';
import {SEEDS} from './seeds.js';
import {CHIS} from './speeds.js';
import {isThere, shown, viewsOf} from './shown.js';
import {VIEW_NAMES} from './text.js';
import {Tile} from './tile.js';
import {wayOf} from './ways.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, unit: import('./types.js').Unit}} props */
export function Otherwise({card, layer, unit}) {
  const groups = groupsOf(unit.otherwise ?? []);
  if (!groups.length) return null;
  return html`<section class="panel panel-wide"><header class="panel-head"><div><h2>With other settings</h2>
      <p class="muted small">What else was computed of this unit, by the page, from Python or over the API. What is not named is as always.</p></div></header>
    <ol class="seeds">${groups.map(({said, runs}) => {
      const own = {...unit, variants: Object.fromEntries(runs.map((run) => [run.variant ?? 'slow', run]))};
      const views = viewsOf(card, layer).filter((view) => shown(card, view, own).initial && isThere(card, view, own)).slice(0, 2);
      const url = to.unit(card.name, layer.path, unit.unit, {set: runs.map(({id}) => id).join()});
      return html`<li key=${said}><div class="pair">${views.map((view, n) => html`<${Tile} key=${view} url=${url} name=${said} caption=${n ? VIEW_NAMES[view] : said} joins=${false} ...${shown(card, view, own)} />`)}</div></li>`;
    })}</ol></section>`;
}

/** Runs that differ in slowness only belong together. @param {NonNullable<import('./types.js').Unit['otherwise']>} made @returns {{said: string, runs: Visualization[]}[]} */
function groupsOf(made) {
  /** @type {Map<string, Visualization[]>} */
  const groups = new Map();
  for (const {how, run} of made) {
    if (isElsewhere(how, run)) continue;
    const {chi, still} = run.spec.parameters;
    const between = run.variant || still ? [] : [`χ ${chi}`];
    const said = [...Object.entries(how).map(([name, value]) => `${name.replaceAll('_', ' ')} ${value === true ? 'on' : value}`), ...between].join(', ');
    groups.set(said, [...(groups.get(said) ?? []), run]);
  }
  return [...groups].map(([said, own]) => ({said, runs: own}));
}

/** Whether another panel of the page has it. @param {Record<string, any>} how @param {Visualization} run */
function isElsewhere({seed, steps, ...how}, {variant, spec}) {
  const plain = !Object.keys(how).length;
  if (plain && steps === undefined) return variant ? SEEDS.includes(seed ?? 0) : !seed && CHIS.includes(spec.parameters.chi);
  const way = seed === undefined ? wayOf(how) : null;
  return way !== null && (way.how.steps ?? undefined) === steps && Object.keys(how).length === Object.keys(way.how).filter((name) => name !== 'steps').length;
}
