/** Where the layers of a model go in its drawing: a lane per stream, side by side, joined below. Pure geometry. */

/** @typedef {import('./types.js').LayerCard} LayerCard */

/**
 * @typedef {object} Node
 * @property {string} name a layer's path or a stream's name
 * @property {number} x centre
 * @property {number} y top
 * @property {LayerCard | null} layer none: an input
 */

/** @typedef {{width: number, height: number, gap: number, drop: number}} Measure */

/** @type {Measure} room for the words of a layer */
export const NARROW = {width: 162, height: 58, gap: 10, drop: 22};

/** @type {Measure} and for three of its units beside them */
export const WIDE = {width: 320, height: 62, gap: 20, drop: 22};

/**
 * @param {import('./types.js').ModelCard} card @param {Measure} measure
 * @returns {{nodes: Node[], edges: [Node, Node][], width: number, height: number}}
 */
export function lay(card, measure) {
  const lanes = card.streams.map((stream) => stream.name);
  const own = lanes.map((lane) => stack(card.layers.filter((layer) => layer.lane === lane)));
  const joint = stack(card.layers.filter((layer) => !lanes.includes(layer.lane)));
  const widths = own.map((rows) => Math.max(1, ...rows.map((row) => row.length)));
  const pitch = measure.width + measure.gap;
  const width = Math.max(widths.reduce((a, b) => a + b, 0), ...joint.map((row) => row.length)) * pitch - measure.gap;
  const level = (/** @type {number} */ n) => n * (measure.height + measure.drop) + 1;
  /** @type {Node[]} */
  const nodes = [];
  let left = 0;
  own.forEach((rows, i) => {
    const centre = left + (widths[i] * pitch - measure.gap) / 2;
    nodes.push({name: lanes[i], x: centre, y: level(0), layer: null});
    rows.forEach((row, n) => nodes.push(...spread(row, centre, level(n + 1), pitch)));
    left += widths[i] * pitch;
  });
  const tallest = Math.max(...own.map((rows) => rows.length));
  joint.forEach((row, n) => nodes.push(...spread(row, width / 2, level(tallest + 1 + n), pitch)));
  const height = level(tallest + 1 + joint.length) - measure.drop + 1;
  return {nodes, edges: edges(nodes), width, height};
}

/** Layers in rows by depth. @param {LayerCard[]} layers @returns {LayerCard[][]} */
function stack(layers) {
  const depths = [...new Set(layers.map((layer) => layer.depth))].sort((a, b) => a - b);
  return depths.map((depth) => layers.filter((layer) => layer.depth === depth));
}

/** @param {LayerCard[]} row @param {number} centre @param {number} y @param {number} pitch @returns {Node[]} */
function spread(row, centre, y, pitch) {
  return row.map((layer, i) => ({name: layer.path, x: centre + (i - (row.length - 1) / 2) * pitch, y, layer}));
}

/** @param {Node[]} nodes @returns {[Node, Node][]} */
function edges(nodes) {
  const named = new Map(nodes.map((node) => [node.name, node]));
  return nodes.flatMap((node) =>
    (node.layer?.inputs ?? []).flatMap((input) => {
      const from = named.get(input);
      return from ? [/** @type {[Node, Node]} */ ([from, node])] : [];
    }),
  );
}

/** A line from the foot of one node to the head of another. @param {[Node, Node]} edge @param {Measure} measure */
export function route([from, to], measure) {
  const [x0, y0, x1, y1] = [from.x, from.y + measure.height, to.x, to.y];
  const bend = Math.min(measure.drop, (y1 - y0) / 2);
  if (x0 === x1) return `M${x0} ${y0}V${y1}`;
  return `M${x0} ${y0}V${y1 - bend}C${x0} ${y1} ${x1} ${y1 - bend} ${x1} ${y1}`;
}
