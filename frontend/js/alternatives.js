/** The same unit made otherwise, several ways in a row: what is computed of them, and computing the rest. */

import * as api from './api.js';
import {html} from './html.js';
import {useResource} from './resource.js';
import {to} from './router.js';
import {shown, viewsOf} from './shown.js';
import {isAtlas} from './site.js';
import {countText, VIEW_NAMES} from './text.js';
import {Tile} from './tile.js';
import {isAbsent, learn, ofUnit, start, useVisualizations} from './visualizations.js';

/** @typedef {import('./api.js').How} How */

/** @typedef {{name: string, note?: string, how: How}} Way how a unit is made, in words and as the API takes it */

/**
 * @param {object} props
 * @param {import('./types.js').ModelCard} props.card
 * @param {import('./types.js').LayerCard} props.layer
 * @param {number} props.number
 * @param {string} props.title
 * @param {string} props.note
 * @param {Way[]} props.ways
 * @param {string} [props.here] name of the way that the page shows
 * @param {(count: number) => string} props.more that so many ways are computed, in words
 */
export function Alternatives({card, layer, number, title, note, ways: all, here, more}) {
  const units = useResource(`ways ${card.name} ${layer.path} ${number} ${JSON.stringify(all)}`, () => look(card, layer, number, all)).value;
  const ways = all.filter((_, i) => units?.[i]);
  const views = viewsOf(card, layer).filter((view) => view !== 'fast');
  const found = (units ?? []).flatMap((unit) => unit ?? []);
  const runs = useVisualizations(found.flatMap((unit) => views.map((view) => shown(card, view, unit).initial)));
  const absent = [...new Map(runs.filter(isAbsent).map((run) => [run?.id, run])).values()];
  const lacking = found.filter((_, i) => runs.slice(i * views.length, (i + 1) * views.length).some(isAbsent)).length;
  const pictures = absent.length === lacking ? '' : ` (${countText(absent.length, 'picture')})`;
  if (!found.length || (isAtlas && found.length === 1)) return null;
  return html`<section class="panel panel-wide"><header class="panel-head"><div><h2>${title}</h2><p class="muted small">${note}</p></div>
      ${absent.length ? html`<button class="button" onClick=${() => absent.forEach((run) => run && start(run.spec))}>Compute ${more(lacking)}${pictures}</button>` : null}</header>
    <ol class="seeds">${found.map((unit, i) => html`<li key=${ways[i].name} class=${ways[i].name === here ? 'seed-here' : ''}><div class="pair">${views.map((view, n) => html`<${Tile} key=${view}
      url=${to.unit(card.name, layer.path, number, ways[i].how)} name=${ways[i].name} caption=${n ? VIEW_NAMES[view] : ways[i].name} joins=${false} dead=${unit.dead} ...${shown(card, view, unit)} />`)}</div>
      ${ways[i].note ? html`<p class="muted small">${ways[i].note}</p>` : null}</li>`)}</ol></section>`;
}

/** The unit in each of the ways; null: an atlas may hold some of them only. @param {import('./types.js').ModelCard} card @param {import('./types.js').LayerCard} layer @param {number} number @param {Way[]} ways */
const look = (card, layer, number, ways) => Promise.all(ways.map(({how}) => {
  const unit = learn(() => api.unit(card.name, layer.path, number, how), ofUnit);
  return isAtlas ? unit.catch(() => null) : unit;
}));
