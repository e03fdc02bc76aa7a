/** How the pictures of a unit were made: one column for each. */

import {html} from './html.js';
import {activationText, durationText, fieldText, figures, VARIANTS} from './text.js';
import {fpsOf} from './shown.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, runs: Record<string, Visualization | undefined>}} props */
export function RunTable({card, layer, runs}) {
  const done = Object.entries(runs).flatMap(([variant, run]) => (run?.result ? [{variant, run, result: run.result}] : []));
  if (!done.length) return null;
  const fps = fpsOf(card);
  /** @type {[string, (run: typeof done[number]) => any][]} */
  const rows = [
    ['Slowness χ', ({run}) => (run.variant === 'still' ? 'one frame throughout' : String(run.spec.parameters.chi))],
    ['Activation, of the largest on clips', ({result}) => activationText(result.normalized)],
    ['Activation, raw', ({result}) => figures(result.activation)],
    ['Steps', ({result}) => result.steps],
    ['Time taken', ({result}) => durationText(result.seconds)],
    ['Device', ({result}) => result.device],
    ['Canvas', ({result}) => `${result.canvas} × ${result.canvas} px`],
  ];
  return html`<section class="panel"><h2>How they were made</h2>
    <div class="table-scroll" tabindex="0" role="region" aria-label="Facts of each picture"><table>
      <thead><tr><td></td>${done.map(({variant}) => html`<th scope="col" key=${variant}>${VARIANTS[variant]}</th>`)}</tr></thead>
      <tbody>${rows.map(([name, read]) => html`<tr key=${name}><th scope="row">${name}</th>${done.map((one) => html`<td key=${one.variant} class="figures">${read(one)}</td>`)}</tr>`)}</tbody>
    </table></div>
    <p class="muted small">Receptive field ${fieldText(layer.receptive_field)}${fps ? `; χ acts per frame step at ${fps} fps` : ''}.
      Activation is scaled by the largest one on ${done[0].result.calibration || 'drawn and noise clips (the model is not calibrated)'}.</p>
  </section>`;
}
