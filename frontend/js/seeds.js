/** The same unit from other noise: what comes back each time is the unit's, what changes is chance. */

import * as api from './api.js';
import {html} from './html.js';
import {useResource} from './resource.js';
import {to} from './router.js';
import {shown, viewsOf} from './shown.js';
import {VIEW_NAMES} from './text.js';
import {Tile} from './tile.js';
import {isAbsent, learn, ofUnit, start, useVisualizations} from './visualizations.js';

const SEEDS = [0, 1, 2, 3];

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, number: number, seed: number}} props */
export function Seeds({card, layer, number, seed}) {
  const seeds = [...new Set([...SEEDS, seed])].sort((a, b) => a - b);
  const units = useResource(`seeds ${card.name} ${layer.path} ${number} ${seeds}`, () =>
    Promise.all(seeds.map((each) => learn(() => api.unit(card.name, layer.path, number, {seed: each}), ofUnit)))).value;
  const views = viewsOf(card, layer).filter((view) => view !== 'fast');
  const runs = useVisualizations((units ?? []).flatMap((unit) => views.map((view) => shown(card, view, unit).initial)));
  const absent = [...new Set(runs.filter(isAbsent))];
  if (!units) return null;
  return html`<section class="panel panel-wide"><header class="panel-head"><div><h2>Other seeds</h2>
      <p class="muted small">The same unit, grown from other noise. What comes back each time is the unit's; what changes is chance.</p></div>
      ${absent.length ? html`<button class="button" onClick=${() => absent.forEach((run) => run && start(run.spec))}>Compute ${absent.length} more seeds</button>` : null}</header>
    <ol class="seeds">${units.map((unit, i) => html`<li key=${seeds[i]} class=${seeds[i] === seed ? 'seed-here' : ''}><div class="pair">${views.map((view, n) => html`<${Tile} key=${view}
      url=${to.unit(card.name, layer.path, number, {seed: seeds[i] || null})} name=${`Seed ${seeds[i]}`} caption=${n ? VIEW_NAMES[view] : `Seed ${seeds[i]}`} joins=${false} dead=${unit.dead} ...${shown(card, view, unit)} />`)}</div></li>`)}</ol></section>`;
}
