/** The drawing of a model's layers: boxes with facts, coverage and a few of their pictures, joined by lines. */

import * as api from './api.js';
import {fold, repeats} from './blocks.js';
import {isOneInput} from './catalogue.js';
import {countsOf} from './coverage.js';
import {lay, NARROW, WIDE} from './graph.js';
import {html, useLayoutEffect, useMemo, useRef, useState} from './html.js';
import {plainPath, seesText, shortPath, sizeText} from './layer-text.js';
import {useResource} from './resource.js';
import {to} from './router.js';
import {pictureOf} from './triplet.js';

/** @typedef {import('./types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').LayerCard} LayerCard */
/** @typedef {import('./graph.js').Node} Node */
/** @typedef {import('./graph.js').Measure} Measure */

/** Pictures in a box. */
const MANY = 3;

/** Room for the words beside pictures, and letters that it holds. */
const [WORDS, LETTERS] = [138, 18];

/** Letters in a wide box without pictures. */
const MANY_LETTERS = 40;

/** A drawing that is broader has the page to itself, and the table stands below it. */
const COLUMN = 780;

/** What the URL says where every repeat is unfolded. */
const ALL = 'all';

/** @param {{card: ModelCard, coverage: import('./types.js').Coverage | null, unfolded: string | null}} props `unfolded`: names of blocks, with commas */
export function Graph({card, coverage, unfolded}) {
  const found = useMemo(() => repeats(card), [card]);
  const open = unfolded === ALL ? found.map(({name}) => name) : (unfolded ?? '').split(',').filter(Boolean);
  const {shown, groups} = useMemo(() => fold(card, found, ({name}) => !open.includes(name)), [card, found, unfolded]);
  const streams = card.streams.map((stream) => stream.name);
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const [measure, setMeasure] = useState(NARROW);
  const {nodes, joints, lines, frames, width, height} = useMemo(() => lay(streams, shown, groups, measure), [shown, groups, measure]);
  const broad = useMemo(() => lay(streams, shown, groups, NARROW).width > COLUMN, [shown, groups]);
  const wide = useMemo(() => lay(streams, shown, groups, WIDE).width, [shown, groups]);
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (scroller.current);
    // boxes with pictures where there is room for all lanes of them
    const fit = () => setMeasure(wide <= element.clientWidth ? WIDE : NARROW);
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    return () => observer.disconnect();
  }, [wide]);
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (scroller.current);
    const half = element.clientWidth / 2;
    const first = nodes.find(({shown: layer}) => !layer)?.x ?? width / 2;
    // the middle, unless there is nothing at the top of it
    element.scrollLeft = (Math.abs(first - width / 2) < half ? width / 2 : first) - half;
  }, [card, width]);
  const url = (/** @type {string[]} */ names) => to.model(card.name, {unfold: names.length && names.length === found.length ? ALL : names.join() || null});
  return html`${found.length > 1 ? html`<p class="row fold-all">${groups.some(({folded}) => folded) ? html`<a class="button quiet-button" href=${url(found.map(({name}) => name))}>Unfold all</a>` : null}
      ${groups.every(({folded}) => folded) ? null : html`<a class="button quiet-button" href=${url([])}>Fold all</a>`}
      <span class="muted small">Blocks alike are drawn once: ${card.layers.length} layers in ${shown.length} boxes.</span></p>` : null}
    <div class="graph-scroll" ref=${scroller} tabindex="0" role="region" aria-label="Drawing of the architecture; the same is in the table">
    <svg class=${broad ? 'graph graph-broad' : 'graph'} viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height}>
      ${frames.map((frame) => html`<${BlockFrame} key=${frame.group.repeat.name} frame=${frame} url=${url(frame.group.folded ? [...open, frame.group.repeat.name] : open.filter((name) => name !== frame.group.repeat.name))} />`)}
      ${lines.map((d) => html`<path key=${d} class="graph-edge" d=${d} />`)}
      ${joints.map(({x, y, kind}) => html`<${Joint} key=${`${x} ${y}`} ...${{x, y, kind}} />`)}
      ${nodes.map((node) => (node.shown
        ? html`<${LayerNode} key=${node.name} ...${{node, ...node.shown, card, measure, coverage}} />`
        : html`<${InputNode} key=${node.name} ...${{node, card, measure}} />`))}
    </svg></div>`;
}

/** @param {{frame: import('./graph.js').Frame, url: string}} props */
function BlockFrame({frame: {group, x, y, width, height}, url}) {
  const {name, last, blocks} = group.repeat;
  const rest = {width, height, rx: 10};
  const key = group.folded ? 'unfold' : 'fold';
  return html`<g class="graph-frame">${group.folded ? [8, 4].map((by) => html`<rect key=${by} x=${x + by} y=${y + by} ...${rest} />`) : null}<rect x=${x} y=${y} ...${rest} />
    <a href=${url} aria-label=${`×${blocks.length} blocks alike · ${key}: ${name} to ${last}`}>
      <rect class="graph-fold" x=${x + 4} y=${y + 3} width="152" height="21" rx="5" /><text x=${x + 11} y=${y + 18} class="graph-small"><tspan class="graph-times">×${blocks.length}</tspan> blocks alike · ${key}</text></a></g>`;
}

const JOINS = /** @type {Record<string, [string, string]>} */ ({
  add: ['+', 'added, shortcuts included'], product: ['×', 'multiplied'], max: ['max', 'the largest of them'], concat: ['‖', 'side by side'],
});

/** @param {import('./graph.js').Joint} props */
function Joint({x, y, kind}) {
  const [sign, said] = JOINS[kind] ?? [kind, kind];
  return html`<g class="graph-joint"><title>${said}</title><circle cx=${x} cy=${y} r="8" /><text x=${x} y=${y + 4}>${sign}</text></g>`;
}

/** @param {{node: Node, card: ModelCard, measure: Measure}} props */
function InputNode({node, card, measure: {width, height}}) {
  const stream = card.streams.find((each) => each.name === node.name);
  if (!stream) return null;
  const size = `${stream.frames > 1 ? `${stream.frames} × ` : ''}${stream.width} × ${stream.height} px`;
  return html`<g class="graph-input" transform=${`translate(${node.x - width / 2} ${node.y})`}>
    <rect width=${width} height=${height} rx=${height / 2} /><text x=${width / 2} y="26" class="graph-name">${stream.name}</text>
    <text x=${width / 2} y="44" class="graph-small">${{appearance: 'RGB', motion: 'flow', clip: 'RGB'}[stream.kind]} · ${size}</text></g>`;
}

/** @param {{node: Node, layer: LayerCard, all: LayerCard[], card: ModelCard, measure: Measure, coverage: import('./types.js').Coverage | null}} props `all`: the layers that this box stands for */
function LayerNode({node, layer, all, card, measure, coverage}) {
  const {width, height} = measure;
  const {pictured: done, units} = countsOf(coverage, all);
  const named = `${layer.path}${all.length > 1 ? ` and ${all.length - 1} alike` : ''}`;
  const marked = all.some((each) => each.recommended);
  const pictured = measure === WIDE && countsOf(coverage, [layer]).pictured > 0;
  const short = shortPath(plainPath(card, layer.path), measure === WIDE && !pictured ? MANY_LETTERS : LETTERS);
  const bar = pictured ? WORDS : width - 24;
  const share = Math.min(1, done / units);
  return html`<a href=${to.layer(card.name, layer.path)} class=${`graph-node graph-${layer.kind}`} transform=${`translate(${node.x - width / 2} ${node.y})`}>
    <rect width=${width} height=${height} rx="6" />
    <text x="12" y="20" class=${short.length > LETTERS - 2 && measure === NARROW ? 'graph-name graph-long' : 'graph-name'}>${short === named ? null : html`<title>${named}</title>`}${short}</text>
    ${marked ? html`<circle cx="0" cy="15.5" r="4.5" class="graph-mark" />` : null}
    <text x="12" y="35" class="graph-small">${sizeText(all)}</text>
    <text x="12" y="49" class="graph-small">${seesText(all)}</text>
    <rect class="graph-bar" x="12" y=${height - 6} width=${bar} height="3" rx="1.5" />
    ${share ? html`<rect class="graph-done" x="12" y=${height - 6} width=${Math.max(3, bar * share)} height="3" rx="1.5" />` : null}
    ${pictured ? html`<${Pictures} card=${card} layer=${layer} />` : null}
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
  const runs = items.flatMap(({variants: {slow, fast}}) => [slow, fast].find((run) => run?.result) ?? []);
  return runs.flatMap((run) => {
    const pictures = isOneInput(card) ? [pictureOf(run, 'clip')] : [pictureOf(run, 'look'), pictureOf(run, 'motion')];
    return pictures.flatMap((picture) => (picture ? [api.mediaUrl(run, picture.poster)] : []));
  }).slice(0, MANY);
}
