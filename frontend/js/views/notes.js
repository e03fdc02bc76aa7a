/** Everything that was said of units: favourites first, by tag, and as JSON to take along: `?tag=`. */

import * as api from '../api.js';
import {cardOf, unitName} from '../catalogue.js';
import {openClock} from '../clock.js';
import {save} from '../export.js';
import {html, useEffect} from '../html.js';
import {useNotes} from '../notes.js';
import {Heading, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {shown, viewsOf} from '../shown.js';
import {countText, VIEW_NAMES} from '../text.js';
import {Tile} from '../tile.js';
import {learn, ofUnit} from '../visualizations.js';

/** @typedef {import('../types.js').Entry} Entry */

/** @param {{query: URLSearchParams}} props */
export function Notes({query}) {
  const entries = useNotes();
  useEffect(() => openClock('notes', {play: false}), []);
  const tag = query.get('tag');
  if (!entries) return html`<${Waiting} what="Asking for your notes" />`;
  const tags = [...new Set(entries.flatMap((entry) => entry.tags))].sort();
  const shown = entries.filter((entry) => !tag || entry.tags.includes(tag)).sort((a, b) => Number(b.favourite) - Number(a.favourite));
  const write = () => save(new Blob([JSON.stringify(entries, null, 2)], {type: 'application/json'}), 'kinetoscope-notes.json');
  return html`<${Heading} title="Notes" note="Favourites, tags and notes on units. They are kept by this Kinetoscope, for all who use it.">
      ${entries.length ? html`<button class="button quiet-button" onClick=${write}>Export as JSON</button>` : null}<//>
    ${tags.length ? html`<div class="segments" role="group" aria-label="Which tag">${[null, ...tags].map((each) => html`<button key=${each} aria-pressed=${each === tag} onClick=${() => setQuery({tag: each})}>${each ?? 'All'}</button>`)}</div>` : null}
    ${shown.length ? html`<p class="muted small notes-count">${countText(shown.length, 'unit')}</p><ul class="notes">${shown.map((entry) => html`<li key=${`${entry.model} ${entry.layer} ${entry.unit}`}><${Noted} entry=${entry} /></li>`)}</ul>`
      : html`<p class="empty">Nothing noted${tag ? ` with the tag “${tag}”` : ' yet'}. On the page of a unit, press <kbd>f</kbd> to make it a favourite, or write what you see.</p>`}`;
}

/** @param {{entry: Entry}} props */
function Noted({entry: {model, layer: path, unit, favourite, tags, text}}) {
  const found = useResource(`noted ${model} ${path} ${unit}`, () => Promise.all([cardOf(model), learn(() => api.unit(model, path, unit), ofUnit)]));
  const [card, state] = found.value ?? [null, null];
  const layer = card?.layers.find((each) => each.path === path);
  const name = unitName(card, path, unit);
  const url = to.unit(model, path, unit);
  const views = card && layer ? viewsOf(card, layer).filter((view) => view !== 'fast') : [];
  return html`<article class="noted">
    <div class="pair">${card && state ? views.map((view, i) => html`<${Tile} key=${view} url=${url} name=${name} caption=${i ? VIEW_NAMES[view] : name} dead=${state.dead} ...${shown(card, view, state)} />`) : html`<div class="well"></div>`}</div>
    <div class="noted-words"><h2><a href=${url}>${favourite ? html`<span class="star-mark"><span aria-hidden="true">★</span><span class="hidden">Favourite: </span></span> ` : null}${path} ${unit}</a></h2><p class="muted small">${card?.title || model}</p>
      ${text ? html`<p class="noted-text">${text}</p>` : null}
      ${tags.length ? html`<ul class="tags">${tags.map((each) => html`<li key=${each}>${each}</li>`)}</ul>` : null}
      ${found.problem ? html`<p class="reason">${found.problem.message}</p>` : null}</div>
  </article>`;
}
