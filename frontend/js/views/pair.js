/** Two classes side by side on one clock: their optima, what they share, what tells them apart, and what that does. */

import * as api from '../api.js';
import {layerOf, useModel} from '../catalogue.js';
import {useEnergy} from '../findings/energy.js';
import {HeatMap, less} from '../findings/heat-map.js';
import {SignedBar} from '../findings/profile.js';
import {Why} from '../findings/why.js';
import {html} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {go, to} from '../router.js';
import {fpsOf} from '../shown.js';
import {holds} from '../site.js';
import {countText, figures} from '../text.js';
import {startRuns, Trio} from '../trio.js';
import {useUnitRuns} from '../unit-runs.js';
import {isAbsent} from '../visualizations.js';
import {Wheel} from '../wheel.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('../findings/types.js').Weighed} Weighed */
/** @typedef {import('../findings/types.js').PairView} PairView */
/** @typedef {import('../findings/types.js').PairFindings} PairFindings */

/** @param {{model: string, first: string, second: string}} props */
export function Pair({model, first: one, second: other}) {
  const [first, second] = [Number(one), Number(other)];
  const card = useModel(model);
  const found = useResource(`pair ${model} ${first} ${second}`, () => api.pairFindings(model, first, second).catch(() => null));
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.model} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  const names = [first, second].map((number) => card.value?.classes[number]);
  const layer = layerOf(card.value, card.value.class_layer ?? '');
  if (!layer || names.some((name) => name === undefined)) return html`<${Heading} title="No such pair" note="The model has no classes of these numbers." />`;
  return html`<${Heading} title=${`${names[0]} and ${names[1]}`} trail=${[[card.value.title || model, to.model(model)], ['Classes', to.classes(model)]]}
      note=${found.value?.findings ? `${countText(found.value.findings.confused, 'clip')} of one were taken for the other.` : 'Two classes side by side.'}>
      <${Choice} ...${{card: card.value, first, second}} /><//>
    <${Sides} ...${{card: card.value, layer, first, second, view: found.value}} />
`;
}

/** @param {{card: ModelCard, layer: LayerCard, first: number, second: number, view: PairView | null}} props */
function Sides({card, layer, first, second, view}) {
  const [one, other] = [first, second].map((number) => useUnitRuns(card.name, layer.path, number, 0).runs);
  const moved = [useEnergy(one.slow), useEnergy(other.slow)];
  const [fps, names] = [fpsOf(card), [first, second].map((number) => card.classes[number])];
  return html`<div class="pair-sides"><${Side} ...${{card, layer, number: first, runs: one}} /><${Side} ...${{card, layer, number: second, runs: other}} /></div>
    ${fps ? html`<${Wheel} fps=${fps} />` : null}
    ${view ? html`<div class="panels findings"><${Why} ...${{card, first, second}} /><${Units} card=${card} view=${view} /><${Maps} ...${{view, names, moved}} /></div>` : null}`;
}

/** @param {{card: ModelCard, first: number, second: number}} props */
function Choice({card, first, second}) {
  const choose = (/** @type {any} */ event) => go(to.pair(card.name, first, Number(event.target.value)));
  return html`<label class="field">against <select value=${second} onChange=${choose}>${card.classes.map((name, i) => (i === first || !holds.pair(card.name, first, i) ? null : html`<option key=${i} value=${i}>${name}</option>`))}</select></label>`;
}

/** @param {{card: ModelCard, layer: LayerCard, number: number, runs: ReturnType<typeof useUnitRuns>['runs']}} props */
function Side({card, layer, number, runs}) {
  const name = card.classes[number];
  return html`<section aria-label=${name}><header class="panel-head"><h2><a href=${to.class(card.name, number)}>${name}</a></h2>
    ${Object.values(runs).some(isAbsent) ? html`<button class="button" onClick=${() => startRuns(runs)}>Visualize</button>` : null}</header>
    <${Trio} card=${card} layer=${layer} runs=${runs} name=${name} dead=${false} /></section>`;
}

/** @param {{card: ModelCard, view: PairView}} props */
function Units({card, view: {findings}}) {
  if (!findings) return html`<p class="muted small">One of these two has no clips in the set.</p>`;
  const names = [findings.first, findings.second].map((number) => card.classes[number]);
  return html`<${List} card=${card} title=${`For ${names[0]}`} units=${findings.for_first} /><${List} card=${card} title=${`For ${names[1]}`} units=${findings.for_second} />
    <${List} card=${card} title="For both" units=${findings.shared} /><${Ablations} findings=${findings} names=${names} />
    ${findings.parts.length ? html`<section class="panel"><h2>Parts that tell them apart</h2><ol class="bars">${findings.parts.map(({part, weight}) => html`<li key=${part}><span>${part}</span><${SignedBar} share=${weight} /><span class="figures small">${figures(weight)}</span></li>`)}</ol>
      <p class="muted small">Evidence for the right class, per pixel of what was drawn.</p></section>` : null}`;
}

/** @param {{card: ModelCard, title: string, units: Weighed[]}} props */
function List({card, title, units}) {
  if (!units.length) return null;
  return html`<section class="panel"><h2>${title}</h2><ol class="bars">${units.map(({layer, unit, weight}) => html`<li key=${unit}><a href=${to.unit(card.name, layer, unit)}>Unit ${unit}</a>
    <progress max=${units[0].weight} value=${weight} aria-label=${`Unit ${unit}`}></progress><span class="figures small">${figures(weight)}</span></li>`)}</ol>
    <p class="muted small">Units of ${units[0].layer}: what they give to a logit, in the mean over its clips.</p></section>`;
}

/** @param {{findings: PairFindings, names: string[]}} props */
function Ablations({findings: {ablations, clips}, names}) {
  if (!ablations.length) return html`<p class="muted small">What these units do was tried for the most confused pairs only.</p>`;
  const what = {first: `units for ${names[0]}`, second: `units for ${names[1]}`, shared: 'units for both', random: 'random units'};
  const change = (/** @type {[number, number]} */ [before, after]) => `${figures(before)} → ${figures(after)}`;
  return html`<section class="panel"><h2>Without them</h2><div class="table-scroll" tabindex="0" role="region" aria-label="Effect of ablations"><table>
    <thead><tr><th scope="col">Set to 0</th>${names.map((name) => html`<th scope="col" key=${name}>margin on ${name}</th>`)}<th scope="col">right</th></tr></thead>
    <tbody>${ablations.map((each) => html`<tr key=${each.what}><th scope="row">${each.units} ${what[each.what]}</th><td class="figures">${change(each.first)}</td><td class="figures">${change(each.second)}</td>
      <td class="figures">${change(/** @type {[number, number]} */ (each.right.map((share) => 100 * share)))} %</td></tr>`)}</tbody></table></div>
    <p class="muted small">Margin: logit of ${names[0]} less that of ${names[1]}, mean over ${countText(clips, 'clip')} of the two.</p></section>`;
}

/** @param {{view: PairView, names: string[], moved: (number[][] | null)[]}} props `moved`: maps of the slow optima */
function Maps({view: {first, second}, names, moved: [one, other]}) {
  if (!first || !second) return null;
  return html`<section class="panel"><h2>Where they differ</h2><div class="heats">
    <figure><${HeatMap} rows=${less(first.energy, second.energy)} label="Difference of motion" /><figcaption class="small muted">Motion of their clips</figcaption></figure>
    <figure><${HeatMap} rows=${less(first.saliency, second.saliency)} label="Difference of saliency" /><figcaption class="small muted">What their logits look at</figcaption></figure>
    ${one && other ? html`<figure><${HeatMap} rows=${less(one, other)} label="Difference of the slow optima's motion" /><figcaption class="small muted">Motion of their slow optima</figcaption></figure>` : null}</div>
    <p class="muted small">Orange: more in ${names[0]}; blue: more in ${names[1]}.</p></section>`;
}
