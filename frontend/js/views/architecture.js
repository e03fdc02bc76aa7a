/** A model: its layers as a graph, lanes of its streams joined at fusion, and the same as a table. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {countsOf, shortText} from '../coverage.js';
import {useQueueChange} from '../events.js';
import {Graph} from '../layer-graph.js';
import {sizeText} from '../layer-text.js';
import {html} from '../html.js';
import {breakable, Facts, Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {holds, isAtlas} from '../site.js';
import {figures} from '../text.js';
import {streamText} from './models.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('../types.js').Coverage} Coverage */

/** @param {{model: string, query: URLSearchParams}} props */
export function Architecture({model, query}) {
  const card = useModel(model);
  const coverage = useCoverage(model);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.model} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} what="Asking for the model" />`;
  const {title, name, description, streams, classes, parameters, weights, calibration, accuracy, licence, citation} = card.value;
  return html`<${Heading} title=${title || name} trail=${[['Models', to.models()]]} note=${description}>
      <a class="button" href=${to.walk(name)}>Walk through</a><a class="button quiet-button" href=${to.classes(name)}>Classes</a>${isAtlas ? null : html`<a class="button quiet-button" href=${to.sweep(name)}>Compute all</a>`}${holds.findings(name) ? html`<a class="button quiet-button" href=${to.findings(name)}>Findings</a>` : null}<//>
    <div class="architecture">
      <section aria-labelledby="layers"><h2 id="layers">Layers</h2><p class="muted small">From the inputs at the top to the classes at the bottom. A bar shows how many units have pictures; a dot marks a layer worth a first look.</p>
        <${Graph} card=${card.value} coverage=${coverage} unfolded=${query.get('unfold')} /></section>
      <div class="architecture-side">
        <section class="panel"><h2>Facts</h2><${Facts} facts=${[
          ...streams.map((stream) => /** @type {[string, any]} */ ([stream.name, streamText(stream).replace(`${stream.name}: `, '')])),
          ['Classes', classes.length ? html`<a href=${to.classes(name)}>${classes.length}</a>` : null],
          ['Parameters', parameters ? parameters.toLocaleString('en') : null],
          ['Weights', weights],
          ...accuracies(accuracy, (split) => !split.includes(',')),
          ['Calibration', calibration || 'none: activations are relative to drawn and noise clips'],
          ['Licence', licence],
          ['Citation', citation],
        ]} />
          <${Details} facts=${accuracies(accuracy, (split) => split.includes(','))} /></section>
        <section class="panel"><h2>As a table</h2><${Table} card=${card.value} coverage=${coverage} /></section>
      </div>
    </div>`;
}

/** @param {Record<string, number>} accuracy @param {(split: string) => boolean} which @returns {[string, string][]} */
function accuracies(accuracy, which) {
  return Object.entries(accuracy).filter(([split]) => which(split)).map(([split, value]) => [`Accuracy, ${split}`, `${figures(value * 100)} %`]);
}

/** @param {{facts: [string, string][]}} props */
function Details({facts}) {
  return facts.length ? html`<details><summary>Accuracy in detail</summary><${Facts} facts=${facts} /></details>` : null;
}

/** @param {string} model @returns {Coverage | null} */
function useCoverage(model) {
  const coverage = useResource(`coverage ${model}`, () => api.coverage(model));
  useQueueChange(coverage.reload, 1000);
  return coverage.value;
}

/** @param {{card: ModelCard, coverage: Coverage | null}} props */
function Table({card, coverage}) {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Layers as a table"><table class="layer-table">
    <thead><tr><th scope="col">Layer</th><th scope="col">Kind</th><th scope="col">Units × output</th><th scope="col">Sees</th><th scope="col">With pictures</th></tr></thead>
    <tbody>${card.layers.map((layer) => html`<tr key=${layer.path}>
      <th scope="row"><a href=${to.layer(card.name, layer.path)}>${breakable(layer.path)}</a>${layer.recommended ? html`<span class="mark" title="Worth a first look">●<span class="hidden"> recommended</span></span>` : null}</th>
      <td>${layer.kind}</td><td class="figures">${sizeText([layer])}</td>
      <td class="figures">${layer.receptive_field === null ? 'all' : `${layer.receptive_field} px`}${layer.receptive_frames ? `, ${layer.receptive_frames} fr` : ''}</td>
      <td class="figures">${shortText(countsOf(coverage, [layer]))}</td></tr>`)}</tbody>
  </table></div>`;
}
