/** A model: its layers as a graph, lanes of its streams joined at fusion, and the same as a table. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {changes} from '../events.js';
import {lay, NODE, route} from '../graph.js';
import {html, useEffect, useMemo} from '../html.js';
import {Facts, Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {useStore} from '../store.js';
import {countText, figures} from '../text.js';
import {streamText} from './models.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('../types.js').Coverage} Coverage */

/** @param {{model: string}} props */
export function Architecture({model}) {
  const card = useModel(model);
  const coverage = useCoverage(model);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.model} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} what="Asking for the model" />`;
  const {title, name, description, streams, classes, parameters, calibration, accuracy, licence, citation} = card.value;
  return html`<${Heading} title=${title || name} trail=${[['Models', to.models()]]} note=${description}>
      <a class="button" href=${to.walk(name)}>Walk through</a><a class="button quiet-button" href=${to.classes(name)}>Classes</a><//>
    <div class="architecture">
      <section aria-labelledby="layers"><h2 id="layers">Layers</h2><p class="muted small">From the inputs at the top to the classes at the bottom. A bar shows how many units are computed; a dot marks layers worth a first look.</p>
        <${Graph} card=${card.value} coverage=${coverage} /></section>
      <div class="architecture-side">
        <section class="panel"><h2>Facts</h2><${Facts} facts=${[
          ...streams.map((stream) => /** @type {[string, any]} */ ([stream.name, streamText(stream).replace(`${stream.name}: `, '')])),
          ['Classes', classes.length ? html`<a href=${to.classes(name)}>${classes.length}</a>` : null],
          ['Parameters', parameters ? parameters.toLocaleString('en') : null],
          ...Object.entries(accuracy).map(([split, value]) => [`Accuracy, ${split}`, `${figures(value * 100)} %`]),
          ['Calibration', calibration || 'none: activations are relative to drawn and noise clips'],
          ['Licence', licence],
          ['Citation', citation],
        ]} /></section>
        <section class="panel"><h2>As a table</h2><${Table} card=${card.value} coverage=${coverage} /></section>
      </div>
    </div>`;
}

/** @param {string} model @returns {Coverage | null} */
function useCoverage(model) {
  const coverage = useResource(`coverage ${model}`, () => api.coverage(model));
  const {jobs} = useStore(changes);
  useEffect(() => {
    if (!jobs) return;
    const soon = setTimeout(coverage.reload, 1000);
    return () => clearTimeout(soon);
  }, [jobs]);
  return coverage.value;
}

/** Units with slow and fast computed. @param {Coverage | null} coverage @param {LayerCard} layer */
function doneOf(coverage, layer) {
  const counts = coverage?.layers[layer.path];
  return counts ? Math.min(counts.slow ?? 0, counts.fast ?? 0) : 0;
}

/** @param {LayerCard} layer */
function sizeText({units, frames, height, width}) {
  return `${units} × ${frames > 1 ? `${frames} × ` : ''}${height} × ${width}`;
}

/** @param {LayerCard} layer */
function seesText({receptive_field: side, receptive_frames: frames}) {
  return `sees ${side === null ? 'everything' : `${side} px`}${frames ? `, ${frames} fr` : ''}`;
}

/** @param {{card: ModelCard, coverage: Coverage | null}} props */
function Graph({card, coverage}) {
  const {nodes, edges, width, height} = useMemo(() => lay(card), [card]);
  return html`<div class="graph-scroll" tabindex="0" role="region" aria-label="Drawing of the architecture; the same is in the table">
    <svg class="graph" viewBox=${`-2 0 ${width + 4} ${height}`} width=${width + 4} height=${height}>
      ${edges.map((edge) => html`<path key=${`${edge[0].name} ${edge[1].name}`} class="graph-edge" d=${route(edge)} />`)}
      ${nodes.map((node) => (node.layer
        ? html`<${LayerNode} key=${node.name} node=${node} layer=${node.layer} card=${card} done=${doneOf(coverage, node.layer)} />`
        : html`<${InputNode} key=${node.name} node=${node} card=${card} />`))}
    </svg></div>`;
}

/** @param {{node: import('../graph.js').Node, card: ModelCard}} props */
function InputNode({node, card}) {
  const stream = card.streams.find((each) => each.name === node.name);
  if (!stream) return null;
  const {width, height} = NODE;
  const size = `${stream.frames > 1 ? `${stream.frames} × ` : ''}${stream.width} × ${stream.height} px`;
  return html`<g class="graph-input" transform=${`translate(${node.x - width / 2} ${node.y})`}>
    <rect width=${width} height=${height} rx="29" /><text x=${width / 2} y="25" class="graph-name">${stream.name}</text>
    <text x=${width / 2} y="43" class="graph-small">${{appearance: 'RGB', motion: 'flow', clip: 'RGB clip'}[stream.kind]} · ${size}</text></g>`;
}

/** @param {{node: import('../graph.js').Node, layer: LayerCard, card: ModelCard, done: number}} props */
function LayerNode({node, layer, card, done}) {
  const {width, height} = NODE;
  const short = layer.path.startsWith(`${layer.lane}.`) ? layer.path.slice(layer.lane.length + 1) : layer.path;
  const share = Math.min(1, done / layer.units);
  const label = `${layer.path}, ${layer.kind}, ${sizeText(layer)}, ${seesText(layer)}, ${done} of ${layer.units} units computed${layer.recommended ? ', recommended' : ''}`;
  return html`<a href=${to.layer(card.name, layer.path)} class=${`graph-node graph-${layer.kind}`} aria-label=${label} transform=${`translate(${node.x - width / 2} ${node.y})`}>
    <title>${label}</title>
    <rect width=${width} height=${height} rx="5" />
    <text x="12" y="20" class="graph-name">${short.length > 19 ? `…${short.slice(-18)}` : short}</text>
    ${layer.recommended ? html`<circle cx=${width - 13} cy="15" r="3.5" class="graph-mark" />` : null}
    <text x="12" y="34" class="graph-small">${sizeText(layer)}</text>
    <text x="12" y="47" class="graph-small">${seesText(layer)}</text>
    <rect class="graph-bar" x="12" y=${height - 6} width=${width - 24} height="3" rx="1.5" />
    ${share ? html`<rect class="graph-done" x="12" y=${height - 6} width=${Math.max(3, (width - 24) * share)} height="3" rx="1.5" />` : null}
  </a>`;
}

/** @param {{card: ModelCard, coverage: Coverage | null}} props */
function Table({card, coverage}) {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Layers as a table"><table class="layer-table">
    <thead><tr><th scope="col">Layer</th><th scope="col">Kind</th><th scope="col">Units × output</th><th scope="col">Sees</th><th scope="col">Computed</th></tr></thead>
    <tbody>${card.layers.map((layer) => html`<tr key=${layer.path}>
      <th scope="row"><a href=${to.layer(card.name, layer.path)}>${layer.path}</a>${layer.recommended ? html`<span class="mark" title="Worth a first look">●<span class="hidden"> recommended</span></span>` : null}</th>
      <td>${layer.kind}</td><td class="figures">${sizeText(layer)}</td>
      <td class="figures">${layer.receptive_field === null ? 'all' : `${layer.receptive_field} px`}${layer.receptive_frames ? `, ${countText(layer.receptive_frames, 'frame')}` : ''}</td>
      <td class="figures">${doneOf(coverage, layer)} / ${layer.units}</td></tr>`)}</tbody>
  </table></div>`;
}
