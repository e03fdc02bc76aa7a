/** Units side by side on one clock and one scale: `?u=model:layer:unit&u=...&mode=difference`. */

import {isOneInput, layerOf, unitName} from '../catalogue.js';
import {useFrameInUrl} from '../frame-in-url.js';
import {Figure} from '../export.js';
import {html, useState} from '../html.js';
import {breakable, Heading, Waiting} from '../page.js';
import {Player} from '../player.js';
import {go, setQuery, to} from '../router.js';
import {fpsOf} from '../shown.js';
import {isAtlas, unitsHeld} from '../site.js';
import {activationText, pxText} from '../text.js';
import {startRuns} from '../trio.js';
import {triplet} from '../triplet.js';
import {useUnitRuns} from '../unit-runs.js';
import {isAbsent} from '../visualizations.js';
import {Well} from '../well.js';
import {Wheel} from '../wheel.js';

/** @typedef {[string, string, number]} Named model, layer, unit */
/** @typedef {ReturnType<typeof useUnitRuns>} Found */

const MOST = 6;

/** @param {{query: URLSearchParams}} props */
export function Compare({query}) {
  const units = query.getAll('u').flatMap(parse).slice(0, MOST);
  const seed = Number(query.get('seed')) || 0;
  useFrameInUrl('compare', query);
  return html`<${Columns} key=${query.getAll('u').join()} units=${units} seed=${seed} difference=${query.get('mode') === 'difference' && units.length === 2} />`;
}

/** @param {{units: Named[], seed: number, difference: boolean}} props */
function Columns({units, seed, difference}) {
  // as many hooks as units: a change of units draws all anew (key)
  const found = units.map(([model, layer, unit]) => useUnitRuns(model, layer, unit, seed));
  const runs = found.flatMap((each) => Object.values(each.runs).filter((run) => run !== undefined));
  const ready = runs.filter((run) => run.result?.streams.length);
  const absent = runs.filter(isAbsent);
  const lastCard = found[found.length - 1]?.card;
  const fps = found.map((each) => each.card && fpsOf(each.card)).find(Boolean);
  return html`<${Heading} title="Compare" trail=${trail(units, found)} note=${units.length ? besideText(found) : 'Choose units to see them side by side: in a layer by their boxes, or below.'}>
      ${absent.length ? html`<button class="button button-main" onClick=${() => found.forEach((each) => startRuns(each.runs))}>Visualize ${absent.length} missing</button>` : null}
      ${units.length === 2 ? html`<div class="segments" role="group" aria-label="How they are compared">
        ${[['', 'Side by side'], ['difference', 'With difference']].map(([mode, title]) => html`<button key=${mode} aria-pressed=${(mode === 'difference') === difference} onClick=${() => setQuery({mode})}>${title}</button>`)}</div>` : null}
    <//>
    ${units.length ? html`<div class="stage"><div class="compare" style=${{gridTemplateColumns: `repeat(${units.length + (difference ? 1 : 0)}, minmax(min(11rem, 70vw), 34rem))`}} tabindex="0" role="region" aria-label="Units that are compared">
      ${found.map((each, i) => html`<${Column} key=${i} named=${units[i]} found=${each} others=${units.filter((_, n) => n !== i)} several=${new Set(units.map(([model]) => model)).size > 1} />`)}
      ${difference ? html`<${Difference} found=${found} />` : null}</div>
      ${fps ? html`<${Wheel} fps=${fps} />` : null}</div>` : null}
    <div class="panels">
      ${units.length < MOST && lastCard ? html`<${Add} units=${units} card=${lastCard} />` : null}
      ${ready.length && !isAtlas ? html`<section class="panel"><h2>Figure of these units</h2><${Figure} kind="plate" ids=${ready.map((run) => run.id)} /></section>` : null}
    </div>`;
}

/** What the columns have in common: flow has a scale, a clip of colours has none. @param {Found[]} found */
function besideText(found) {
  const kinds = new Set(found.flatMap(({card}) => (card ? [isOneInput(card)] : [])));
  if (kinds.size > 1) return 'Side by side, on one clock. Motion that a network sees as flow has the colours of the wheel, on one scale; what it sees as RGB clips is shown as it is. A shorter clip begins anew.';
  return kinds.has(true) ? 'Side by side, on one clock.' : 'Side by side, on one clock and one scale.';
}

/** What moves of a network's inputs. @param {import('../types.js').ModelCard} card */
const inputText = ({streams}) => streams.filter(({frames}) => frames > 1).map(({kind, frames, fps}) => `${kind === 'motion' ? 'flow' : 'RGB'}, ${frames} frames at ${fps} fps`).join('; ');

/** @param {{named: Named, found: Found, others: Named[], several: boolean}} props several: of several networks */
function Column({named: [model, path, number], found, others, several}) {
  const {card, layer, unit, runs, problem} = found;
  const name = unitName(card, path, number);
  return html`<section class="column" aria-label=${`${name} of ${path}`}>
    <header><h2><a href=${to.unit(model, path, number)}>${name}</a></h2><p class="muted small">${breakable(path)}${card && several ? ` · ${card.title || model}` : ''}${card && several ? html`<br />${inputText(card)}` : null}</p>
      <a class="quiet column-out" href=${to.compare(others)} aria-label=${`Take ${name} out`} title="Take out">✕</a></header>
    ${problem ? html`<p class="reason" role="alert">${problem.message}</p>` : null}
    ${!problem && (!card || !layer) ? html`<${Waiting} />` : null}
    ${card && layer ? triplet(card, layer, runs).map((place) => html`<figure key=${place.role} class="pane"><h3>${place.title}</h3>
      <${Well} place=${place} dead=${Boolean(unit?.dead)} label=${`${place.title} of ${name}`} />
      <figcaption class="small figures">${place.visualization?.result && !place.blind ? `${activationText(place.visualization.result.normalized)}${place.picture?.peak ? ` · ${pxText(place.picture.peak)}` : ''}` : ' '}</figcaption></figure>`) : null}
  </section>`;
}

/** The first unit minus the second. @param {{found: Found[]}} props */
function Difference({found: [first, second]}) {
  if (!first.card || !first.layer || !second.card || !second.layer) return null;
  const others = triplet(second.card, second.layer, second.runs);
  return html`<section class="column" aria-label="Difference"><header><h2>Difference</h2><p class="muted small">first − second; grey: the same</p></header>
    ${triplet(first.card, first.layer, first.runs).map((place, i) => {
      const minus = others[i];
      const both = place.visualization && place.picture && minus.visualization && minus.picture && place.picture.kind === minus.picture.kind;
      return html`<figure key=${place.role} class="pane"><h3>${place.title}</h3>${both
        ? html`<div class="well"><${Player} visualization=${place.visualization} picture=${place.picture} minus=${{visualization: minus.visualization, picture: minus.picture}} joins=${false} label=${`${place.title}: difference of the two units`} /></div>`
        : html`<div class="well well-note"><p>${!place.picture || !minus.picture ? 'Needs both pictures.' : [place, minus].some(({picture}) => picture?.kind === 'motion') ? 'One is flow, the other RGB: they have no difference.' : 'A picture and a clip: they have no difference.'}</p></div>`}<figcaption class="small"> </figcaption></figure>`;
    })}</section>`;
}

/** The unit behind the last one is proposed, or the one before it where there is none.
 * @param {{units: Named[], card: import('../types.js').ModelCard}} props */
function Add({units, card}) {
  const [, path, number] = units[units.length - 1];
  const [chosen, choose] = useState(path);
  const last = (layerOf(card, chosen)?.units ?? 1) - 1;
  const onSubmit = (/** @type {any} */ event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    go(to.compare([...units, [card.name, String(form.get('layer')), Number(form.get('unit'))]]));
  };
  return html`<section class="panel"><h2>Add a unit</h2><form class="row" onSubmit=${onSubmit}>
    <label class="field">Layer <select name="layer" onChange=${(/** @type {any} */ event) => choose(event.target.value)}>${card.layers.filter((each) => unitsHeld(card.name, each)).map((each) => html`<option value=${each.path} selected=${each.path === path}>${each.path}</option>`)}</select></label>
    <label class="field">Unit <input key=${chosen} name="unit" type="number" min="0" max=${last} value=${number < last ? number + 1 : Math.max(0, last - 1)} required /></label>
    <button class="button">Add</button></form></section>`;
}

/** @param {Named[]} units @param {Found[]} found @returns {[string, string][]} */
function trail(units, found) {
  return units.length ? [[found[0].card?.title || units[0][0], to.model(units[0][0])]] : [['Models', to.models()]];
}

/** @param {string} text @returns {Named[]} none: it names no unit */
function parse(text) {
  const [model, layer, unit] = text.split(':');
  return model && layer && /^\d+$/.test(unit ?? '') ? [[model, layer, Number(unit)]] : [];
}
