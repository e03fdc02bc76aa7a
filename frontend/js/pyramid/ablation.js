/** Units of a pyramid that are silenced, and what the network says of the clip without them. */

import * as api from '../api.js';
import {html} from '../html.js';
import {Pending} from '../pending.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {Silent} from '../silent.js';
import {countText, figures, shareText} from '../text.js';
import {namesIn, unitOf} from '../unit-names.js';
import {learn} from '../visualizations.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').Ablation} Found */

/** Classes that are listed for either outcome, besides those that the pyramid is about. */
const TOP = 3;

/** Units that are silenced, as the address has them: `layer:unit,layer:unit`. @param {URLSearchParams} query @returns {string[]} */
export const silentOf = (query) => namesIn(query.get('ablate'));

/** @param {string[]} keys */
export const silence = (keys) => setQuery({ablate: [...new Set(keys)].join()});

/** @param {{card: ModelCard, clip: string, label: number, rival: number | null, levels: import('./types.js').Level[], silent: string[]}} props */
export function Ablation({card, clip, label, rival, levels, silent}) {
  const rows = levels.map(({layers, lanes}) => ({layers, units: lanes.flat().filter(({unit}) => unit !== null).map(({key}) => key)}));
  return html`<section class="panel ablation" aria-label="Without some units"><header class="panel-head"><h2>Without some units</h2>
      ${silent.length ? html`<button class="button quiet-button" onClick=${() => silence([])}>All units at work</button>` : null}</header>
    ${silent.length ? html`<${Silent} names=${silent} onSpeak=${(/** @type {string} */ name) => silence(silent.filter((each) => each !== name))} />`
      : html`<p class="small muted">What would the network say without them? Choose a node and silence it (or hold Shift and click it, or press x), or take all that a row shows.</p>`}
    <p class="row small" role="group" aria-label="Silence all that a row shows">${rows.map(({layers, units}) => html`<button key=${layers.join()} class="button quiet-button" disabled=${units.every((key) => silent.includes(key))} onClick=${() => silence([...silent, ...units])}>+ ${countText(units.length, 'unit')} of ${layers.join(' + ')}</button>`)}</p>
    ${silent.length ? html`<${Outcome} key=${silent.join()} ...${{card, clip, label, rival, silent}} />` : null}</section>`;
}

/** @param {{card: ModelCard, clip: string, label: number, rival: number | null, silent: string[]}} props */
function Outcome({card, clip, label, rival, silent}) {
  const units = silent.join();
  const found = useResource(`ablation ${card.name} ${clip} ${units}`, () => learn(() => api.ablation(card.name, {clip, units}), ({job}) => [job]));
  if (found.problem) return html`<p class="reason" role="alert">${found.problem.message}</p>`;
  if (!found.value) return null;
  const {job, ablation} = found.value;
  if (ablation) return html`<${Table} ...${{card, ablation, label, rival}} />`;
  return html`<${Pending} key=${job.id} job=${job} label="Run without these units" idle="It takes a second or two." action=${`Run without ${countText(silent.length, 'unit')}`}
    ask=${() => api.makeAblation(card.name, {clip, units: silent.map(unitOf)})} onDone=${found.reload} />`;
}

/** @param {{card: ModelCard, ablation: Found, label: number, rival: number | null}} props */
function Table({card, ablation: {spec, clips, intact, without, random, draws}, label, rival}) {
  const score = (/** @type {import('./types.js').Outcome} */ {scores}) => scores[label] - (rival === null ? 0 : scores[rival]);
  const first = (/** @type {import('./types.js').Outcome} */ {probabilities}) => probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  const listed = [...new Set([label, ...(rival === null ? [] : [rival]), ...first(intact).slice(0, TOP), ...first(without).slice(0, TOP)])].sort((a, b) => intact.probabilities[b] - intact.probabilities[a]);
  const count = countText(spec.silent.length, 'unit');
  const taken = first(without)[0];
  return html`<p class="small">Without ${count} the score goes from <b class="figures">${figures(score(intact))}</b> to <b class="figures">${figures(score(without))}</b>${random ? html`; without as many others of the same layers, drawn by chance, it is <b class="figures">${figures(score(random))}</b> (mean of ${draws})` : ''}; ${clips > 1 ? `all are means over ${clips} clips; ` : ''}${clips > 1 ? 'most probable' : 'the clip'} is ${taken === first(intact)[0] ? 'still' : 'then'}${clips > 1 ? '' : ' taken for'} <b>${card.classes[taken]}</b>.</p>
    <div class="table-scroll" role="region" aria-label="Probabilities" tabindex="0"><table class="ablation-table"><thead><tr><th scope="col">Class</th><th scope="col">All units at work</th><th scope="col">Without ${count}</th>${random ? html`<th scope="col">Others by chance</th>` : null}</tr></thead>
      <tbody>${listed.map((i) => html`<tr key=${i}><th scope="row"><a href=${to.class(card.name, i)}>${card.classes[i]}</a></th>${[intact, without, ...(random ? [random] : [])].map((outcome, n) => html`<td key=${n}><progress max="1" value=${outcome.probabilities[i]} aria-hidden="true"></progress><span class="figures">${shareText(outcome.probabilities[i])}</span></td>`)}</tr>`)}</tbody></table></div>`;
}
