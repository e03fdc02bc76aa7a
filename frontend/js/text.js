/** Numbers, names and states in words. Pure functions. */

/** @typedef {import('./types.js').Visualization} Visualization */

/** @param {number | null | undefined} value */
export function pxText(value) {
  return value === null || value === undefined ? '–' : `${figures(value)} px/frame`;
}

/** About three figures, never an exponent. @param {number | null | undefined} value */
export function figures(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

/** Activation as a multiple of the largest one on the calibration clips. @param {number | null | undefined} value */
export function activationText(value) {
  return value === null || value === undefined ? '–' : `${figures(value)}×`;
}

/** What that number is, where there is no room to say it beside it. */
export const ACTIVATION_NOTE = 'Activation: so many times the largest that the unit reached on the calibration clips';

/** What is said of a job that others go before. @param {string} priority */
export const priorityText = (priority) => (priority === 'batch' ? ' · after what people wait for' : '');

/** @param {number | null | undefined} seconds */
export function durationText(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${figures(seconds / 3600)} h`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function countText(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** @param {number | null | undefined} size in pixels */
export function fieldText(size) {
  return size === null || size === undefined ? 'the whole input' : `${size} px`;
}

/** State of a visualization, or of an analysis, in a few words. @param {Visualization | import('./findings/types.js').Analysis | undefined} work @param {boolean} [dead] */
export function stateText(work, dead = false) {
  if (dead || (work && 'result' in work && work.result?.dead)) return 'Dead unit';
  if (!work) return 'Not available';
  const {state, position, progress, blocked} = work;
  if (blocked) return 'Waits for a worker';
  if (state === 'queued') return position ? `Queued, ${ordinal(position)}` : 'Queued';
  if (state === 'running') return progress ? progress.phase ? 'Preparing' : `Running, ${percent(progress)} %` : 'Starting';
  return {absent: 'Not computed', finished: 'Finished', failed: 'Failed', canceled: 'Canceled'}[state];
}

/** @param {import('./types.js').Progress | null} progress */
export function percent(progress) {
  return progress && progress.steps ? Math.round((100 * progress.step) / progress.steps) : 0;
}

/** A part of a whole. @param {number} share */
export const shareText = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** @param {number} n */
export function ordinal(n) {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : ({1: 'st', 2: 'nd', 3: 'rd'}[n % 10] ?? 'th');
  return `${n}${ending}`;
}

/** What is shown of a unit, in running text. @type {Record<string, string>} */
export const VIEW_NAMES = {appearance: 'appearance', slow: 'slow motion', fast: 'fast motion'};

/** What a prior is called on the page, with its name in requests. @type {Record<string, string>} */
export const PRIORS = {paper: 'Pixels (paper)', fourier: 'Waves (fourier)', phase: 'Phases (phase)', features: 'Statistics (features)'};

/** What a variant is called on the page. @type {Record<string, string>} */
export const VARIANTS = {appearance: 'Appearance', still: 'Appearance', slow: 'Slow motion', fast: 'Fast motion'};
