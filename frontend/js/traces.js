/** The climb: activation over the steps of each run. */

import {html} from './html.js';
import {activationText, VARIANTS} from './text.js';

const WIDE = 320;
const HIGH = 120;

/** @param {{runs: Record<string, import('./types.js').Visualization | undefined>}} props */
export function Traces({runs}) {
  const lines = Object.entries(runs).flatMap(([variant, run]) => (run?.result && run.result.trace.length > 1 ? [{variant, result: run.result}] : []));
  if (!lines.length) return null;
  const all = lines.flatMap(({result}) => result.trace);
  const [low, high] = [Math.min(0, ...all), Math.max(...all, 1e-9)];
  const steps = Math.max(...lines.map(({result}) => result.steps));
  const said = lines.map(({variant, result}) => `${VARIANTS[variant]} ends at ${activationText(result.normalized)}`).join('; ');
  return html`<section class="panel"><h2>The climb</h2>
    <svg class="chart" viewBox=${`0 0 ${WIDE} ${HIGH}`} role="img" aria-label=${`Activation over the steps. ${said}.`}>
      ${[0, 0.5, 1].map((part) => html`<line class="chart-grid" x1="0" x2=${WIDE} y1=${part * HIGH} y2=${part * HIGH} />`)}
      ${lines.map(({variant, result}) => html`<polyline key=${variant} class=${`chart-line chart-${variant}`} points=${points(result.trace, low, high)} />`)}
    </svg>
    <p class="chart-foot small"><span>0</span><span>step ${steps}</span></p>
    <p class="muted small">Activation while the input is shifted at random; the figures are for the input at rest.</p>
    <ul class="legend">${lines.map(({variant, result}) => html`<li key=${variant}><i class=${`swatch swatch-${variant}`} aria-hidden="true"></i>${VARIANTS[variant]} <b class="figures">${activationText(result.normalized)}</b></li>`)}</ul>
  </section>`;
}

/** @param {number[]} trace @param {number} low @param {number} high */
function points(trace, low, high) {
  return trace.map((value, i) => `${((i / (trace.length - 1)) * WIDE).toFixed(1)},${(HIGH * (1 - (value - low) / (high - low))).toFixed(1)}`).join(' ');
}
