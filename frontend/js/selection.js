/** What can be done with chosen units: compute, compare, a figure of them. */

import {Figure} from './export.js';
import {html} from './html.js';
import {to} from './router.js';
import {neededVariants} from './shown.js';
import {isAtlas} from './site.js';
import {countText} from './text.js';
import {isAbsent, startAll, useVisualizations} from './visualizations.js';

/** Columns that a comparison has room for. */
const COMPARED = 6;

/** Visualizations that a figure can hold. */
const FIGURED = 240;

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, seed: number, units: import('./types.js').Unit[], onClear: () => void}} props */
export function Selection({card, layer, seed, units, onClear}) {
  const variants = neededVariants(card, layer);
  const alive = units.filter((unit) => !unit.dead);
  const runs = useVisualizations(alive.flatMap((unit) => variants.map((variant) => unit.variants[variant])));
  const absent = [...new Set(runs.filter(isAbsent).map((run) => run?.spec.unit))].filter((n) => n !== undefined);
  const ready = runs.flatMap((run) => (run?.state === 'finished' ? [run.id] : []));
  const compute = () => startAll({model: card.name, layer: layer.path, units: absent, variants, parameters: seed ? {seed} : {}});
  return html`<section class="selection" aria-label="Chosen units">
    <b role="status">${countText(units.length, 'unit')} chosen</b>
    ${absent.length ? html`<button class="button" onClick=${compute}>Compute ${absent.length}</button>` : null}
    ${units.length > 1 && units.length <= COMPARED ? html`<a class="button" href=${to.compare(units.map((unit) => [card.name, layer.path, unit.unit]))}>Compare</a>` : null}
    ${!isAtlas && ready.length && ready.length <= FIGURED ? html`<div class="selection-figure"><span class="small">Figure</span><${Figure} kind="plate" ids=${ready} group="tiles" brief=${true} /></div>` : null}
    <button class="button quiet-button" onClick=${onClear}>Clear</button>
    ${units.length > COMPARED ? html`<span class="muted small">Up to ${COMPARED} can be compared.</span>` : null}
  </section>`;
}
