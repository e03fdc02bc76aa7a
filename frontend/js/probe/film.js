/** The clip itself: played at its own pace, the stretch that is looked at, and its end. */

import * as api from '../api.js';
import {Clock, FRAME_MS} from '../clock.js';
import {html, useEffect, useMemo, useState} from '../html.js';
import {Player} from '../player.js';
import {go, setQuery, staying, to} from '../router.js';
import {useStore} from '../store.js';
import {figures} from '../text.js';
import {complain} from '../toast.js';
import {leftText} from './bring.js';

/** Seconds that a stretch has at least. */
const SHORTEST = 0.1;

/** @param {{model: string, clip: import('./types.js').Clip, film: import('./types.js').Film, start: number, end: number}} props */
export function Film({model, clip, film, start, end}) {
  const clock = useMemo(() => new Clock(), [clip.id]);
  const {playing, frame} = useStore(clock.beat);
  const {picture} = film;
  useEffect(() => (clock.setSpeed((picture.fps * FRAME_MS) / 1000), clock.beat.patch({frame: picture.frames >> 1}), () => clock.pause()), [clock]);
  const at = ((frame + 0.5) / picture.frames) * film.seconds;
  const remove = () => {
    const here = staying('clip');
    api.deleteClip(clip.id).then(() => here() && go(to.probe(model)), complain);
  };
  return html`<section class="panel probe-film" aria-label="The clip"><header class="panel-head"><h2>${clip.name}</h2><button class="button quiet-button" onClick=${remove}>Delete this clip</button></header>
    <div class="well probe-screen"><${Player} key=${clip.id} visualization=${api.broughtMedia(clip.id)} picture=${picture} clock=${clock} label=${`The clip ${clip.name}`} group="tiles" joins=${false} /></div>
    <p class="row"><button class="button quiet-button" onClick=${() => clock.toggle()}>${playing ? 'Pause the clip' : 'Play the clip'}</button><span class="small figures">${at.toFixed(1)} of ${film.seconds.toFixed(1)} s</span></p>
    <${Trim} key=${`${start} ${end}`} film=${film} start=${start} end=${end} onLook=${(/** @type {number} */ time) => (clock.pause(), clock.seek(Math.floor((time / film.seconds) * (picture.frames - 1))))} />
    <p class="muted small">${film.width} × ${film.height}, ${film.frames} frames at ${figures(film.fps)} fps, ${film.codec}; ${leftText(clip)}.</p></section>`;
}

/** @param {{film: import('./types.js').Film, start: number, end: number, onLook: (time: number) => void}} props */
function Trim({film, start, end, onLook}) {
  const [first, setFirst] = useState(start);
  const [last, setLast] = useState(end);
  const latest = film.seconds;
  const set = (/** @type {any} */ event) => {
    const value = Number(event.target.value);
    if (event.target.name === 'start') setFirst(Math.min(value, last - SHORTEST));
    else setLast(Math.max(value, first + SHORTEST));
    onLook(value);
  };
  const keep = (/** @type {Event} */ event) => {
    event.preventDefault();
    setQuery({start: first > 0 ? first.toFixed(2) : null, end: last < latest ? last.toFixed(2) : null, at: null}, {});
  };
  const changed = first !== start || last !== end;
  return html`<form class="probe-trim" aria-label="The stretch that is looked at" onSubmit=${keep}>
    <label class="field">From <input type="range" name="start" min="0" max=${latest} step="0.05" value=${first} aria-valuetext=${`${first.toFixed(1)} s`} onInput=${set} /><output class="figures">${first.toFixed(1)} s</output></label>
    <label class="field">to <input type="range" name="end" min="0" max=${latest} step="0.05" value=${last} aria-valuetext=${`${last.toFixed(1)} s`} onInput=${set} /><output class="figures">${last.toFixed(1)} s</output></label>
    <button class="button" disabled=${!changed}>Only this stretch</button></form>`;
}
