/** Motion as a field of arrows over a picture. Knows no strip and no component. */

import {px} from './motion.js';

/** Arrows across the shorter side of a picture. */
const ACROSS = 18;

/**
 * @param {CanvasRenderingContext2D} context scaled so that the picture fills `side` canvas pixels
 * @param {Uint32Array} stored @param {{width: number, height: number, scale: number, reach: number, zoom: number}} how
 */
export function drawArrows(context, stored, {width, height, scale, reach, zoom}) {
  const pitch = Math.max(2, Math.min(width, height) / ACROSS);
  context.lineWidth = Math.max(1.4, zoom * 0.7);
  context.lineCap = 'round';
  for (let y = pitch / 2; y < height; y += pitch) {
    for (let x = pitch / 2; x < width; x += pitch) {
      const value = stored[Math.floor(y) * width + Math.floor(x)];
      const u = px(value & 0xff, scale) / reach;
      const v = px((value >> 8) & 0xff, scale) / reach;
      const speed = Math.min(Math.hypot(u, v), 1);
      if (speed > 0.04) drawArrow(context, x * zoom, y * zoom, Math.atan2(v, u), pitch * zoom * (0.25 + 0.85 * speed), speed);
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} angle @param {number} length @param {number} speed */
function drawArrow(context, x, y, angle, length, speed) {
  const light = Math.round(160 + 95 * speed);
  const head = length * 0.35;
  context.strokeStyle = `rgb(${light} ${light} ${Math.round(light * 0.8)})`;
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(-length / 2, 0);
  context.lineTo(length / 2, 0);
  context.lineTo(length / 2 - head, -head * 0.7);
  context.moveTo(length / 2, 0);
  context.lineTo(length / 2 - head, head * 0.7);
  context.stroke();
  context.restore();
}
