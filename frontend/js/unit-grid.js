/** The units of a layer as tiles, thousands of them, some of which can be chosen. */

import {isOneInput, unitName} from './catalogue.js';
import {usePeak} from './display.js';
import {html, useCallback, useMemo, useState} from './html.js';
import {setQuery, to} from './router.js';
import {Selection, Tick, useChosen} from './selection.js';
import {fpsOf, shown} from './shown.js';
import {figures} from './text.js';
import {Tile} from './tile.js';
import {VirtualGrid} from './virtual.js';
import {Wheel} from './wheel.js';

/** @typedef {import('./types.js').Unit} Unit */

/**
 * @param {object} props
 * @param {import('./types.js').ModelCard} props.card
 * @param {import('./types.js').LayerCard} props.layer
 * @param {ReturnType<typeof import('./units.js').useUnits>} props.source
 * @param {string} props.view
 * @param {number} props.seed
 * @param {number} props.start place of the first tile in the window
 */
export function UnitGrid({card, layer, source, view, seed, start}) {
  const [path] = useState(location.pathname);
  usePeak(usePeaks(card, source, view), 'tiles');
  const wheel = view !== 'appearance' && !isOneInput(card);
  const chosen = useChosen((place) => source.items.get(place));
  const item = useCallback((/** @type {number} */ place) => {
    const unit = source.items.get(place);
    if (!unit) return html`<div class="tile"><div class="well"></div></div>`;
    const name = unit.label ?? unitName(card, layer.path, unit.unit);
    return html`<${Tile} key=${unit.unit} url=${to.unit(card.name, layer.path, unit.unit, {seed: seed || null})} name=${name} dead=${unit.dead} note=${typeof unit.figure === 'number' ? figures(unit.figure) : ''} joins=${false} ...${shown(card, view, unit)} />
      <${Tick} name=${name} place=${place} chosen=${chosen} on=${chosen.units.has(unit.unit)} />`;
  }, [card, layer, source, view, seed, chosen.units]);
  const onRange = useCallback((/** @type {number} */ first, /** @type {number} */ end) => source.want(first, end), [source]);
  return html`<div class="with-wheel"><div>
      <${VirtualGrid} key=${JSON.stringify(source.choice)} count=${source.total ?? 0} item=${item} of=${(/** @type {number} */ place) => source.items.get(place)} label=${`Units of ${layer.path}`} lines=${layer.path === card.class_layer ? 2 : 1} start=${start} onRange=${onRange}
        onFirst=${(/** @type {number} */ place) => notePlace(path, place)} /></div>
      ${wheel ? html`<aside><${Wheel} group="tiles" fps=${fpsOf(card)} />
        <p class="small muted">2× under a tile: twice the largest activation that the unit reached on ${card.calibration || 'drawn and noise clips'}.</p></aside>` : null}</div>
    ${chosen.units.size ? html`<${Selection} card=${card} layer=${layer} seed=${seed} chosen=${chosen} />` : null}`;
}

let noted = 0;

/** Keep the URL at the place that is seen, once scrolling rests, unless it is another page's by then. @param {string} path @param {number} place */
function notePlace(path, place) {
  clearTimeout(noted);
  noted = setTimeout(() => location.pathname === path && setQuery({at: place || null}, {replace: true, quiet: true}), 250);
}

/** Peaks of all units fetched so far: the shared scale does not change with every row that scrolls by. @param {import('./types.js').ModelCard} card @param {ReturnType<typeof import('./units.js').useUnits>} source @param {string} view @returns {number[]} */
function usePeaks(card, source, view) {
  const fetched = source.items.size;
  return useMemo(() => {
    return [...source.items.values()].flatMap((unit) => {
      const {initial, pick} = shown(card, view, unit);
      const peak = pick(initial)?.peak;
      return peak ? [peak] : [];
    });
  }, [source, fetched, view]);
}
