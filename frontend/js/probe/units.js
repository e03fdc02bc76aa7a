/** The units of a layer that fired most: their pictures, how strong they are in the frame that is shown, and silencing them. */

import * as api from '../api.js';
import {layerOf, unitName} from '../catalogue.js';
import {clock} from '../clock.js';
import {html, useState} from '../html.js';
import {breakable} from '../page.js';
import {useResource} from '../resource.js';
import {setQuery, staying, to} from '../router.js';
import {neededVariants, shown, viewsOf} from '../shown.js';
import {Silent} from '../silent.js';
import {useStore} from '../store.js';
import {activationText, countText, figures, VIEW_NAMES} from '../text.js';
import {Tile} from '../tile.js';
import {complain} from '../toast.js';
import {nameOf, unitOf} from '../unit-names.js';
import {isAbsent, learn, ofUnit, startAll, useVisualization} from '../visualizations.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').Probe} Probe */
/** @typedef {import('./types.js').ProbedUnit} ProbedUnit */

/** @param {{card: ModelCard, probe: Probe, path: string, glow: string, frames: number}} props `frames`: of the window's longest input */
export function Units({card, probe, path, glow, frames}) {
  const before = probe.spec.ablate.map(nameOf);
  const [silent, setSilent] = useState(before);
  const chosen = probe.layers.find((each) => each.path === path) ?? probe.layers[probe.layers.length - 1];
  const layer = layerOf(card, chosen.path);
  const toggle = (/** @type {string} */ name) => setSilent(silent.includes(name) ? silent.filter((each) => each !== name) : [...silent, name]);
  const same = silent.length === before.length && silent.every((name) => before.includes(name));
  const show = (/** @type {string[]} */ names) => setQuery({ablate: names.join() || null}, {});
  const run = () => {
    const here = staying('clip');
    const {clip, start, end, at} = probe.spec;
    learn(() => api.makeProbe(card.name, {clip, start, end, at, ablate: silent.map(unitOf)}), ({job}) => [job]).then(() => here() && show(silent)).catch(complain);
  };
  if (!layer) return null;
  return html`<section class="panel panel-wide" aria-label="Units that fire most"><header class="panel-head"><div><h2>Units that fire most</h2>
      <p class="muted small">${layer.path === card.class_layer ? html`In the window above. The units of <b>${breakable(layer.path)}</b> are the classes themselves, and what they reach are logits: the scores that become the probabilities above. Each is one number for the whole window.` : html`In the window above, of layer <b>${breakable(layer.path)}</b>; the bar is the frame that is shown, beside the unit's largest in the window.`} ×: a multiple of its largest on the calibration clips. Tick units to silence them.</p></div>
      <label class="field">Layer <select name="layer" value=${chosen.path} onChange=${(/** @type {any} */ event) => setQuery({layer: event.target.value})}>${probe.layers.map((each) => html`<option key=${each.path} value=${each.path} selected=${each.path === chosen.path}>${each.path}${each.path === card.class_layer ? ' (the classes)' : ''}</option>`)}</select></label></header>
    <${List} key=${chosen.path} ...${{card, layer, units: chosen.units, glow, frames, silent, toggle}} />
    <div class="probe-silence" role="group" aria-label="Silenced units">${silent.length ? html`<${Silent} names=${silent} onSpeak=${toggle} />` : null}
      <p class="row">${silent.length ? html`<button class="button" disabled=${same} onClick=${run}>Run without ${countText(silent.length, 'unit')}</button>` : null}
        ${before.length ? html`<button class="button quiet-button" onClick=${() => show([])}>All units at work</button>` : null}</p></div></section>`;
}

/** @param {{card: ModelCard, layer: import('../types.js').LayerCard, units: ProbedUnit[], glow: string, frames: number, silent: string[], toggle: (name: string) => void}} props */
function List({card, layer, units, glow, frames, silent, toggle}) {
  const key = units.map(({unit}) => unit).join();
  const found = useResource(`units ${card.name} ${layer.path} ${key}`, () => Promise.all(units.map(({unit}) => learn(() => api.unit(card.name, layer.path, unit, {}), ofUnit))));
  const views = viewsOf(card, layer).filter((view) => view !== 'fast');
  const absent = useVisualization(found.value?.map((unit) => unit.variants.slow).find(isAbsent));
  const ask = () => startAll({model: card.name, layer: layer.path, units: units.map(({unit}) => unit), variants: neededVariants(card, layer), parameters: {}});
  const strongest = Math.max(...units.map(({activation}) => activation));
  return html`${absent && isAbsent(absent) ? html`<p><button class="button quiet-button" onClick=${ask}>Visualize these units</button></p>` : null}
    <ul class="probe-units">${units.map((each, i) => {
      const name = nameOf({layer: layer.path, unit: each.unit});
      const title = unitName(card, layer.path, each.unit);
      const item = found.value?.[i];
      return html`<li key=${each.unit}>
        <h3><a href=${to.unit(card.name, layer.path, each.unit)}>${title}</a></h3>
        <div class="pair">${item ? views.map((view) => html`<${Tile} key=${view} url=${to.unit(card.name, layer.path, each.unit)} name=${title} caption=${VIEW_NAMES[view]} note=" " dead=${item.dead} ...${shown(card, view, item)} />`) : html`<div class="well"></div>`}</div>
        <${Now} unit=${each} strongest=${strongest} frames=${frames} title=${title} />
        <div class="row"><label class="check small"><input type="checkbox" checked=${silent.includes(name)} onChange=${() => toggle(name)} />Silent<span class="hidden"> ${title}</span></label>
          ${each.tube ? html`<button class="quiet" aria-pressed=${glow === name} onClick=${() => setQuery({glow: glow === name ? null : name})}>Where<span class="hidden"> ${title} fires</span></button>` : null}</div></li>`;
    })}</ul>`;
}

/** How strong a unit is in the frame that is shown, of what it reaches; with one number for all frames, beside the strongest. @param {{unit: ProbedUnit, strongest: number, frames: number, title: string}} props */
function Now({unit: {trace, activation, normalized}, strongest, frames, title}) {
  const {frame} = useStore(clock.beat);
  const value = trace[Math.min(trace.length - 1, Math.floor((((frame % frames) + 0.5) / frames) * trace.length))];
  const most = Math.max(trace.length > 1 ? activation : strongest, 1e-9);
  return html`<div class="probe-now"><progress max=${most} value=${Math.max(0, value)} aria-label=${`${title} in the frame that is shown`}></progress>
    <span class="small figures">${figures(value)} <span class="muted">${[trace.length > 1 && `of ${figures(activation)}`, normalized !== null && activationText(normalized)].filter(Boolean).join(', ')}</span></span></div>`;
}

