/** The findings of a model: the curves over depth, and what its classes are taken for. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {Analyses} from '../findings/analyses.js';
import {LineChart} from '../findings/line-chart.js';
import {renewOverview, thinText, useOverview} from '../findings/overview.js';
import {html} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {isAtlas} from '../site.js';
import {countText, figures} from '../text.js';

/** @typedef {import('../findings/types.js').Overview} Overview */
/** @typedef {import('../findings/types.js').LayerSummary} LayerSummary */
/** @typedef {import('../findings/types.js').OptimaFindings} OptimaFindings */
/** @typedef {import('../types.js').ModelCard} ModelCard */

/** Classes of which a whole matrix is drawn. */
const MATRIX = 24;

/** @param {{model: string}} props */
export function Findings({model}) {
  const card = useModel(model);
  const overview = useOverview(model);
  const {value, reload} = useResource(overview ? `optima ${model}` : null, () => api.optimaFindings(model));
  const optima = value?.items ?? [];
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.findings} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  const trail = [[card.value.title || model, to.model(model)]];
  const compute = isAtlas ? null : html`<${Analyses} model=${model} onDone=${() => (renewOverview(model), reload())} />`;
  if (!overview) return html`<${Heading} title="Findings" trail=${trail} note="Nothing has been looked for yet." />${compute}`;
  const thin = thinText(overview);
  return html`<${Heading} title="Findings" trail=${trail} note=${`${countText(overview.total, 'clip')}: ${overview.source}.${overview.labelled ? ` ${overview.right} of ${overview.labelled} are named right.` : ''}`}>
      <a class="button quiet-button" download href=${api.summaryUrl(model)}>PDF</a><//>
    ${thin ? html`<p class="notice">${thin}</p>` : null}
    ${overview.left_out.length ? html`<p class="notice">${countText(overview.left_out.length, 'clip')} could not be read: ${overview.left_out.slice(0, 5).join(', ')}${overview.left_out.length > 5 ? ', …' : ''}</p>` : null}
    <div class="curves">${lanesOf(overview.layers).map(({lane, layers}) => html`<${Curves} key=${lane} ...${{lane, layers, optima, card: card.value}} />`)}</div>
    <div class="panels findings">${overview.classes.length && overview.classes.length <= MATRIX ? html`<${Matrix} card=${card.value} overview=${overview} />` : null}
      <${Confused} card=${card.value} overview=${overview} />${compute}</div>`;
}

/** Layers by lane, in order of depth. @param {LayerSummary[]} layers */
function lanesOf(layers) {
  return [...new Set(layers.map((layer) => layer.lane))].map((lane) => ({lane, layers: layers.filter((layer) => layer.lane === lane).sort((a, b) => a.depth - b.depth)}));
}

/** @param {{lane: string, layers: LayerSummary[], optima: OptimaFindings[], card: ModelCard}} props */
function Curves({lane, layers, optima, card}) {
  const climbed = (/** @type {'invariance' | 'control' | 'likeness' | 'likeness_control'} */ what) => layers.map(({path}) => optima.find(({layer}) => layer === path)?.[what] ?? null);
  const some = (/** @type {(number | null)[]} */ values) => values.some((value) => value !== null);
  const places = layers.map((layer) => layer.path.replace(`${lane}.`, ''));
  const of = (/** @type {keyof LayerSummary} */ what) => layers.map((layer) => /** @type {number | null} */ (layer[what]));
  const minds = layers.some(({invariance}) => invariance !== null && invariance < 0.999);
  const has = (/** @type {keyof LayerSummary} */ what) => of(what).some((value) => value !== null);
  const line = (/** @type {string} */ name, /** @type {'slow' | 'fast' | 'still'} */ kind, /** @type {keyof LayerSummary} */ what) => ({name, kind, values: of(what)});
  const joint = layers.filter((layer) => layer.histogram.length);
  return html`<section class="panel"><h2>${lane === 'joint' ? 'After fusion' : `The ${lane} stream`}</h2>
    ${has('selectivity') ? html`<h3>Class selectivity</h3><${LineChart} label="Median class selectivity over depth" places=${places} lines=${[line('Selectivity', 'slow', 'selectivity')]} />` : null}
    ${minds ? html`<h3>Invariance to speed</h3><${LineChart} label="Median invariance over depth" places=${places} lines=${[line('Learned', 'slow', 'invariance'), line('Shuffled weights', 'fast', 'control')]} />` : null}
    ${some(climbed('invariance')) ? html`<h3>What motion adds under slowness</h3><${LineChart} label="Invariance to chi over depth" places=${places} lines=${[
      {name: 'Learned', kind: 'slow', values: climbed('invariance')}, {name: 'Shuffled weights', kind: 'fast', values: climbed('control')}]} />` : null}
    ${some(climbed('likeness')) ? html`<h3>Appearance and motion alike in structure</h3><${LineChart} label="Likeness of spectra over depth" places=${places} lines=${[
      {name: 'Of one unit', kind: 'slow', values: climbed('likeness')}, {name: 'Of different units', kind: 'fast', values: climbed('likeness_control')}]} />` : null}
    ${joint.length ? html`<h3>Appearance and motion together</h3><${LineChart} label="Joint units over depth" places=${joint.map((layer) => layer.path)} lines=${[
      {name: 'Units that need both', kind: 'slow', values: joint.map((layer) => layer.joint)},
      {name: 'Interaction, median', kind: 'still', values: joint.map((layer) => layer.interaction)}]} />
      ${joint.map((layer) => html`<${Histogram} key=${layer.path} layer=${layer} stream=${card.streams[0].name} />`)}` : null}
  </section>`;
}

/** @param {{layer: LayerSummary, stream: string}} props */
function Histogram({layer, stream}) {
  const most = Math.max(1, ...layer.histogram);
  return html`<figure class="histogram"><svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label=${`Units of ${layer.path} by share of ${stream}, from none to all: ${layer.histogram.join(', ')}`}>
    ${layer.histogram.map((count, i) => html`<rect class="signed-more" key=${i} x=${10 * i + 0.5} width="9" y=${30 - (30 * count) / most} height=${(30 * count) / most} />`)}</svg>
    <figcaption class="small muted">${layer.path}: units by the share of ${stream}, 0 to 1</figcaption></figure>`;
}

/** @param {{card: ModelCard, overview: Overview}} props */
function Matrix({card, overview: {classes}}) {
  const others = (/** @type {number} */ row) => classes[row].confused.reduce((sum, [other, clips]) => sum + (classes.some(({label}) => label === other) ? 0 : clips), 0);
  const count = (/** @type {number} */ row, /** @type {number} */ column) => (classes[row].label === classes[column].label ? classes[row].right : classes[row].confused.find(([other]) => other === classes[column].label)?.[1] ?? 0);
  return html`<section class="panel panel-wide"><h2>What clips are taken for</h2>
    <div class="table-scroll" tabindex="0" role="region" aria-label="Confusion matrix"><table class="matrix">
      <thead><tr><td></td>${classes.map(({label}) => html`<th scope="col" key=${label}><span>${card.classes[label]}</span></th>`)}${classes.some((_, row) => others(row)) ? html`<th scope="col"><span>another class</span></th>` : null}</tr></thead>
      <tbody>${classes.map(({label, clips}, row) => html`<tr key=${label}><th scope="row"><a href=${to.class(card.name, label)}>${card.classes[label]}</a></th>
        ${classes.map((other, column) => html`<td key=${other.label} class=${`figures matrix-${shade(count(row, column) / clips, row === column)}`}>${count(row, column) && row !== column
          ? html`<a href=${to.pair(card.name, label, other.label)}>${count(row, column)}</a>` : count(row, column) || ''}</td>`)}${classes.some((_, i) => others(i)) ? html`<td class="figures">${others(row) || ''}</td>` : null}</tr>`)}</tbody>
    </table></div><p class="muted small">A row is a class, a column what its clips were taken for.</p></section>`;
}

/** @param {number} share @param {boolean} right */
const shade = (share, right) => (share === 0 ? 'none' : right ? 'right' : share >= 0.2 ? 'often' : 'some');

/** @param {{card: ModelCard, overview: Overview}} props */
function Confused({card, overview}) {
  if (!overview.pairs.length) return null;
  const of = new Map(overview.classes.map((each) => [each.label, each]));
  const clips = (/** @type {number} */ a, /** @type {number} */ b) => of.get(a)?.confused.find(([other]) => other === b)?.[1] ?? 0;
  return html`<section class="panel"><h2>Pairs that are confused</h2><ol class="bars">${overview.pairs.map(([a, b]) => html`<li key=${`${a} ${b}`}><a href=${to.pair(card.name, a, b)}>${card.classes[a]} and ${card.classes[b]}</a>
    <span class="figures small">${countText(clips(a, b) + clips(b, a), 'clip')}</span></li>`)}</ol>
    <p class="muted small">${overview.labelled ? `Accuracy ${figures((100 * overview.right) / overview.labelled)} %.` : ''}</p></section>`;
}
