/** A class: the triplet of its unit, and the other classes to compare with. */

import * as api from '../api.js';
import {layerOf, useModel, variantsOf} from '../catalogue.js';
import {display, useFastest, useReach} from '../display.js';
import {ClassFindings} from '../findings/class.js';
import {useFrameInUrl} from '../frame-in-url.js';
import {html} from '../html.js';
import {useKeys} from '../keys.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {useResource} from '../resource.js';
import {go, to} from '../router.js';
import {useStore} from '../store.js';
import {pxText} from '../text.js';
import {startRuns, Trio} from '../trio.js';
import {isAbsent, learn, ofUnit, useVisualizations} from '../visualizations.js';
import {Wheel} from '../wheel.js';
import {Pair} from './classes.js';
import {fpsOf} from '../shown.js';
import {isAtlas, unitBeside} from '../site.js';

/** Other classes that are shown beside. */
const OTHERS = 12;

/** The scale of the other classes' motion, which is not that of the triplet. */
function Scale() {
  const [reach, fastest, {scale}] = [useReach('tiles'), useFastest('tiles'), useStore(display)];
  return fastest && scale === 'shared' ? html`<p class="muted small">Full colour at ${pxText(reach)} here.</p>` : null;
}

/** @param {{model: string, class: string, query: URLSearchParams}} props */
export function Class({model, class: text, query}) {
  const number = Number(text);
  const card = useModel(model);
  const path = card.value?.class_layer ?? null;
  const unit = useResource(path && `class ${model} ${text}`, () =>
    learn(() => api.unit(model, path ?? '', /** @type {any} */ (text)), ofUnit));
  const offset = Math.max(0, Math.min(number - OTHERS / 2, (card.value?.classes.length ?? 0) - OTHERS));
  const others = useResource(path && `classes beside ${model} ${offset}`, () =>
    learn(() => api.classes(model, {limit: OTHERS, offset}), (found) => found.items.flatMap(ofUnit)));
  const variants = card.value ? variantsOf(card.value) : [];
  const live = useVisualizations(variants.map((variant) => unit.value?.variants[variant]));
  const runs = Object.fromEntries(variants.map((variant, i) => [variant, live[i]]));
  const layer = layerOf(card.value, path ?? '');
  const beside = (/** @type {1 | -1} */ by) => layer && unitBeside(model, layer, number, by);
  const move = (/** @type {1 | -1} */ by) => () => {
    const next = beside(by);
    if (next !== null) go(to.class(model, next));
  };
  useKeys({j: move(1), k: move(-1), ArrowRight: move(1), ArrowLeft: move(-1)});
  useFrameInUrl('class', query);
  const problem = card.problem ?? unit.problem;
  if (problem) return html`<${Trouble} problem=${problem} link=${to.classes} retry=${unit.reload} />`;
  if (!card.value) return html`<${Waiting} />`;
  if (!layer) return html`<${Heading} title="No classes" note="This model has no layer whose units are classes." />`;
  const name = card.value.classes[number] ?? `Class ${number}`;
  const absent = live.some(isAbsent);
  const [before, after] = [beside(-1), beside(1)];
  const other = before ?? after;
  return html`<${Heading} title=${name} trail=${[[card.value.title || model, to.model(model)], ['Classes', to.classes(model)]]}
      note=${`What the network takes for “${name}”: the input that its class unit answers to most, before the softmax.`}>
      ${absent ? html`<button class="button button-main" onClick=${() => startRuns(runs)}>Visualize</button>` : null}
      <a class="button quiet-button" href=${to.unit(model, layer.path, number)}>Unit page</a>
      ${other === null ? null : html`<a class="button quiet-button" href=${to.compare([[model, layer.path, number], [model, layer.path, other]])}>Compare</a>`}
      ${isAtlas ? null : html`<a class="button quiet-button" href=${to.probe(model)}>Your own clip</a>`}
      <nav class="neighbours" aria-label="Other classes">
        ${before === null ? null : html`<a class="button quiet-button" href=${to.class(model, before)} title="k">← ${card.value.classes[before]}</a>`}
        ${after === null ? null : html`<a class="button quiet-button" href=${to.class(model, after)} title="j">${card.value.classes[after]} →</a>`}
      </nav>
    <//>
    <div class="stage"><${Trio} card=${card.value} layer=${layer} runs=${runs} name=${name} dead=${Boolean(unit.value?.dead)} />
      ${fpsOf(card.value) ? html`<${Wheel} fps=${fpsOf(card.value)} />` : null}</div>
    <${ClassFindings} card=${card.value} number=${number} runs=${runs} />
    <section class="others"><header class="panel-head"><h2>Other classes</h2><${Scale} /></header>
      ${others.value ? html`<ul class="grid grid-pairs">${others.value.items.filter((item) => item.unit !== number).map((item) => html`<li key=${item.unit}><${Pair} card=${card.value} item=${item} /></li>`)}</ul>` : html`<${Waiting} />`}
    </section>`;
}
