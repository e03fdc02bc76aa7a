/**
 * Shapes of the findings (docs/findings.md, contract/findings.py), as types only.
 *
 * @typedef {import('../types.js').StreamPicture} StreamPicture
 *
 * @typedef {object} SurveyedClip
 * @property {string} id
 * @property {string} name
 * @property {number | null} label
 * @property {number} predicted
 * @property {string} split
 * @property {StreamPicture[]} streams
 *
 * @typedef {object} Example
 * @property {string} clip
 * @property {'top' | 'middle' | 'random'} group
 * @property {number} activation
 * @property {[number, number, number, number] | null} box left, top, right, bottom in 0..1
 * @property {number} moment
 * @property {number[]} trace
 *
 * @typedef {{shares: Record<string, number>, interaction: number, joint: boolean}} Balance
 * @typedef {{speeds: number[], response: number[], invariance: number, rest: number | null}} Tuning
 *
 * @typedef {object} UnitFindings
 * @property {number} unit
 * @property {number} maximum
 * @property {number | null} selectivity
 * @property {number[]} profile
 * @property {number[]} contribution
 * @property {{unit: number, correlation: number}[]} neighbours
 * @property {Example[]} examples
 * @property {Balance | null} balance
 * @property {Tuning | null} tuning
 *
 * @typedef {{findings: UnitFindings, clips: Record<string, SurveyedClip>, present: number[]}} UnitView
 *
 * @typedef {{name: string, units: number, least: number, most: number}} Index
 *
 * @typedef {object} LayerSummary
 * @property {string} path
 * @property {number} depth
 * @property {string} lane
 * @property {number | null} selectivity
 * @property {number | null} joint
 * @property {number | null} interaction
 * @property {number | null} invariance
 * @property {number | null} control
 * @property {number[]} histogram
 *
 * @typedef {object} OptimaFindings What optima of a sample of a layer's units say.
 * @property {string} layer
 * @property {Record<string, Tuning>} units speeds are values of chi
 * @property {number | null} invariance
 * @property {number | null} control
 * @property {number | null} likeness
 * @property {number | null} likeness_control
 *
 * @typedef {{label: number, clips: number, right: number, confused: [number, number][]}} ClassFindings
 * @typedef {{layer: string, unit: number, weight: number}} Weighed
 * @typedef {{label: number, energy: number[][], saliency: number[][]}} ClassMap
 * @typedef {{findings: ClassFindings | null, map: ClassMap | null, units: Weighed[]}} ClassView
 *
 * @typedef {object} Ablation
 * @property {'first' | 'second' | 'shared' | 'random'} what
 * @property {number} units
 * @property {[number, number]} first
 * @property {[number, number]} second
 * @property {[number, number]} right
 *
 * @typedef {object} PairFindings
 * @property {number} first
 * @property {number} second
 * @property {number} confused
 * @property {number} clips
 * @property {string} layer
 * @property {Weighed[]} shared
 * @property {Weighed[]} for_first
 * @property {Weighed[]} for_second
 * @property {Ablation[]} ablations
 * @property {{part: string, weight: number}[]} parts
 *
 * @typedef {{findings: PairFindings | null, first: ClassMap | null, second: ClassMap | null}} PairView
 *
 * @typedef {object} Contrast Why a clip is taken for `first` and not for `second`.
 * @property {string} clip
 * @property {number} first
 * @property {number} second
 * @property {number} margin
 * @property {string} layer
 * @property {Weighed[]} for_first
 * @property {Weighed[]} for_second
 * @property {number} all_first
 * @property {number} all_second
 * @property {number} rest
 *
 * @typedef {{clip: SurveyedClip, contrast: Contrast}} ClipView
 *
 * @typedef {object} AnalysisSpec
 * @property {string} model
 * @property {'clips' | 'optima' | 'pyramid' | 'ablation' | 'probe' | 'check'} what
 * @property {string} clips
 * @property {number} units
 * @property {string} [clip] of a pyramid, as the following
 * @property {number | null} [label]
 * @property {number | null} [rival]
 * @property {string[][] | null} [rows]
 * @property {{layer: string, unit: number}[]} [silent] of an ablation
 * @property {number} [start] of a probe, as the following
 * @property {number} [end]
 * @property {number | null} [at]
 * @property {{layer: string, unit: number}[]} [ablate]
 *
 * @typedef {Omit<import('../types.js').Visualization, 'spec' | 'variant' | 'result' | 'media'> & {spec: AnalysisSpec}} Analysis
 * @typedef {Analysis & import('../types.js').Queued} AnalysisJob
 *
 * @typedef {object} Overview
 * @property {string} source
 * @property {number[]} present
 * @property {number[]} clips
 * @property {number} total
 * @property {number} right
 * @property {number} labelled
 * @property {number[]} speeds
 * @property {string[]} left_out
 * @property {LayerSummary[]} layers
 * @property {ClassFindings[]} classes
 * @property {[number, number][]} pairs
 */

export {};
