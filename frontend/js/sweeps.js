/** Whole layers, computed below whatever people wait for: what there is to do, and how far those that run are. */

import * as api from './api.js';
import {useModel, useModels, variantsOf} from './catalogue.js';
import {html, useEffect, useState} from './html.js';
import {useResource} from './resource.js';
import {setQuery, staying, to} from './router.js';
import {useSettled} from './settled.js';
import {countText, durationText, VARIANTS} from './text.js';
import {complain} from './toast.js';

/** @typedef {import('./types.js').SweepPlan} SweepPlan */
/** @typedef {import('./types.js').Sweep} Sweep */

const LOOK_MS = 2000;

/** Those that there are, and the form of a new one for the model of the URL. @param {{model: string | null}} props */
export function Sweeps({model}) {
  const sweeps = useResource('sweeps', api.sweeps);
  const items = sweeps.value?.items ?? [];
  const active = items.some(({state}) => state === 'running');
  useEffect(() => {
    // once the last answer is there: one that takes long would not come otherwise
    if (sweeps.waiting) return;
    const soon = setTimeout(sweeps.reload, active ? LOOK_MS : 5 * LOOK_MS);
    return () => clearTimeout(soon);
  }, [sweeps.value, sweeps.problem]);
  return html`<section class="jobs"><h2>Sweeps <span class="muted figures">${items.length || ''}</span></h2>
    <p class="muted small">Whole layers, unit by unit, below whatever people wait for. What is computed stays.</p>
    ${model === null ? html`<button class="button" onClick=${() => setQuery({sweep: 'demo'})}>New sweep</button>`
      : html`<${Form} key=${model} model=${model} onBegun=${sweeps.reload} />`}
    ${sweeps.problem ? html`<p class="reason" role="alert">${sweeps.problem.message}</p>` : null}
    ${items.length ? html`<ul class="sweeps">${items.map((sweep) => html`<${Row} key=${sweep.id} sweep=${sweep} onChange=${sweeps.reload} />`)}</ul>` : null}</section>`;
}

/** @param {{model: string, onBegun: () => void}} props */
function Form({model, onBegun}) {
  const models = useModels().value?.items ?? [];
  const card = useModel(model).value;
  const [layers, setLayers] = useState('recommended');
  const [units, setUnits] = useState('');
  const [left, setLeft] = useState(/** @type {string[]} */ ([]));
  const shown = card ? variantsOf(card) : [];
  const variants = shown.filter((name) => !left.includes(name));
  const isSettled = useSettled(units) === units;
  const request = {model, layers: ['recommended', 'all'].includes(layers) ? layers : [layers], units, variants};
  const plan = useResource(card && variants.length && isSettled ? JSON.stringify(request) : null, () => api.planSweep(request));
  const begin = (/** @type {Event} */ event) => {
    event.preventDefault();
    const here = staying('sweep');
    api.sweep(request).then(() => (onBegun(), here() && setQuery({sweep: null}))).catch(complain);
  };
  return html`<form class="panel sweep-form" aria-label="New sweep" onSubmit=${begin}>
    <div class="fields">
      <label class="setting"><span class="setting-name">Model</span><select onChange=${(/** @type {any} */ event) => setQuery({sweep: event.target.value})}>
        ${models.map(({name, title}) => html`<option key=${name} value=${name} selected=${name === model}>${title || name}</option>`)}</select></label>
      <label class="setting"><span class="setting-name">Layers</span><select onChange=${(/** @type {any} */ event) => setLayers(event.target.value)}>
        <option value="recommended">Recommended</option><option value="all">All</option>
        ${card?.layers.map(({path}) => html`<option key=${path} value=${path}>${path}</option>`)}</select></label>
      <label class="setting"><span class="setting-name">Units</span><input type="text" placeholder="all" pattern="[0-9,\\-]*" value=${units}
        onInput=${(/** @type {any} */ event) => setUnits(event.target.value)} /><small>Such as 0-99,120. Dead units are left out.</small></label>
    </div>
    <fieldset class="row"><legend class="setting-name">Shown as</legend>${shown.map((name) => html`<label key=${name} class="check"><input type="checkbox" checked=${!left.includes(name)}
      onChange=${() => setLeft(left.includes(name) ? left.filter((each) => each !== name) : [...left, name])} /> ${VARIANTS[name]}</label>`)}</fieldset>
    <div role="status">${plan.problem ? html`<p class="reason small">${plan.problem.message}</p>` : plan.value ? html`<${Plan} plan=${plan.value} />` : null}</div>
    <p class="row"><button class="button button-main" disabled=${!plan.value?.missing}>${plan.value && !plan.value.missing ? 'All is computed' : 'Begin'}</button>
      <button class="button quiet-button" type="button" onClick=${() => setQuery({sweep: null})}>Close</button></p>
  </form>`;
}

/** @param {{plan: SweepPlan}} props */
function Plan({plan}) {
  return html`<p><b>${countText(plan.missing, 'picture')} to compute</b> of ${plan.runs.toLocaleString('en')}${costOf(plan)}</p>
    ${plan.blocked ? html`<p class="small">${plan.blocked}</p>` : null}
    <${Layers} plan=${plan} label="The plan, layer by layer" />`;
}

/** What is left, in time. @param {SweepPlan} plan */
function costOf({missing, untimed, guessed, seconds, workers, layers}) {
  if (!missing) return '';
  if (untimed) return ', in a time that is not known before one was made';
  const crew = workers > 1 ? countText(workers, 'worker') : 'one worker';
  const said = `${durationText(seconds / Math.max(1, workers))} on ${crew}`;
  if (!guessed) return `: about ${said}`;
  return `: roughly ${said}; ${guessed} of ${countText(layers.filter((layer) => layer.missing).length, 'layer')} guessed from others`;
}

/** @param {{plan: SweepPlan, label: string}} props */
function Layers({plan, label}) {
  return html`<details><summary>${countText(plan.layers.length, 'layer')}</summary><div class="table-scroll" tabindex="0" role="region" aria-label=${label}><table class="sweep-layers"><thead><tr><th scope="col">Layer</th><th scope="col">Computed</th><th scope="col">Failed</th><th scope="col">One takes</th></tr></thead>
    <tbody>${plan.layers.map(({layer, runs, missing, failed, seconds, guessed}) => html`<tr key=${layer}><th scope="row"><a href=${to.layer(plan.model, layer)}>${layer}</a></th>
      <td class="figures"><progress max=${runs || 1} value=${runs - missing} aria-label=${`${layer}: ${runs - missing} of ${runs}`}></progress> ${runs - missing} of ${runs}</td>
      <td class="figures">${failed || ''}</td><td class="figures">${seconds === null ? 'not known' : `${guessed ? 'roughly ' : ''}${durationText(seconds)}`}</td></tr>`)}</tbody></table></div></details>`;
}

/** @param {{sweep: Sweep, onChange: () => void}} props */
function Row({sweep, onChange}) {
  const {model, layers, units, variants, state, runs, missing, failed, failures, blocked} = sweep;
  const title = sweep.title || `${model}: ${layers.length === 1 ? layers[0].layer : countText(layers.length, 'layer')}${units ? `, units ${units}` : ''}`;
  const act = (/** @type {'pause' | 'resume' | 'cancel'} */ what) => () => api.steerSweep(sweep.id, what).then(onChange).catch(complain);
  const active = state === 'running' || state === 'paused';
  return html`<li class="sweep"><div class="sweep-head"><b>${title}</b><span class=${`state state-${state}`}>${STATES[state]}</span>
      <span class="muted small">${variants.map((name) => VARIANTS[name]).join(', ')}${sweep.by ? ` · ${sweep.by}` : ''}</span>
      <span class="sweep-keys">${state === 'running' ? html`<button class="button quiet-button" aria-label=${`Pause ${title}`} onClick=${act('pause')}>Pause</button>` : null}
        ${state === 'paused' || state === 'canceled' ? html`<button class="button quiet-button" aria-label=${`Resume ${title}`} onClick=${act('resume')}>Resume</button>` : null}
        ${failed && state === 'finished' ? html`<button class="button quiet-button" aria-label=${`Retry ${title}`} onClick=${act('resume')}>Retry failed</button>` : null}
        ${active ? html`<button class="button quiet-button" aria-label=${`Cancel ${title}`} onClick=${act('cancel')}>Cancel</button>` : null}</span></div>
    <progress max=${runs || 1} value=${runs - missing} aria-label=${`${title}: ${runs - missing} of ${runs} computed`}></progress>
    <p class="small figures">${(runs - missing).toLocaleString('en')} of ${runs.toLocaleString('en')} computed${failed ? `, ${failed} failed` : ''}${active ? costOf(sweep) : ''}</p>
    ${active && blocked ? html`<p class="small">${blocked}</p>` : null}
    ${failures.length ? html`<details><summary>${failed} failed</summary><ul class="small">${failures.map((run) => html`<li key=${`${run.layer} ${run.unit} ${run.variant}`}><a href=${to.unit(model, run.layer, run.unit)}>${run.layer} ${run.unit}</a> ${VARIANTS[run.variant]}: ${run.error}</li>`)}</ul></details>` : null}
    <${Layers} plan=${sweep} label=${`${title}, layer by layer`} /></li>`;
}

/** @type {Record<Sweep['state'], string>} */
const STATES = {running: 'Running', paused: 'Paused', finished: 'Finished', canceled: 'Canceled'};
