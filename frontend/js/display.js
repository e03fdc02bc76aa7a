/** How motion is shown on this page: colouring, scale, gain, and the speeds that share the scale. */

import {useEffect} from './html.js';
import {keptStore, Store, useStore} from './store.js';

/**
 * @typedef {object} Display
 * @property {import('./motion.js').Colouring} colouring
 * @property {'shared' | 'own'} scale
 * @property {number} gain
 */

/** Set by the viewer, kept between visits. @type {Store<Display>} */
export const display = keptStore('kinetoscope.display', {colouring: 'uvm', scale: 'shared', gain: 1});

/** Peak speeds of the motion pictures that are on the page. @type {Store<Map<symbol, number>>} */
const peaks = new Store(new Map());

/** Take part in the page's shared scale. @param {number | null | undefined} peak px per frame */
export function usePeak(peak) {
  useEffect(() => {
    if (!peak) return;
    const member = Symbol();
    peaks.set(new Map(peaks.value).set(member, peak));
    return () => {
      const rest = new Map(peaks.value);
      rest.delete(member);
      peaks.set(rest);
    };
  }, [peak]);
}

/** Speed shown at full colour, in px per frame: the page's fastest, or the picture's own. @param {number | null} [own] @returns {number} */
export function useReach(own = null) {
  const {scale, gain} = useStore(display);
  const fastest = Math.max(0, ...useStore(peaks).values());
  const base = scale === 'own' && own ? own : fastest || own || 1;
  return base / gain;
}

/** Whether any motion is on the page: the wheel is shown then. */
export function useAnyMotion() {
  return useStore(peaks).size > 0;
}
