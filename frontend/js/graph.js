/** Where the layers of a model go in its drawing: a lane per stream or pathway, side by side, joined below. Pure geometry. */

/** @typedef {import('./blocks.js').Shown} Shown */
/** @typedef {import('./blocks.js').Group} Group */

/**
 * @typedef {object} Node
 * @property {string} name a layer's path or a stream's name
 * @property {number} x centre
 * @property {number} y top
 * @property {Shown | null} shown none: an input
 */

/** @typedef {{x: number, y: number, kind: string}} Joint where several values become one */
/** @typedef {{group: Group, x: number, y: number, width: number, height: number}} Frame around blocks alike */
/** @typedef {{width: number, height: number, gap: number, drop: number}} Measure */

/** @type {Measure} room for the words of a layer */
export const NARROW = {width: 162, height: 58, gap: 10, drop: 22};

/** @type {Measure} and for three of its units beside them */
export const WIDE = {width: 330, height: 62, gap: 14, drop: 22};

/** Room above a row for a joint, and for the words of a frame. */
const [JOINT, WORDS] = [22, 44];

/** Of a frame, around its boxes. */
const MARGIN = 9;

/** Of the drawing, for frames and the stacks behind them. */
const EDGE = 18;

/**
 * @param {string[]} streams @param {Shown[]} shown @param {Group[]} groups @param {Measure} measure
 * @returns {{nodes: Node[], joints: Joint[], lines: string[], frames: Frame[], width: number, height: number}}
 */
export function lay(streams, shown, groups, measure) {
  /** @type {Map<string, Node>} */
  const placed = new Map();
  const lanes = lanesOf(streams, shown);
  const rows = levels(lanes, shown);
  const leaving = new Set(shown.filter(({layer}) => {
    const readers = shown.filter(({inputs}) => inputs.includes(layer.path));
    return readers.length > 0 && readers.every((reader) => lanes.includes(reader.layer.lane) && reader.layer.lane !== layer.lane);
  }).map(({layer}) => layer.path));
  const pitch = measure.width + measure.gap;
  const opens = new Set(groups.map((group) => group.paths[0]));
  let y = 1;
  let left = 0;
  for (const lane of lanes) {
    const before = [...placed.keys()];
    if (streams.includes(lane)) placed.set(lane, {name: lane, x: 0, y: 0, shown: null});
    for (const row of rows) {
      const inLane = row.filter(({layer}) => layer.lane === lane);
      arrange(inLane.filter(({layer}) => !leaving.has(layer.path)), placed, pitch);
      // what only another lane reads stands aside, so that the lane goes straight on
      for (const each of inLane.filter(({layer}) => leaving.has(layer.path))) {
        const main = inLane.flatMap(({layer}) => placed.get(layer.path)?.x ?? []);
        arrange([each], placed, pitch);
        if (main.length) /** @type {Node} */ (placed.get(each.layer.path)).x = Math.min(...main) - pitch;
      }
    }
    const own = [...placed.values()].filter((node) => !before.includes(node.name));
    const shift = left - Math.min(...own.map((node) => node.x));
    own.forEach((node) => (node.x += shift));
    left = Math.max(...own.map((node) => node.x)) + pitch;
  }
  for (const stream of streams.filter((name) => !placed.has(name))) {
    const fed = shown.flatMap(({layer, inputs}) => (inputs.includes(stream) ? placed.get(layer.path)?.x ?? [] : []));
    placed.set(stream, {name: stream, x: mean(fed), y: 0, shown: null});
  }
  for (const row of rows) arrange(row.filter(({layer}) => !lanes.includes(layer.lane)), placed, pitch);
  for (const row of rows) {
    y += measure.height + measure.drop;
    if (row.some(({layer}) => layer.join)) y += JOINT;
    if (row.some(({layer}) => opens.has(layer.path))) y += WORDS;
    for (const {layer} of row) /** @type {Node} */ (placed.get(layer.path)).y = y;
  }
  const nodes = [...placed.values()];
  const shift = measure.width / 2 + EDGE - Math.min(...nodes.map((node) => node.x));
  nodes.forEach((node) => (node.x += shift));
  const width = Math.max(...nodes.map((node) => node.x)) + measure.width / 2 + EDGE;
  return {nodes, ...edges(nodes, placed, measure), frames: groups.map((group) => frame(group, placed, measure)), width, height: y + measure.height + EDGE};
}

/** The streams; pathways of one stream where the model has such. @param {string[]} streams @param {Shown[]} shown */
function lanesOf(streams, shown) {
  const named = [...new Set(shown.map(({layer}) => layer.lane))].filter((lane) => lane !== 'joint');
  return named.some((lane) => !streams.includes(lane)) ? named : streams;
}

/** Layers by depth, the lanes abreast, what joins them below. @param {string[]} lanes @param {Shown[]} shown @returns {Shown[][]} */
function levels(lanes, shown) {
  const inLanes = shown.filter(({layer}) => lanes.includes(layer.lane));
  const below = stack(shown.filter(({layer}) => !lanes.includes(layer.lane)));
  const laneOf = new Map(inLanes.map(({layer}) => [layer.path, layer.lane]));
  // lanes that feed each other share their rows, so that every line leads down
  if (inLanes.some(({layer, inputs}) => inputs.some((input) => (laneOf.get(input) ?? layer.lane) !== layer.lane))) return [...stack(inLanes), ...below];
  const own = lanes.map((lane) => stack(inLanes.filter(({layer}) => layer.lane === lane)));
  const tallest = Math.max(...own.map((rows) => rows.length));
  return [...Array.from({length: tallest}, (_, n) => own.flatMap((rows) => rows[n] ?? [])), ...below];
}

/** @param {Shown[]} shown @returns {Shown[][]} */
function stack(shown) {
  const depths = [...new Set(shown.map(({layer}) => layer.depth))].sort((a, b) => a - b);
  return depths.map((depth) => shown.filter(({layer}) => layer.depth === depth));
}

/** A row: each below what feeds it, so that a branch keeps its column. @param {Shown[]} row @param {Map<string, Node>} placed @param {number} pitch */
function arrange(row, placed, pitch) {
  const wanted = row.map((shown) => {
    const above = shown.inputs.flatMap((input) => placed.get(input)?.x ?? []);
    return {shown, want: above.length ? mean(above) : 0, x: 0};
  }).sort((a, b) => a.want - b.want);
  wanted.forEach((each, i) => (each.x = i ? Math.max(each.want, wanted[i - 1].x + pitch) : each.want));
  const off = mean(wanted.map(({want, x}) => want - x));
  for (const {shown, x} of wanted) placed.set(shown.layer.path, {name: shown.layer.path, x: x + off, y: 0, shown});
}

/** Lines from foot to head; where several values become one they meet in a joint. @param {Node[]} nodes @param {Map<string, Node>} placed @param {Measure} measure */
function edges(nodes, placed, measure) {
  /** @type {Map<string, {joint: Joint, from: Node[]}>} by what is joined */
  const joined = new Map();
  /** @type {string[]} */
  const lines = [];
  for (const node of nodes) {
    const from = (node.shown?.inputs ?? []).flatMap((input) => placed.get(input) ?? []);
    const kind = node.shown?.layer.join;
    if (!kind) {
      for (const each of from) lines.push(line(each.x, each.y + measure.height, node.x, node.y, measure.drop));
      continue;
    }
    const key = [...from.map((each) => each.name), node.y].join(' ');
    const joint = joined.get(key)?.joint ?? {x: mean(from.map((each) => each.x)), y: meeting(node, placed, measure), kind};
    if (!joined.has(key)) joined.set(key, {joint, from});
    lines.push(line(joint.x, joint.y, node.x, node.y, measure.drop));
  }
  for (const {joint, from} of joined.values()) {
    for (const each of from) lines.push(line(each.x, each.y + measure.height, joint.x, joint.y, measure.drop));
  }
  return {joints: [...joined.values()].map(({joint}) => joint), lines};
}

/** Height of a joint: right below the row before. @param {Node} node @param {Map<string, Node>} placed @param {Measure} measure */
function meeting(node, placed, measure) {
  const above = [...placed.values()].filter((other) => other.y < node.y).map((other) => other.y + measure.height);
  return Math.max(...above) + measure.drop + 4;
}

/** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {number} drop */
function line(x0, y0, x1, y1, drop) {
  const bend = Math.min(drop, (y1 - y0) / 2);
  if (x0 === x1) return `M${x0} ${y0}V${y1}`;
  return `M${x0} ${y0}V${y1 - bend}C${x0} ${y1} ${x1} ${y1 - bend} ${x1} ${y1}`;
}

/** @param {Group} group @param {Map<string, Node>} placed @param {Measure} measure @returns {Frame} */
function frame(group, placed, measure) {
  const nodes = group.paths.flatMap((path) => placed.get(path) ?? []);
  const [xs, ys] = [nodes.map((node) => node.x), nodes.map((node) => node.y)];
  const x = Math.min(...xs) - measure.width / 2 - MARGIN;
  const y = Math.min(...ys) - WORDS + 3;
  return {group, x, y, width: Math.max(...xs) + measure.width / 2 + MARGIN - x, height: Math.max(...ys) + measure.height + MARGIN - y};
}

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / (values.length || 1);
