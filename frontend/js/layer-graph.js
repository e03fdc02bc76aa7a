/** The drawing of a model's layers: boxes with facts, coverage and a few of their pictures, joined by lines. */

import * as api from './api.js';
import {isOneInput} from './catalogue.js';
import {lay, NARROW, route, WIDE} from './graph.js';
import {html, useEffect, useMemo, useState} from './html.js';
import {doneOf, seesText, sizeText} from './layer-text.js';
import {useResource} from './resource.js';
import {to} from './router.js';
import {pictureOf} from './triplet.js';

/** @typedef {import('./types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').LayerCard} LayerCard */
/** @typedef {import('./graph.js').Node} Node */
/** @typedef {import('./graph.js').Measure} Measure */

/** Pictures in a box. */
const MANY = 3;

/** Length of the coverage bar. */
const BAR = 138;

/** @param {{card: ModelCard, coverage: import('./types.js').Coverage | null}} props */
export function Graph({card, coverage}) {
  const measure = useMeasure(card);
  const {nodes, edges, width, height} = useMemo(() => lay(card, measure), [card, measure]);
  return html`<div class="graph-scroll" tabindex="0" role="region" aria-label="Drawing of the architecture; the same is in the table">
    <svg class="graph" viewBox=${`-2 0 ${width + 4} ${height}`} width=${width + 4} height=${height}>
      ${edges.map((edge) => html`<path key=${`${edge[0].name} ${edge[1].name}`} class="graph-edge" d=${route(edge, measure)} />`)}
      ${nodes.map((node) => (node.layer
        ? html`<${LayerNode} key=${node.name} ...${{node, layer: node.layer, card, measure, done: doneOf(card, coverage, node.layer)}} />`
        : html`<${InputNode} key=${node.name} ...${{node, card, measure}} />`))}
    </svg></div>`;
}

/** Boxes with pictures where the window has room for all lanes of them. @param {ModelCard} card @returns {Measure} */
function useMeasure(card) {
  const query = `(min-width: ${card.streams.length * (WIDE.width + WIDE.gap) + 40}px)`;
  const [wide, setWide] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = () => setWide(media.matches);
    follow();
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [query]);
  return wide ? WIDE : NARROW;
}

/** @param {{node: Node, card: ModelCard, measure: Measure}} props */
function InputNode({node, card, measure: {width, height}}) {
  const stream = card.streams.find((each) => each.name === node.name);
  if (!stream) return null;
  const size = `${stream.frames > 1 ? `${stream.frames} × ` : ''}${stream.width} × ${stream.height} px`;
  return html`<g class="graph-input" transform=${`translate(${node.x - width / 2} ${node.y})`}>
    <rect width=${width} height=${height} rx=${height / 2} /><text x=${width / 2} y="26" class="graph-name">${stream.name}</text>
    <text x=${width / 2} y="44" class="graph-small">${{appearance: 'RGB', motion: 'flow', clip: 'RGB clip'}[stream.kind]} · ${size}</text></g>`;
}

/** @param {{node: Node, layer: LayerCard, card: ModelCard, measure: Measure, done: number}} props */
function LayerNode({node, layer, card, measure, done}) {
  const {width, height} = measure;
  const named = layer.path.length > 20 ? `…${layer.path.slice(-19)}` : layer.path;
  const share = Math.min(1, done / layer.units);
  return html`<a href=${to.layer(card.name, layer.path)} class=${`graph-node graph-${layer.kind}`} transform=${`translate(${node.x - width / 2} ${node.y})`}>
    <rect width=${width} height=${height} rx="6" />
    <text x="12" y="20" class="graph-name">${named}</text>
    ${layer.recommended ? html`<circle cx="151" cy="15" r="3.5" class="graph-mark" />` : null}
    <text x="12" y="35" class="graph-small">${sizeText(layer)}</text>
    <text x="12" y="49" class="graph-small">${seesText(layer)}</text>
    <rect class="graph-bar" x="12" y=${height - 6} width=${BAR} height="3" rx="1.5" />
    ${share ? html`<rect class="graph-done" x="12" y=${height - 6} width=${Math.max(3, BAR * share)} height="3" rx="1.5" />` : null}
    ${measure === WIDE && done ? html`<${Pictures} card=${card} layer=${layer} />` : null}
  </a>`;
}

/** Posters of the first units, at the right end of a box. @param {{card: ModelCard, layer: LayerCard}} props */
function Pictures({card, layer}) {
  const urls = useResource(`posters ${card.name} ${layer.path}`, () => posters(card, layer)).value ?? [];
  const side = WIDE.height - 12;
  const left = WIDE.width - MANY * (side + 2) - 4;
  return urls.map((url, i) => html`<image key=${url} href=${url} x=${left + i * (side + 2)} y="6" width=${side} height=${side} />`);
}

/** @param {ModelCard} card @param {LayerCard} layer @returns {Promise<string[]>} */
async function posters(card, layer) {
  const {items} = await api.units(card.name, layer.path, {limit: 6, offset: 0});
  const runs = items.flatMap((unit) => (unit.variants.slow ? [unit.variants.slow] : []));
  return runs.flatMap((run) => {
    const pictures = isOneInput(card) ? [pictureOf(run, 'clip')] : [pictureOf(run, 'look'), pictureOf(run, 'motion')];
    return pictures.flatMap((picture) => (picture ? [api.mediaUrl(run, picture.poster)] : []));
  }).slice(0, MANY);
}
