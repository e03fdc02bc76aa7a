/** A unit in a grid: a still that plays on hover, on focus or with the play bar, or the state of its making. */

import {Clock, clock as pageClock} from './clock.js';
import {haste} from './haste.js';
import {html, useEffect, useMemo, useRef, useState} from './html.js';
import {breakable} from './page.js';
import {Player} from './player.js';
import {Preview} from './preview.js';
import {isAtlas} from './site.js';
import {useStore} from './store.js';
import {ACTIVATION_NOTE, activationText, percent, stateText} from './text.js';
import {useVisualization} from './visualizations.js';

/** How long a tile is in sight before all of its frames are fetched. */
const REST_MS = 250;

/**
 * @param {object} props
 * @param {string} props.url of the unit
 * @param {string} props.name
 * @param {string} [props.caption] what is written, if not the name
 * @param {string} [props.note] beside the caption
 * @param {import('./types.js').Visualization | undefined} props.initial
 * @param {(v: import('./types.js').Visualization | undefined) => import('./types.js').StreamPicture | undefined} props.pick
 * @param {string} props.what appearance, slow motion or fast motion
 * @param {import('./preview.js').Side} [props.side] of a preview
 * @param {boolean} [props.dead]
 * @param {boolean} [props.joins] its peak counts for the shared scale
 */
export function Tile({url, name, caption = name, note = '', initial, pick, what, side = 'whole', dead = false, joins = true}) {
  const visualization = useVisualization(initial);
  const picture = pick(visualization);
  const {moving, inSight, clock, handlers, element} = useMoving();
  const calm = useCalm();
  const state = isAtlas && !dead && !visualization?.result ? 'Not in this atlas' : stateText(visualization, dead);
  const reached = visualization?.result ? activationText(visualization.result.normalized) : '';
  return html`<a class="tile" href=${url} ref=${element} ...${handlers}>
    ${visualization && picture && !dead && !calm ? html`<div class="well"></div>` : visualization && picture && !dead
      ? html`<div class="well"><${Player} key=${visualization.id + picture.name} ...${{visualization, picture, clock}} label="" group="tiles" joins=${joins} still=${!moving} coarse=${!moving && !inSight} /></div>`
      : html`<${Making} ...${{visualization, state, side, dead}} />`}
    <span class="tile-words"><b>${caption === name ? breakable(name) : html`<span class="hidden">${name}</span> ${caption}`} <span class="hidden">${caption === what ? state : `${what}, ${state}`}</span></b><span class="figures" title=${note ? null : ACTIVATION_NOTE}>${note || reached}</span></span>
  </a>`;
}

/** @param {{visualization: import('./types.js').Visualization | undefined, state: string, side: import('./preview.js').Side, dead: boolean}} props */
function Making({visualization, state, side, dead}) {
  const progress = visualization?.progress;
  if (!dead && visualization?.state === 'running' && progress?.preview) {
    return html`<div class="well" aria-hidden="true"><${Preview} url=${progress.preview} side=${side} />
      <div class="well-foot tile-foot"><progress max="100" value=${percent(progress)}></progress><span class="figures">${percent(progress)} %</span></div></div>`;
  }
  const kind = dead ? 'dead' : visualization?.state ?? 'absent';
  const mark = {dead: '∅', absent: isAtlas ? '' : '+', queued: '…', running: '…', failed: '!', canceled: '–', finished: ''}[kind];
  return html`<div aria-hidden="true" class=${`well well-note tile-${kind}`}><span class="tile-mark">${mark}</span><span>${state}</span></div>`;
}

/** Whether to draw: not at first while the page flies by, then for good. */
function useCalm() {
  const [calm, setCalm] = useState(!haste.value);
  useEffect(() => {
    if (calm) return;
    if (!haste.value) return setCalm(true);
    return haste.watch(() => haste.value || setCalm(true));
  }, [calm]);
  return calm;
}

/** Whether a tile plays now, and on which clock: the page's once that was used and the tile is in sight, its own while looked at. */
function useMoving() {
  const element = useRef(/** @type {Element | null} */ (null));
  const own = useMemo(() => new Clock(), []);
  const {used} = useStore(pageClock.beat);
  const [looked, setLooked] = useState(false);
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    let soon = 0;
    const observer = new IntersectionObserver(([entry]) => {
      clearTimeout(soon);
      // what only scrolls by makes do with its poster
      soon = setTimeout(() => setInSight(entry.isIntersecting), entry.isIntersecting ? REST_MS : 0);
    });
    if (element.current) observer.observe(element.current);
    return () => (clearTimeout(soon), observer.disconnect(), own.pause());
  }, []);
  const look = () => matchMedia('(prefers-reduced-motion: reduce)').matches || (own.play(), setLooked(true));
  const away = () => (own.pause(), setLooked(false));
  const handlers = {onMouseEnter: look, onMouseLeave: away, onFocus: look, onBlur: away};
  const together = used && inSight;
  // at rest a tile takes part in the page's clock, so that the bar knows how many frames there are
  return {moving: together || looked, inSight, clock: looked && !together ? own : pageClock, handlers, element};
}
