/** Why a clip is taken for one class and not for the other: the clip, and the units that speak for either. */

import * as api from '../api.js';
import {layerOf} from '../catalogue.js';
import {html, useState} from '../html.js';
import {Player} from '../player.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {neededVariants, shown, viewsOf} from '../shown.js';
import {countText, figures, VIEW_NAMES} from '../text.js';
import {Tile} from '../tile.js';
import {isAbsent, learn, ofUnit, startAll, useVisualization} from '../visualizations.js';
import {save} from '../export.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../types.js').LayerCard} LayerCard */
/** @typedef {import('./types.js').ClipView} ClipView */
/** @typedef {import('./types.js').Contrast} Contrast */
/** @typedef {import('./types.js').Weighed} Weighed */

/** Units of either side whose pictures are shown; the rest are bars. */
const PICTURED = 3;

/** @param {{card: ModelCard, first: number, second: number}} props */
export function Why({card, first, second}) {
  const found = useResource(`why ${card.name} ${first} ${second}`, () => api.pairClips(card.name, first, second).catch(() => null));
  const [chosen, choose] = useState('');
  const items = found.value?.items ?? [];
  if (!items.length) return null;
  const view = items.find(({clip}) => clip.id === chosen) ?? items[0];
  const layer = layerOf(card, view.contrast.layer);
  return html`<section class="panel panel-wide" aria-label="Why one clip is taken for one of them"><header class="panel-head"><div><h2>Why one and not the other</h2>
      <p class="muted small">${countText(found.value?.total ?? 0, 'clip')} of the set ${found.value?.total === 1 ? 'is' : 'are'} taken for one of the two and might be the other.</p></div>
      <button class="button quiet-button" onClick=${() => save(new Blob([JSON.stringify(view, null, 2)], {type: 'application/json'}), `${card.name}-${view.clip.id}.json`)}>JSON</button></header>
    <ul class="why-clips">${items.map(({clip, contrast}) => html`<li key=${clip.id}><button class="why-choice" aria-pressed=${clip.id === view.clip.id} onClick=${() => choose(clip.id)}><${Look} ...${{card, clip}} /><span class="small">${verdict(card, clip, contrast)}</span></button></li>`)}</ul>
    ${layer ? html`<${Reasons} key=${view.clip.id} ...${{card, layer, view}} />` : null}</section>`;
}

/** @param {ModelCard} card @param {ClipView['clip']} clip @param {Contrast} contrast */
const verdict = (card, clip, {first, second}) => (clip.label === null ? `taken for ${card.classes[first]}, might be ${card.classes[second]}`
  : clip.label === first ? `${card.classes[first]}, nearly ${card.classes[second]}` : `${card.classes[clip.label]}, taken for ${card.classes[first]}`);

/** @param {{card: ModelCard, clip: ClipView['clip']}} props */
function Look({card, clip}) {
  const picture = clip.streams.find((stream) => stream.kind !== 'motion') ?? clip.streams[0];
  return html`<span class="well">${picture ? html`<${Player} visualization=${api.clipMedia(card.name, clip.id)} picture=${picture} label="" group="tiles" joins=${false} />` : null}</span>`;
}

/** @param {{card: ModelCard, layer: LayerCard, view: ClipView}} props */
function Reasons({card, layer, view: {clip, contrast}}) {
  const {first, second, margin, all_first, all_second, rest} = contrast;
  const most = Math.max(...[...contrast.for_first, ...contrast.for_second].map(({weight}) => weight), 1e-9);
  return html`<div class="why">
    <figure class="why-clip">${clip.streams.map((picture) => html`<div class="well" key=${picture.name}><${Player} key=${clip.id + picture.name} visualization=${api.clipMedia(card.name, clip.id)} picture=${picture} label=${`${picture.name} of the clip`} group="tiles" joins=${false} /></div>`)}
      <figcaption class="small muted">${clip.name}</figcaption>
      <dl class="why-sum small figures"><div><dt>all units for ${card.classes[first]}</dt><dd>${figures(all_first)}</dd></div><div><dt>all for ${card.classes[second]}</dt><dd>− ${figures(all_second)}</dd></div>
        <div><dt>biases and the rest</dt><dd>${rest < 0 ? '− ' : '+ '}${figures(Math.abs(rest))}</dd></div><div><dt><b>margin</b></dt><dd><b>${figures(margin)}</b></dd></div></dl></figure>
    <${Side} ...${{card, layer, most, title: `For ${card.classes[first]}`, units: contrast.for_first}} />
    <${Side} ...${{card, layer, most, title: `For ${card.classes[second]}`, units: contrast.for_second}} /></div>
    <p class="small"><a href=${to.pyramid(card.name, {clip: clip.id, class: first, rival: second})}>All layers of this, as a pyramid</a></p>
    <p class="muted small">What units of ${layer.path} give to the logit of ${card.classes[first]} less that of ${card.classes[second]} on this clip: weight difference times activation where the head is linear.</p>`;
}

/** @param {{card: ModelCard, layer: LayerCard, title: string, units: Weighed[], most: number}} props */
function Side({card, layer, title, units, most}) {
  const pictured = units.slice(0, PICTURED);
  const key = pictured.map(({unit}) => unit).join();
  const found = useResource(key ? `units ${card.name} ${layer.path} ${key}` : null, () =>
    Promise.all(pictured.map(({unit}) => learn(() => api.unit(card.name, layer.path, unit, {}), ofUnit))));
  const views = viewsOf(card, layer).filter((view) => view !== 'fast');
  const ask = () => startAll({model: card.name, layer: layer.path, units: pictured.map(({unit}) => unit), variants: neededVariants(card, layer), parameters: {}});
  return html`<section aria-label=${title}><h3>${title}</h3>
    ${found.value ? html`<${Missing} units=${found.value} ask=${ask} /><ul class="why-units">${found.value.map((item, i) => html`<li key=${item.unit}><div class="pair">${views.map((view, n) => html`<${Tile} key=${view}
      url=${to.unit(card.name, layer.path, item.unit)} name=${`Unit ${item.unit}`} caption=${n ? VIEW_NAMES[view] : `Unit ${item.unit}`} note=${n ? ' ' : figures(pictured[i].weight)} dead=${item.dead} ...${shown(card, view, item)} />`)}</div></li>`)}</ul>` : null}
    <ol class="bars">${units.map(({unit, weight}) => html`<li key=${unit}><a href=${to.unit(card.name, layer.path, unit)}>Unit ${unit}</a><progress max=${most} value=${weight} aria-label=${`Unit ${unit}`}></progress><span class="figures small">${figures(weight)}</span></li>`)}</ol></section>`;
}

/** One button for all pictures that are not there. @param {{units: import('../types.js').Unit[], ask: () => void}} props */
function Missing({units, ask}) {
  const some = useVisualization(units.map((unit) => unit.variants.slow).find(isAbsent));
  return some && isAbsent(some) ? html`<p><button class="button quiet-button" onClick=${ask}>Visualize these units</button></p>` : null;
}
