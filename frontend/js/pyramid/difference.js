/** Two pyramids of one network beside each other: the units that both draw, and what either score owes to each. */

import {unitOf} from '../unit-names.js';
import {keyOf} from './shape.js';

/** @typedef {import('./types.js').Pyramid} Pyramid */
/** @typedef {import('./types.js').Shape} Shape */

/**
 * left, right: parts of the scores; null: not among the units that are kept of that pyramid.
 * @typedef {{key: string, unit: number, left: number | null, right: number | null}} Pair
 * @typedef {{layer: string, drawn: number, both: number, pairs: Pair[]}} LayerDifference drawn: by either, both: by both
 */

/** Whether units of the two are the same ones. @param {Pyramid} left @param {Pyramid} right */
export const isOneNetwork = (left, right) => left.fingerprint === right.fingerprint;

/** Keys of the units that are drawn. @param {Shape} shape */
export const unitsOf = ({levels}) => new Set(levels.flatMap(({lanes}) => lanes.flat()).filter(({unit}) => unit !== null).map(({key}) => key));

/** Layers of both, each with the units that either draws, the largest difference first. @param {[Pyramid, Shape]} left @param {[Pyramid, Shape]} right @returns {LayerDifference[]} */
export function differences([left, leftShape], [right, rightShape]) {
  const [ours, theirs] = [unitsOf(leftShape), unitsOf(rightShape)];
  const [leftParts, rightParts] = [parts(left), parts(right)];
  const layers = left.rows.flatMap(({layers}) => layers).filter((layer) => right.rows.some((row) => row.layers.includes(layer)));
  return layers.map((layer) => {
    const keys = [...new Set([...ours, ...theirs])].filter((key) => unitOf(key).layer === layer);
    const pairs = keys.map((key) => ({key, unit: unitOf(key).unit, left: leftParts.get(key) ?? null, right: rightParts.get(key) ?? null}));
    pairs.sort((a, b) => apart(b) - apart(a));
    return {layer, drawn: keys.length, both: keys.filter((key) => ours.has(key) && theirs.has(key)).length, pairs};
  });
}

/** @param {Pair} pair */
const apart = ({left, right}) => Math.abs((left ?? 0) - (right ?? 0));

/** What the score owes to every unit that is kept, as a part of it. @param {Pyramid} pyramid @returns {Map<string, number>} */
const parts = ({rows, score}) => new Map(rows.flatMap(({nodes}) => nodes.flatMap(({layer, unit, relevance}) => (unit === null ? [] : [/** @type {[string, number]} */ ([keyOf(layer, unit), relevance / (Math.abs(score) || 1)])]))));
