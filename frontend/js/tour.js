/** A tour of three steps through the demo: a strip above the page that says what one sees and leads on. */

import * as api from './api.js';
import {cardOf, layerOf, seesFlow, useModels} from './catalogue.js';
import {countsOf} from './coverage.js';
import {useQueueChange} from './events.js';
import {html, useEffect, useRef} from './html.js';
import {useResource} from './resource.js';
import {go, to, usePlace} from './router.js';
import {useStore} from './store.js';
import {DEMO, tour} from './tour-state.js';

/** @typedef {{title: string, text: string, url: string, paths: string[]}} Step url: where it leads; paths: where it speaks */

/** @param {import('./types.js').ModelCard} card @param {import('./types.js').Coverage | null} coverage @returns {Step[]} */
function stepsOf(card, coverage) {
  const classes = layerOf(card, card.class_layer ?? '');
  const inner = card.layers.filter((layer) => layer.recommended && layer.kind !== 'class').at(-1) ?? card.layers[0];
  const grids = classes ? [inner, classes] : [inner];
  const filled = grids.find((layer) => countsOf(coverage, [layer]).pictured);
  const unit = to.unit(DEMO, (classes ?? inner).path, 0);
  return [
    {title: 'A network', url: to.model(DEMO), paths: [to.model(DEMO)],
      text: 'Drawn from its inputs to its classes. Every box is a layer, and every layer has units: each answers to something, and to something else than its neighbours.'},
    {title: 'What a unit looks for', url: unit, paths: [unit],
      text: `Three pictures, grown from noise until the unit answers most: what it should look like, and how that should move, slowly and fast.${seesFlow(card) ? ' Colour is the direction of motion, as on the wheel.' : ''} What is not there yet comes with “Visualize”.`},
    {title: 'All units of a layer', url: to.layer(DEMO, (filled ?? inner).path, {sort: filled ? 'slow' : null}), paths: grids.map(({path}) => to.layer(DEMO, path)),
      text: filled
        ? 'Point at a tile and it plays. Those that are computed come first; tick any others to compute them, or some to compare. Space plays everything at once; ? lists the other keys.'
        : 'None is computed yet: press “Compute … missing”, and watch them grow. Then point at a tile and it plays. Space plays everything at once; ? lists the other keys.'},
  ];
}

/** What each step is about. */
const SUBJECTS = ['.graph-scroll', '.trio', '.virtual'];

const LOOK_MS = 100;

/** Where the window is low, scroll to what a step is about, once that is there. @param {string} subject @param {HTMLElement | null} card */
function bringIntoView(subject, card) {
  const look = setInterval(() => {
    const top = document.querySelector(subject)?.getBoundingClientRect().top;
    if (top === undefined || !card) return;
    clearInterval(look);
    if (top > innerHeight / 2) scrollBy(0, top - card.offsetHeight - parseFloat(getComputedStyle(card).top) - MARGIN);
  }, LOOK_MS);
  return () => clearInterval(look);
}

const MARGIN = 12;

/** Keeps the page from scrolling things to behind the card. @param {{current: HTMLElement | null}} card @param {boolean} there */
function useRoom(card, there) {
  useEffect(() => {
    const element = card.current;
    if (!element) return;
    const {style} = document.documentElement;
    const watch = new ResizeObserver(() => style.setProperty('--above', `${element.offsetHeight + parseFloat(getComputedStyle(element).top) + MARGIN}px`));
    watch.observe(element);
    return () => (watch.disconnect(), void style.removeProperty('--above'));
  }, [there]);
}

export function Tour() {
  const {step} = useStore(tour);
  const {path} = usePlace();
  const there = useModels().value?.items.some((model) => model.name === DEMO);
  const model = useResource(there ? 'tour' : null, () => cardOf(DEMO)).value;
  const coverage = useResource(there ? 'coverage of the tour' : null, () => api.coverage(DEMO));
  useQueueChange(coverage.reload, 1500);
  const steps = model && !coverage.waiting ? stepsOf(model, coverage.value) : [];
  const now = /** @type {Step | undefined} */ (steps[Math.min(step, steps.length - 1)]);
  const isHere = Boolean(now?.paths.includes(path));
  const card = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // the style sheet marks what the step is about
    if (isHere) document.documentElement.dataset.tour = String(step);
    return () => void delete document.documentElement.dataset.tour;
  }, [isHere, step]);
  useEffect(() => (isHere ? bringIntoView(SUBJECTS[step], card.current) : undefined), [isHere, step]);
  useRoom(card, Boolean(now));
  if (!now) return null;
  const end = () => tour.patch({over: true});
  const on = () => {
    const next = isHere ? step + 1 : step;
    if (next === steps.length) return end();
    tour.patch({step: next});
    return go(steps[next].url);
  };
  const label = !isHere ? (path === to.models() ? 'Open the demo' : 'Show me') : step + 1 < steps.length ? 'Next' : 'Done';
  return html`<aside class="tour" aria-label="Tour" ref=${card}><div class="tour-words" aria-live="polite"><p class="tour-count small">Tour, ${step + 1} of ${steps.length}</p>
      <h2>${now.title}</h2><p>${now.text}</p></div>
    <p class="row"><button class="button" onClick=${on}>${label}</button>
      ${step && isHere ? html`<button class="button quiet-button" onClick=${() => (tour.patch({step: step - 1}), go(steps[step - 1].url))}>Back</button>` : null}
      ${label === 'Done' ? null : html`<button class="button quiet-button tour-skip" onClick=${end}>Skip the tour</button>`}</p></aside>`;
}
