/** Units that are chosen, and what can be done with them: compute, compare, a figure of them. */

import {Figure} from './export.js';
import {html, useState} from './html.js';
import {to} from './router.js';
import {neededVariants} from './shown.js';
import {isAtlas} from './site.js';
import {countText} from './text.js';
import {isAbsent, startAll, useVisualizations} from './visualizations.js';

/** Columns that a comparison has room for. */
const COMPARED = 6;

/** Visualizations that a figure can hold. */
const FIGURED = 240;

/** @typedef {import('./types.js').Unit} Unit */

/** Which units are chosen, by number. @param {(place: number) => Unit | undefined} at the unit at a place of the list */
export function useChosen(at) {
  const [units, choose] = useState(/** @type {Map<number, Unit>} */ (new Map()));
  const [last, setLast] = useState(0);
  /** One more or one less; a range: like it all from the last one on. */
  const toggle = (/** @type {number} */ place, /** @type {boolean} */ range) => {
    const next = new Map(units);
    const on = !units.has(at(place)?.unit ?? -1);
    const [low, high] = range ? [Math.min(place, last), Math.max(place, last)] : [place, place];
    for (let i = low; i <= high; i++) {
      const unit = at(i);
      if (unit && on) next.set(unit.unit, unit);
      else if (unit) next.delete(unit.unit);
    }
    choose(next);
    setLast(place);
  };
  const addVisible = () => choose(new Map([...units, ...visible().flatMap((place) => {
    const unit = at(place);
    return unit ? [/** @type {[number, Unit]} */ ([unit.unit, unit])] : [];
  })]));
  return {units, toggle, addVisible, clear: () => choose(new Map())};
}

/** Places of the list whose middle is in the window. */
const visible = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('main [data-index]'))].flatMap((item) => {
  const {top, bottom} = item.getBoundingClientRect();
  return top + bottom > 0 && top + bottom < 2 * innerHeight ? [Number(item.dataset.index)] : [];
});

/** @param {{name: string, place: number, chosen: ReturnType<typeof useChosen>, on: boolean}} props */
export function Tick({name, place, chosen, on}) {
  return html`<label class=${chosen.units.size ? 'tick tick-shown' : 'tick'}><input type="checkbox" checked=${on} aria-label=${`Choose ${name}`}
    onClick=${(/** @type {MouseEvent} */ event) => chosen.toggle(place, event.shiftKey)} /></label>`;
}

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, seed?: number, chosen: ReturnType<typeof useChosen>}} props */
export function Selection({card, layer, seed = 0, chosen}) {
  const units = [...chosen.units.values()];
  const variants = neededVariants(card, layer);
  const alive = units.filter((unit) => !unit.dead);
  const runs = useVisualizations(alive.flatMap((unit) => variants.map((variant) => unit.variants[variant])));
  const absent = [...new Set(runs.filter(isAbsent).map((run) => run?.spec.unit))].filter((n) => n !== undefined);
  const pictures = runs.filter(isAbsent).length;
  const ready = runs.flatMap((run) => (run?.state === 'finished' ? [run.id] : []));
  const compute = () => startAll({model: card.name, layer: layer.path, units: absent, variants, parameters: seed ? {seed} : {}});
  return html`<section class="selection" aria-label="Chosen units">
    <b role="status">${countText(units.length, 'unit')} chosen</b>
    ${absent.length ? html`<button class="button" onClick=${compute}>Compute ${countText(absent.length, 'unit')}${pictures === absent.length ? '' : ` (${countText(pictures, 'picture')})`}</button>` : null}
    ${units.length > 1 && units.length <= COMPARED ? html`<a class="button" href=${to.compare(units.map((unit) => [card.name, layer.path, unit.unit]))}>Compare</a>` : null}
    ${!isAtlas && ready.length && ready.length <= FIGURED ? html`<div class="selection-figure"><span class="small">Figure</span><${Figure} kind="plate" ids=${ready} group="tiles" brief=${true} /></div>` : null}
    <button class="button quiet-button" onClick=${chosen.addVisible}>Choose visible</button>
    <button class="button quiet-button" onClick=${chosen.clear}>Clear</button>
    ${units.length > COMPARED ? html`<span class="muted small">Up to ${COMPARED} can be compared.</span>` : null}
  </section>`;
}
