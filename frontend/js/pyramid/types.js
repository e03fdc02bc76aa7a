/**
 * Shapes of pyramids (docs/pyramids.md, contract/pyramid.py), as types only.
 *
 * @typedef {{layer: string, unit: number | null, relevance: number, frequency?: number | null}} Node unit null: the layer's others
 * @typedef {{source: string, source_unit: number | null, target: string, target_unit: number | null, weight: number}} Edge
 * @typedef {{layer: string, unit: number | null, weight: number}} Bias
 * @typedef {{layers: string[], at: Record<string, string>, nodes: Node[], error: number}} Row
 *
 * @typedef {{height: number, width: number, layers: number, row: string[]}} LeftOut row: the one that there would be; empty: none
 *
 * @typedef {{rule: 'default' | 'original' | 'random', removed: number[], kept: number[]}} Curve
 * @typedef {{layers: string[], units: number, kept: number, strongest: number, shared: number}} Agreement
 * @typedef {{layers: string[], shares: number[], score: number, nothing: number, curves: Curve[], agreement: Agreement[], unfollowed: string[]}} TrustFigures
 *
 * @typedef {{layer: string, unit: number | null, frames: number, height: number, width: number, data: string, trace: number[]}} Tube data: levels of 8 bits in base64
 *
 * @typedef {object} Pyramid
 * @property {string} model
 * @property {string} fingerprint
 * @property {string} clip
 * @property {string} name
 * @property {number} label
 * @property {{clip: string, name: string, score: number, predicted: number}[]} members of several clips: these
 * @property {number} predicted
 * @property {number | null} rival
 * @property {number} score
 * @property {number} bias
 * @property {Row[]} rows from the score downwards
 * @property {LeftOut[]} [left_out] output sizes without a row
 * @property {Edge[]} edges
 * @property {Bias[]} biases
 * @property {TrustFigures | null} trust
 *
 * @typedef {{job: import('../findings/types.js').Analysis, pyramid: Pyramid | null, clip: import('../findings/types.js').SurveyedClip | null}} PyramidView
 *
 * @typedef {{scores: number[], probabilities: number[]}} Outcome of all classes
 * @typedef {{spec: {clip: string, silent: {layer: string, unit: number}[]}, clips: number, intact: Outcome, without: Outcome, random: Outcome | null, draws: number}} Ablation
 * @typedef {{job: import('../findings/types.js').Analysis, ablation: Ablation | null}} AblationView
 *
 * @typedef {object} Place A node as it is drawn.
 * @property {string} key
 * @property {'unit' | 'others' | 'bias'} kind
 * @property {string} layer
 * @property {number | null} unit
 * @property {number} relevance
 * @property {number | null} frequency of several clips, the part in which it is among the strongest
 *
 * @typedef {{from: string, to: string, weight: number, shown: boolean}} Flow
 * @typedef {{layers: string[], at: Record<string, string>, error: number, lanes: Place[][]}} Level
 * @typedef {{levels: Level[], flows: Flow[]}} Shape
 */

export {};
