/** The first page: the models that workers have published. */

import * as api from '../api.js';
import {seesFlow, useModel, useModels} from '../catalogue.js';
import {countsOf, picturedText} from '../coverage.js';
import {useQueueChange} from '../events.js';
import {html} from '../html.js';
import {Bar, Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {isAtlas} from '../site.js';
import {countText, figures} from '../text.js';
import {Specimen} from './specimen.js';

/** @typedef {import('../types.js').ModelSummary} ModelSummary */

/** @param {{workers: import('../resource.js').Resource<any>}} props */
export function Models({workers}) {
  const models = useModels();
  if (models.problem) return html`<${Trouble} problem=${models.problem} retry=${models.reload} />`;
  return html`<${Heading} title="What have video networks learned?"
      note="For every filter and class of a network: the input that excites it most, as appearance, slow motion and fast motion." />
    ${models.value ? html`<${Cards} models=${models.value.items} workers=${workers.value?.items ?? null} />` : html`<${Waiting} what="Asking for the models" />`}
    <${Reading} models=${models.value?.items ?? []} />`;
}

/** For who comes here first. @param {{models: ModelSummary[]}} props */
function Reading({models}) {
  return html`<section class="reading" aria-label="How to read the pictures">
    <div><h2>Appearance</h2><p>What a unit looks for: the image that, grown out of noise, excites it most.</p></div>
    <div><h2>Slow motion</h2><p>How that should move, when motion may change little from frame to frame. ${coloursText(models)}</p></div>
    <div><h2>Fast motion</h2><p>How it should move when time is left free: flicker, shaking, quick turns. <a href=${to.about()}>More on the method</a></p></div>
  </section>`;
}

/** How motion is seen: optical flow has colours of its own, clips are as they are. @param {ModelSummary[]} models */
function coloursText(models) {
  const flow = models.filter(seesFlow);
  if (!flow.length) return models.length ? 'It is a clip, in the colours that the network sees.' : '';
  const said = 'olour is direction and speed; grey is still.';
  return flow.length === models.length ? `C${said}` : `Of networks that see optical flow, c${said} Others show a clip, in the colours that they see.`;
}

/** @param {{models: ModelSummary[], workers: import('../types.js').Worker[] | null}} props */
function Cards({models, workers}) {
  if (!models.length) {
    return html`<div class="empty"><h2>No model yet</h2>
      <p>Models appear here when a worker that knows them has started once. The demo network comes with Kinetoscope; your own is added by one file:</p>
      <pre><code>./kinetoscope add my_model.py</code></pre></div>`;
  }
  return html`<ul class="cards">${models.map((model) => html`<li key=${model.name}><${Card} model=${model} workers=${workers} /></li>`)}</ul>`;
}

/** @param {{model: ModelSummary, workers: import('../types.js').Worker[] | null}} props */
function Card({model, workers}) {
  const {value: coverage, reload} = useResource(`coverage ${model.name}`, () => api.coverage(model.name));
  useQueueChange(reload, 2000);
  const card = useModel(model.name).value;
  const counts = countsOf(coverage, card?.layers ?? []);
  const {pictured, units} = counts;
  return html`<article class="card">
    <${Specimen} model=${model.name} />
    <div class="card-words">
      <h2><a href=${to.model(model.name)}>${model.title || model.name}</a></h2>
      ${model.description ? html`<p>${model.description}</p>` : null}
      <ul class="tags">${model.streams.map((stream) => html`<li>${streamText(stream)}</li>`)}</ul>
      <p class="card-numbers">${[
        countText(model.layer_count, 'layer'),
        units ? countText(units, 'unit') : '',
        model.class_count ? countText(model.class_count, 'class', 'classes') : '',
        model.parameters ? `${millions(model.parameters)} parameters` : '',
        accuracyText(model.accuracy),
      ].filter(Boolean).join(' · ')}</p>
      ${units ? html`<${Bar} done=${pictured} of=${units} label=${picturedText(counts)} />` : null}
      <${Ability} model=${model} workers=${workers} />
      <p class="row"><a class="button" href=${to.model(model.name)}>Layers</a>
        <a class="button quiet-button" href=${to.classes(model.name)}>Classes</a>
        <a class="button quiet-button" href=${to.walk(model.name)}>Walk</a></p>
    </div>
  </article>`;
}

/** @param {{model: ModelSummary, workers: import('../types.js').Worker[] | null}} props */
function Ability({model, workers}) {
  if (isAtlas) return html`<p class="ability">Part of an atlas: what was computed can be viewed</p>`;
  const able = (workers ?? []).filter((worker) => worker.fingerprints[model.name] === model.fingerprint);
  const starting = workers?.some((worker) => worker.state === 'starting');
  const text = able.length ? `${countText(able.length, 'worker')} can compute new units` : model.available ? 'A worker can compute new units'
    : starting ? 'A worker is starting…' : 'No running worker knows this model: view only';
  return html`<p class=${able.length || model.available ? 'ability' : 'ability ability-none'}>${text}</p>`;
}

/** @param {import('../types.js').Stream} stream */
export function streamText({kind, name, frames, height, width, fps}) {
  const size = `${width} × ${height}`;
  const what = {appearance: 'one RGB frame', motion: `${frames} flow fields`, clip: `${frames} RGB frames`}[kind];
  return `${name}: ${what}, ${size}${kind === 'appearance' ? '' : `, ${fps} fps`}`;
}

/** @param {number} count */
function millions(count) {
  return count >= 1e6 ? `${figures(count / 1e6)} M` : `${figures(count / 1e3)} k`;
}

/** @param {Record<string, number> | undefined} accuracy */
function accuracyText(accuracy) {
  const joint = accuracy?.joint ?? Object.values(accuracy ?? {})[0];
  return joint === undefined ? '' : `${figures(100 * joint)} % accuracy`;
}
