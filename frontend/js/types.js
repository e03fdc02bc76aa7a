/**
 * Shapes of the API (docs/api.md, contract/*.py), as types only.
 *
 * @typedef {'appearance' | 'motion' | 'clip'} Kind
 * @typedef {'slow' | 'fast' | 'still'} Variant
 * @typedef {'absent' | 'queued' | 'running' | 'finished' | 'failed' | 'canceled'} State
 *
 * @typedef {object} Stream One input of a model.
 * @property {string} name
 * @property {Kind} kind
 * @property {number} frames
 * @property {number} height
 * @property {number} width
 * @property {number} fps
 *
 * @typedef {object} LayerCard
 * @property {string} path
 * @property {string} kind
 * @property {number} units
 * @property {number} frames
 * @property {number} height
 * @property {number} width
 * @property {number | null} stride
 * @property {number | null} receptive_field
 * @property {number | null} receptive_frames
 * @property {string[]} streams
 * @property {string} lane
 * @property {number} depth
 * @property {string[]} inputs
 * @property {string} join how several values come together in front of it; empty: one value
 * @property {boolean} recommended
 * @property {string} norm batch normalization that is part of it; empty: none
 *
 * @typedef {object} ModelCard
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {string} fingerprint
 * @property {Stream[]} streams
 * @property {LayerCard[]} layers
 * @property {string | null} class_layer
 * @property {string[]} classes
 * @property {number} parameters
 * @property {string} weights
 * @property {string} calibration
 * @property {Record<string, number[]>} dead
 * @property {Record<string, number>} accuracy
 * @property {string} citation
 * @property {string} licence
 *
 * @typedef {object} ModelSummary A model in a list.
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {Stream[]} streams
 * @property {number} layer_count
 * @property {number} class_count
 * @property {number} parameters
 * @property {Record<string, number>} accuracy
 * @property {string} fingerprint
 * @property {boolean} available A worker that can compute with it is alive.
 *
 * @typedef {object} StreamPicture One input of an optimum, as stored.
 * @property {string} name
 * @property {Kind} kind
 * @property {number} frames
 * @property {number} height
 * @property {number} width
 * @property {number} fps
 * @property {string} strip
 * @property {string} poster
 * @property {number | null} scale
 * @property {number | null} peak
 * @property {number | null} low
 * @property {number | null} high
 *
 * @typedef {object} Spec
 * @property {string} model
 * @property {string} layer
 * @property {number} unit
 * @property {Record<string, any>} parameters
 * @property {string} [fingerprint] of the weights; absent in a request
 * @property {string} [engine] version of it; absent in a request
 *
 * @typedef {object} Result
 * @property {boolean} dead
 * @property {number | null} activation
 * @property {number | null} normalized
 * @property {number} reference
 * @property {string} calibration
 * @property {number | null} receptive_field
 * @property {number} canvas
 * @property {number} steps
 * @property {number} seconds
 * @property {string} device
 * @property {number[]} trace
 * @property {StreamPicture[]} streams
 *
 * @typedef {object} Progress
 * @property {number} step
 * @property {number} steps
 * @property {string} [phase]
 * @property {number | null} [activation]
 * @property {number | null} [eta_s]
 * @property {string | null} [preview]
 *
 * @typedef {object} Visualization
 * @property {string} id
 * @property {string} [url]
 * @property {State} state
 * @property {Variant | null} variant
 * @property {Spec} spec
 * @property {number | null} position
 * @property {string | null} [blocked] Why none of the workers that run can take it.
 * @property {Progress | null} progress
 * @property {string | null} error
 * @property {Result | null} result
 * @property {string} media
 *
 * @typedef {object} Unit
 * @property {number} unit
 * @property {string | null} label
 * @property {boolean} dead
 * @property {Partial<Record<Variant, Visualization>>} variants
 * @property {number | null} [figure] Of the index that units were sorted or chosen by.
 * @property {Visualization | null} [chi] The visualization at the chi asked for.
 * @property {{how: Record<string, any>, run: Visualization}[]} [otherwise] What was computed with other than default parameters, and with which.
 *
 * @typedef {object} Queued What the queue knows of a visualization.
 * @property {'interactive' | 'batch'} priority
 * @property {string | null} worker
 * @property {string} title What it is about, in words.
 * @property {number} attempts
 * @property {string} created
 * @property {string | null} started
 * @property {string | null} ended
 *
 * @typedef {Visualization & Queued} Job
 *
 * @typedef {object} Remark What is said of a unit.
 * @property {boolean} favourite
 * @property {string[]} tags
 * @property {string} text
 *
 * @typedef {Remark & {model: string, layer: string, unit: number}} Entry
 *
 * @typedef {object} Worker
 * @property {string} name
 * @property {string} device
 * @property {string} host
 * @property {string} state
 * @property {string | null} job
 * @property {string[]} models
 * @property {Record<string, string>} fingerprints
 * @property {boolean} at_home It shares the server's data folder.
 * @property {boolean} draining
 * @property {number} memory
 * @property {number} memory_used
 * @property {number} units Computed so far, in so many
 * @property {number} unit_seconds
 * @property {number} since
 *
 * @typedef {object} SweepPlan
 * @property {string} title Of one that began by itself.
 * @property {string} model
 * @property {Variant[]} variants
 * @property {string} units
 * @property {{layer: string, units: number, runs: number, missing: number, failed: number, seconds: number | null, guessed: boolean}[]} layers
 * @property {number} runs
 * @property {number} missing
 * @property {number} untimed Missing runs of which no time is known.
 * @property {number} guessed Layers that lack runs and whose time is a guess from others.
 * @property {number} seconds What the other missing ones take one worker.
 * @property {number} workers
 * @property {string | null} blocked
 *
 * @typedef {SweepPlan & {id: string, state: 'running' | 'paused' | 'finished' | 'canceled', by: string | null, waiting: number, failed: number, failures: {layer: string, unit: number, variant: Variant, error: string}[]}} Sweep
 *
 * @typedef {object} Coverage
 * @property {Record<string, {pictured: number, complete: number, dead: number, units: number}>} layers Units that have pictures in any variant, in all that the layer is shown in, that never fire, and all.
 */

/**
 * @template T
 * @typedef {{items: T[], total: number, next: string | number | null}} Page
 */

export {};
