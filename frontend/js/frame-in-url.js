/** The clock starts at the URL's frame; when it stands, the URL says where. */

import {clock, openClock} from './clock.js';
import {useEffect} from './html.js';
import {noteFrame} from './router.js';

/** @param {string} page kind of page @param {URLSearchParams} query */
export function useFrameInUrl(page, query) {
  useEffect(() => {
    const frame = query.get('frame');
    openClock(page, {play: true, frame: frame === null ? null : Number(frame) || 0});
    return clock.beat.watch(() => {
      const {playing, frame, frames} = clock.beat.value;
      if (frames > 1) noteFrame(playing ? null : frame);
    });
  }, []);
}
