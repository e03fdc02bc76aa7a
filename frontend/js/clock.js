/** Time on a page: one clock, one integer frame, for all players at once. Knows no picture. */

import {Store} from './store.js';

/** How long a frame is shown at speed 1: the pace of the authors' published loops. */
export const FRAME_MS = 150;

export const SPEEDS = [0.25, 0.5, 1, 2];

/** @typedef {{frame: number, frames: number, playing: boolean, speed: number, used: boolean}} Beat used: a frame was asked for, so that posters give way to frames */

export class Clock {
  constructor() {
    /** @type {Store<Beat>} */
    this.beat = new Store({frame: 0, frames: 1, playing: false, speed: 1, used: false});
    /** @type {Map<symbol, number>} */
    this.members = new Map();
    this.elapsed = 0;
    this.last = 0;
    this.request = 0;
  }

  /** A player with `frames` frames takes part; the longest one sets the loop. @param {number} frames @returns {() => void} leave */
  join(frames) {
    const member = Symbol();
    this.members.set(member, frames);
    this.#measure();
    return () => {
      this.members.delete(member);
      this.#measure();
    };
  }

  play() {
    if (this.beat.value.playing) return;
    this.beat.patch({playing: true, used: true});
    this.last = performance.now();
    this.request = requestAnimationFrame(this.#tick);
  }

  pause() {
    cancelAnimationFrame(this.request);
    this.beat.patch({playing: false});
  }

  toggle() {
    if (this.beat.value.playing) this.pause();
    else this.play();
  }

  /** @param {number} frame */
  seek(frame) {
    const {frames} = this.beat.value;
    this.elapsed = 0;
    this.beat.patch({frame: ((frame % frames) + frames) % frames, used: true});
  }

  /** Pause and move by whole frames. @param {number} by */
  step(by) {
    this.pause();
    this.seek(this.beat.value.frame + by);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.beat.patch({speed});
  }

  /** @param {number} now */
  #tick = (now) => {
    const {speed, frame, frames} = this.beat.value;
    // a hidden tab gets no ticks: never catch up more than one loop; the first tick may be timed before the start
    this.elapsed += Math.min(Math.max(now - this.last, 0), FRAME_MS * frames) * speed;
    this.last = now;
    const whole = Math.floor(this.elapsed / FRAME_MS);
    if (whole && frames > 1) {
      this.elapsed -= whole * FRAME_MS;
      this.beat.patch({frame: (frame + whole) % frames});
    }
    this.request = requestAnimationFrame(this.#tick);
  };

  #measure() {
    const frames = Math.max(1, ...this.members.values());
    this.beat.patch({frames, frame: this.members.size ? this.beat.value.frame % frames : this.beat.value.frame});
  }
}

/** The page's clock. */
export const clock = new Clock();

/** @type {string} */
let kind = '';

/**
 * Called by a view as it opens: its pictures start playing, or wait at a frame. Moving between pages of one kind
 * changes nothing, so that stepping through units compares the same frame.
 * @param {string} page @param {{play: boolean, frame?: number | null}} how
 */
export function openClock(page, {play, frame = null}) {
  if (frame !== null) {
    clock.pause();
    clock.beat.patch({frame});
  } else if (page !== kind) {
    clock.beat.patch({frame: 0, used: false});
    if (play && !matchMedia('(prefers-reduced-motion: reduce)').matches) clock.play();
    else clock.pause();
  }
  kind = page;
}
