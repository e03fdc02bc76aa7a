/** How motion is shown on this page: colouring, scale, gain, and the speeds that share the scale. */

import {useEffect} from './html.js';
import {keptStore, Store, useStore} from './store.js';

/**
 * @typedef {object} Display
 * @property {import('./motion.js').Colouring} colouring
 * @property {'shared' | 'own'} scale
 * @property {number} gain
 * @property {boolean} over motion is laid over the appearance of its run
 */

/** Set by the viewer, kept between visits. @type {Store<Display>} */
export const display = keptStore('kinetoscope.display', {colouring: 'uvm', scale: 'shared', gain: 1, over: false});

/** @typedef {'stage' | 'tiles'} Group pictures that share a scale: those of one unit, or those of a grid */

/** Peak speeds, in px per frame, of the motion pictures that are on the page. @type {Store<Map<symbol, {speeds: number[], group: Group}>>} */
const peaks = new Store(new Map());

/** From so many pictures on, the scale is half again the median's: else one fast picture would turn all others grey. */
const CROWD = 8;

/** Take part in a group's shared scale. @param {number | number[] | null | undefined} peak px per frame, of one or of many @param {Group} group */
export function usePeak(peak, group) {
  useEffect(() => {
    const speeds = Array.isArray(peak) ? peak : peak ? [peak] : [];
    if (!speeds.length) return;
    const member = Symbol();
    peaks.set(new Map(peaks.value).set(member, {speeds, group}));
    return () => {
      const rest = new Map(peaks.value);
      rest.delete(member);
      peaks.set(rest);
    };
  }, [peak, group]);
}

/** Speed shown at full colour, in px per frame: the group's, or the picture's own. @param {Group} group @param {number | null} [own] @returns {number} */
export function useReach(group, own = null) {
  const {scale, gain} = useStore(display);
  const speeds = sorted(useStore(peaks), group);
  const fastest = speeds.at(-1) ?? 0;
  const shared = speeds.length >= CROWD ? Math.min(fastest, rounded(1.5 * speeds[speeds.length >> 1])) : fastest;
  return ((scale === 'own' && own) || shared || own || 1) / gain;
}

/** Up to a round number: the scale of a crowd must not change with every picture that joins. @param {number} speed */
function rounded(speed) {
  const ten = 10 ** Math.floor(Math.log10(speed));
  return ten * (ROUND.find((step) => step * ten >= speed - 1e-9) ?? 10);
}

const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** Fastest motion of a group, in px per frame; 0: none is there. @param {Group} group */
export function useFastest(group) {
  return sorted(useStore(peaks), group).at(-1) ?? 0;
}

/** Whether any motion is on the page: its colours can be chosen then. */
export function useAnyMotion() {
  return useStore(peaks).size > 0;
}

/** @param {Map<symbol, {speeds: number[], group: Group}>} all @param {Group} group */
function sorted(all, group) {
  return [...all.values()].flatMap((each) => (each.group === group ? each.speeds : [])).sort((a, b) => a - b);
}
