/** A map of values in 0..1 as a small picture, and the difference of two. */

import {html, useEffect, useRef} from '../html.js';

/** @param {{rows: number[][], label: string}} props values below 0 are shown in the second colour */
export function HeatMap({rows, label}) {
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, rows);
  }, [rows]);
  return html`<canvas ref=${canvas} class="heat" role="img" aria-label=${label} width=${rows[0].length} height=${rows.length}></canvas>`;
}

/** One map less another. @param {number[][]} one @param {number[][]} other */
export const less = (one, other) => one.map((row, i) => row.map((value, j) => value - other[i][j]));

/** From black over orange (more) or blue (less) to white. @param {HTMLCanvasElement} canvas @param {number[][]} rows */
function paint(canvas, rows) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(rows[0].length, rows.length);
  rows.flat().forEach((value, i) => {
    const size = Math.min(1, Math.abs(value)) * 3;
    const steps = [size, size - 1, size - 2].map((part) => 255 * Math.max(0, Math.min(1, part)));
    image.data.set(value < 0 ? [steps[2], steps[1], steps[0], 255] : [steps[0], steps[1], steps[2], 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}
