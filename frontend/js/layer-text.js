/** Facts of a layer in a few characters. */

/** @typedef {import('./types.js').LayerCard} LayerCard */

/** Units whose pictures are computed: slow and fast, or one run where nothing moves. @param {import('./types.js').ModelCard} card @param {import('./types.js').Coverage | null} coverage @param {LayerCard} layer */
export function doneOf(card, coverage, layer) {
  const counts = coverage?.layers[layer.path];
  if (!counts) return 0;
  const moves = card.streams.some((stream) => stream.kind !== 'appearance' && layer.streams.includes(stream.name));
  return moves ? Math.min(counts.slow ?? 0, counts.fast ?? 0) : (counts.slow ?? 0);
}

/** @param {LayerCard} layer */
export function sizeText({units, frames, height, width}) {
  return `${units} × ${frames > 1 ? `${frames} × ` : ''}${height} × ${width}`;
}

/** @param {LayerCard} layer */
export function seesText({receptive_field: side, receptive_frames: frames}) {
  return `sees ${side === null ? 'everything' : `${side} px`}${frames ? `, ${frames} fr` : ''}`;
}
