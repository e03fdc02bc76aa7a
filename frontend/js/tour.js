/** A tour of three steps through the demo: a card at the edge of the page that says what one sees and leads on. */

import {cardOf, useModels} from './catalogue.js';
import {html, useEffect} from './html.js';
import {useResource} from './resource.js';
import {go, to, usePlace} from './router.js';
import {useStore} from './store.js';
import {DEMO, tour} from './tour-state.js';

/** @typedef {{title: string, text: string, path: string}} Step */

/** @param {import('./types.js').ModelCard} card @returns {Step[]} */
function stepsOf(card) {
  const {layers, class_layer: classes} = card;
  const inner = layers.filter((layer) => layer.recommended && layer.kind !== 'class').at(-1) ?? layers[0];
  return [
    {title: 'A network', path: to.model(DEMO),
      text: 'Drawn from its inputs to its classes. Every box is a layer, and every layer has units: each answers to something, and to something else than its neighbours.'},
    {title: 'What a unit looks for', path: to.unit(DEMO, classes ?? inner.path, 0),
      text: 'Three pictures, grown from noise until the unit answers most: what it should look like, and how that should move, slowly and fast. Colour is the direction of motion, as on the wheel. What is not there yet comes with “Visualize”.'},
    {title: 'All units of a layer', path: to.layer(DEMO, inner.path),
      text: 'Point at a tile and it plays. Sort them, choose some to compare, or compute more. Space plays everything at once; ? lists the other keys.'},
  ];
}

export function Tour() {
  const {step} = useStore(tour);
  const {path} = usePlace();
  const there = useModels().value?.items.some((model) => model.name === DEMO);
  const card = useResource(there ? 'tour' : null, () => cardOf(DEMO)).value;
  const steps = card ? stepsOf(card) : [];
  const now = /** @type {Step | undefined} */ (steps[Math.min(step, steps.length - 1)]);
  const isHere = path === now?.path;
  useEffect(() => {
    // the style sheet marks what the step is about
    if (isHere) document.documentElement.dataset.tour = String(step);
    return () => void delete document.documentElement.dataset.tour;
  }, [isHere, step]);
  if (!now) return null;
  const end = () => tour.patch({over: true});
  const on = () => {
    const next = isHere ? step + 1 : step;
    if (next === steps.length) return end();
    tour.patch({step: next});
    return go(steps[next].path);
  };
  const label = !isHere ? (path === to.models() ? 'Open the demo' : 'Show me') : step + 1 < steps.length ? 'Next' : 'Done';
  return html`<aside class="tour" aria-label="Tour"><div aria-live="polite"><p class="tour-count small">Tour, ${step + 1} of ${steps.length}</p>
      <h2>${now.title}</h2><p>${now.text}</p></div>
    <p class="row"><button class="button" onClick=${on}>${label}</button>
      ${step && isHere ? html`<button class="button quiet-button" onClick=${() => (tour.patch({step: step - 1}), go(steps[step - 1].path))}>Back</button>` : null}
      ${label === 'Done' ? null : html`<button class="button quiet-button tour-skip" onClick=${end}>Skip the tour</button>`}</p></aside>`;
}
