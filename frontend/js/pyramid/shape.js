/** What of a stored pyramid is drawn: the strongest units of each row, the rest of a layer as one, the fewest edges. */

/** @typedef {import('./types.js').Pyramid} Pyramid */
/** @typedef {import('./types.js').Place} Place */
/** @typedef {import('./types.js').Flow} Flow */
/** @typedef {import('./types.js').Shape} Shape */

export const SCORE = 'score';

/** @param {string} layer @param {number | null} unit */
export const keyOf = (layer, unit) => `${layer}:${unit ?? 'others'}`;

/**
 * k: units of a row that stand by themselves. coverage: the part of a node's positive inflow that its edges make up.
 * @param {Pyramid} pyramid @param {{k: number, coverage: number}} how @returns {Shape}
 */
export function shape(pyramid, {k, coverage}) {
  const shown = new Set(pyramid.rows.flatMap(({nodes}) => strongest(nodes, k)));
  const key = (/** @type {string} */ layer, /** @type {number | null} */ unit) => (unit !== null && shown.has(keyOf(layer, unit)) ? keyOf(layer, unit) : keyOf(layer, null));
  const flows = merged(pyramid, key);
  const levels = pyramid.rows.map(({layers, at, error, nodes}, index) => {
    const lanes = layers.map((layer) => lane(nodes.filter((node) => node.layer === layer), key));
    const bias = flows.filter(({from}) => from === biasKey(index)).reduce((sum, {weight}) => sum + weight, 0);
    return {layers, at, error, lanes: [...lanes, [/** @type {Place} */ ({key: biasKey(index), kind: 'bias', layer: '', unit: null, relevance: bias, frequency: null})]]};
  });
  return {levels, flows: covering(flows, coverage)};
}

/** Key of the unit that gives most to the score by itself, in the first row. @param {Shape} shape */
export const strongestOf = ({levels}) => (levels[0]?.lanes.flat() ?? []).filter(({kind}) => kind === 'unit').sort((a, b) => b.relevance - a.relevance)[0]?.key ?? '';

/** Keys of everything that a node gives to, up to the score, and that gives to it. @param {Flow[]} flows @param {string} key */
export function pathOf(flows, key) {
  const drawn = flows.filter((flow) => flow.shown);
  const found = new Set([key]);
  for (const [start, end] of /** @type {['from' | 'to', 'from' | 'to'][]} */ ([['from', 'to'], ['to', 'from']])) {
    const waiting = [key];
    while (waiting.length) {
      const here = waiting.pop();
      for (const flow of drawn) if (flow[start] === here && !found.has(flow[end])) (found.add(flow[end]), waiting.push(flow[end]));
    }
  }
  return found;
}

/** @param {number} row */
const biasKey = (row) => `bias:${row}`;

/** @param {import('./types.js').Node[]} nodes @param {number} k */
function strongest(nodes, k) {
  const units = nodes.filter(({unit}) => unit !== null).sort((a, b) => Math.abs(b.relevance) - Math.abs(a.relevance));
  return units.slice(0, k).map(({layer, unit}) => keyOf(layer, unit));
}

/** The places of a layer, the largest relevance first and its others last. @param {import('./types.js').Node[]} nodes @param {(layer: string, unit: number | null) => string} key @returns {Place[]} */
function lane(nodes, key) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  for (const {layer, unit, relevance, frequency} of nodes) {
    const own = key(layer, unit);
    const alone = unit !== null && own === keyOf(layer, unit);
    const known = places.get(own) ?? {key: own, kind: alone ? /** @type {const} */ ('unit') : /** @type {const} */ ('others'), layer, unit: alone ? unit : null, relevance: 0, frequency: alone ? frequency ?? null : null};
    places.set(own, {...known, relevance: known.relevance + relevance});
  }
  return [...places.values()].sort((a, b) => Number(a.kind === 'others') - Number(b.kind === 'others') || b.relevance - a.relevance);
}

/** Edges between what is drawn; those of a row's bias come from a place of their own. @param {Pyramid} pyramid @param {(layer: string, unit: number | null) => string} key @returns {Flow[]} */
function merged({rows, edges, biases, bias}, key) {
  /** @type {Map<string, Flow>} */
  const flows = new Map();
  const add = (/** @type {string} */ from, /** @type {string} */ to, /** @type {number} */ weight) => {
    const known = flows.get(`${from} ${to}`) ?? {from, to, weight: 0, shown: false};
    flows.set(`${from} ${to}`, {...known, weight: known.weight + weight});
  };
  const rowOf = new Map(rows.flatMap(({layers}, row) => layers.map((layer) => [layer, row])));
  for (const {layer, unit, relevance} of rows[0]?.nodes ?? []) add(key(layer, unit), SCORE, relevance);
  add(biasKey(0), SCORE, bias);
  for (const edge of edges) add(key(edge.source, edge.source_unit), key(edge.target, edge.target_unit), edge.weight);
  for (const {layer, unit, weight} of biases) add(biasKey((rowOf.get(layer) ?? 0) + 1), key(layer, unit), weight);
  return [...flows.values()];
}

/** Of every node's positive inflow the fewest edges that make up a share of it. @param {Flow[]} flows @param {number} share @returns {Flow[]} */
function covering(flows, share) {
  /** @type {Map<string, Flow[]>} */
  const into = new Map();
  for (const flow of flows) into.set(flow.to, [...(into.get(flow.to) ?? []), flow]);
  return [...into.values()].flatMap((own) => {
    const whole = own.reduce((sum, {weight}) => sum + Math.max(weight, 0), 0);
    let sofar = 0;
    return own.sort((a, b) => b.weight - a.weight).map((flow) => {
      const shown = flow.weight > 0 && sofar < share * whole;
      sofar += Math.max(flow.weight, 0);
      return {...flow, shown};
    });
  });
}
