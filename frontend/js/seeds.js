/** The same unit from other noise: what comes back each time is the unit's, what changes is chance. */

import {Alternatives} from './alternatives.js';
import {html} from './html.js';
import {countText} from './text.js';

export const SEEDS = [0, 1, 2, 3];

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, number: number, seed: number}} props */
export function Seeds({card, layer, number, seed}) {
  const seeds = [...new Set([...SEEDS, seed])].sort((a, b) => a - b);
  const ways = seeds.map((each) => ({name: `Seed ${each}`, how: {seed: each || null}}));
  return html`<${Alternatives} ...${{card, layer, number, ways}} title="Other seeds" here=${`Seed ${seed}`} more=${(/** @type {number} */ count) => countText(count, 'more seed')}
    note="The same unit, grown from other noise. What comes back each time is the unit's; what changes is chance." />`;
}
