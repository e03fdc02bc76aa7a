/** The whole hierarchy: every layer in order, its first units as appearance, slow and fast motion. */

import * as api from '../api.js';
import {useModel} from '../catalogue.js';
import {openClock} from '../clock.js';
import {html, useEffect, useRef, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {countText, fieldText} from '../text.js';
import {Tile} from '../tile.js';
import {learn, ofUnit, startAll} from '../visualizations.js';
import {Wheel} from '../wheel.js';
import {fpsOf, neededVariants, shown, viewsOf} from './layer.js';

/** Units of a layer that the walk shows, as the paper's figure does. */
const MANY = 4;

/** @param {{model: string}} props */
export function Walk({model}) {
  const card = useModel(model);
  const [all, setAll] = useState(false);
  useEffect(() => openClock('walk', {play: false}), [model]);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.walk} retry=${card.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  const layers = card.value.layers.filter((layer) => all || layer.recommended || layer.kind === 'class');
  const rows = layers.length ? layers : card.value.layers;
  return html`<${Heading} title="Walk through the hierarchy" trail=${[[card.value.title || model, to.model(model)]]}
      note=${`The first ${MANY} units of every layer, from the input to the classes: from edges and their motion to objects and actions.`} />
    <div class="tools"><label class="check"><input type="checkbox" checked=${all} onChange=${() => setAll(!all)} /> All ${card.value.layers.length} layers, not only the recommended</label></div>
    <div class="with-wheel"><div class="walk">${rows.map((layer) => html`<${Row} key=${layer.path} card=${card.value} layer=${layer} />`)}</div>
      ${fpsOf(card.value) ? html`<aside><${Wheel} fps=${fpsOf(card.value)} /></aside>` : null}</div>`;
}

/** @param {{card: import('../types.js').ModelCard, layer: import('../types.js').LayerCard}} props */
function Row({card, layer}) {
  const element = useRef(/** @type {Element | null} */ (null));
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setNear(true), {rootMargin: '600px'});
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  const units = useResource(near ? `walk ${card.name} ${layer.path}` : null, () =>
    learn(() => api.units(card.name, layer.path, {limit: MANY, offset: 0}), (found) => found.items.flatMap(ofUnit)),
  );
  const titles = /** @type {Record<string, string>} */ ({appearance: 'Appearance', slow: 'Slow', fast: 'Fast'});
  const numbers = units.value?.items.map((unit) => unit.unit) ?? [];
  const absent = units.value?.items.some((unit) => !unit.dead && neededVariants(card, layer).some((v) => unit.variants[v]?.state === 'absent'));
  const request = {model: card.name, layer: layer.path, units: numbers, variants: neededVariants(card, layer), parameters: {}};
  const [asked, ask] = useState(false);
  return html`<section class="walk-row" ref=${element} aria-label=${layer.path}>
    <header><h2><a href=${to.layer(card.name, layer.path)}>${layer.path}</a></h2>
      <p class="muted small">${countText(layer.units, 'unit')}<br />sees ${fieldText(layer.receptive_field)}</p>
      ${absent && !asked ? html`<button class="button quiet-button" onClick=${() => (ask(true), startAll(request))}>Compute</button>` : null}</header>
    <div class="walk-views">${viewsOf(card, layer).map((view) => html`<div class="walk-view" key=${view}><h3>${titles[view]}</h3>
      <ul class="grid grid-four">${Array.from({length: Math.min(MANY, layer.units)}, (_, i) => {
        const unit = units.value?.items[i];
        return html`<li key=${i}>${unit ? html`<${Tile} url=${to.unit(card.name, layer.path, unit.unit)} name=${unit.label ?? `${unit.unit}`} dead=${unit.dead} ...${shown(card, view, unit)} />` : html`<div class="tile"><div class="well"></div></div>`}</li>`;
      })}</ul></div>`)}</div>
  </section>`;
}
