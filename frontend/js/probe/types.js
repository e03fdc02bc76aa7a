/**
 * Shapes of clips that are brought and of probes (docs/probe.md, contract/clip.py, contract/probe.py), as types only.
 *
 * @typedef {import('../types.js').StreamPicture} StreamPicture
 *
 * @typedef {object} Film
 * @property {number} seconds
 * @property {number} frames
 * @property {number} fps
 * @property {number} width
 * @property {number} height
 * @property {string} codec
 * @property {StreamPicture} picture
 *
 * @typedef {object} Clip
 * @property {string} id
 * @property {string} name
 * @property {number} bytes
 * @property {string} format
 * @property {number} brought seconds since 1970
 * @property {number} expires
 * @property {'checking' | 'ready'} state
 * @property {Film | null} film
 * @property {import('../findings/types.js').Analysis | null} check
 *
 * @typedef {object} Limits
 * @property {number} bytes
 * @property {number} seconds
 * @property {number} kept_for
 * @property {string[]} formats
 *
 * @typedef {import('../types.js').Page<Clip> & {limits: Limits}} ClipPage
 *
 * @typedef {{layer: string, unit: number}} UnitName
 * @typedef {{clip: string, start?: number | null, end?: number | null, at?: number | null, ablate?: string | null}} Asked
 * @typedef {{at: number, probabilities: number[], intact: number[]}} Window
 *
 * @typedef {object} ProbedUnit
 * @property {number} unit
 * @property {number} activation
 * @property {number | null} normalized
 * @property {number[]} trace
 * @property {number[]} course
 * @property {StreamPicture | null} tube
 *
 * @typedef {{path: string, frames: number, units: ProbedUnit[]}} ProbedLayer
 *
 * @typedef {object} Probe
 * @property {{clip: string, start: number, end: number, at: number | null, ablate: UnitName[]}} spec
 * @property {number} at
 * @property {number} length
 * @property {number[]} classes
 * @property {Window[]} windows
 * @property {'softmax' | 'sigmoid'} output
 * @property {StreamPicture[]} streams
 * @property {string} flow
 * @property {StreamPicture[]} saliency
 * @property {ProbedLayer[]} layers
 * @property {number} seconds
 *
 * @typedef {{job: import('../findings/types.js').Analysis, probe: Probe | null}} ProbeView
 */

export {};
