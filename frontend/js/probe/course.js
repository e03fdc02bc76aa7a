/** Class probabilities over the windows of a clip, a row for each class; and the window that is looked at closely. */

import {html} from '../html.js';
import {setQuery, to} from '../router.js';
import {shareText} from '../text.js';

const [WIDE, HIGH] = [100, 20];

/** @param {{card: import('../types.js').ModelCard, probe: import('./types.js').Probe}} props */
export function Course({card, probe}) {
  const {windows, classes, at, length, spec} = probe;
  const nearest = windows.reduce((best, each, i) => (Math.abs(each.at - at) < Math.abs(windows[best].at - at) ? i : best), 0);
  const silent = spec.ablate.length > 0;
  const choose = (/** @type {any} */ event) => setQuery({at: windows[Number(event.target.value)].at});
  return html`<section class="panel panel-wide" aria-label="Classes over time"><header class="panel-head"><div><h2>Classes over time</h2>
      <p class="muted small">${windows.length === 1 ? `The network sees ${length.toFixed(2)} s at once: all of this stretch.` : `${windows.length} windows of ${length.toFixed(2)} s, each at its middle.`}${silent ? ` Dashed: with all units at work.` : ''}</p></div>
      ${windows.length > 1 ? html`<label class="field">Look closely at <input type="range" name="at" min="0" max=${windows.length - 1} step="1" value=${nearest} aria-valuetext=${`the window about ${windows[nearest].at.toFixed(1)} s`} onChange=${choose} /><output class="figures">${at.toFixed(1)} s</output></label>` : null}</header>
    <ol class="probe-classes">${classes.map((label, i) => html`<li key=${label}><a href=${to.class(card.name, label)}>${card.classes[label]}</a>
      ${windows.length > 1 ? html`<${Line} spec=${spec} windows=${windows} i=${i} nearest=${nearest} silent=${silent} name=${card.classes[label]} />` : html`<progress max="1" value=${windows[0].probabilities[i]} aria-label=${card.classes[label]}></progress>`}
      <span class="figures small">${silent ? html`<s class="muted">${shareText(windows[nearest].intact[i])}</s> ` : null}<b>${shareText(windows[nearest].probabilities[i])}</b></span></li>`)}</ol>
    ${windows.length > 1 ? html`<p class="probe-foot small muted figures"><span>${spec.start.toFixed(1)} s</span><span>0 to 100 %</span><span>${spec.end.toFixed(1)} s</span></p>` : null}</section>`;
}

/** @param {{spec: import('./types.js').Probe['spec'], windows: import('./types.js').Window[], i: number, nearest: number, silent: boolean, name: string}} props */
function Line({spec, windows, i, nearest, silent, name}) {
  const x = (/** @type {number} */ n) => ((windows[n].at - spec.start) / (spec.end - spec.start)) * WIDE;
  const points = (/** @type {'probabilities' | 'intact'} */ what) => windows.map((each, n) => `${x(n).toFixed(2)},${(HIGH * (1 - each[what][i])).toFixed(2)}`).join(' ');
  const said = windows.map((each) => `${each.at.toFixed(1)} s ${shareText(each.probabilities[i])}`).join(', ');
  return html`<svg class="probe-line" viewBox=${`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label=${`${name}: ${said}`}>
    <line class="chart-grid" x1="0" x2=${WIDE} y1=${HIGH} y2=${HIGH} /><line class="chart-grid" x1=${x(nearest)} x2=${x(nearest)} y1="0" y2=${HIGH} />
    ${silent ? html`<polyline class="chart-line chart-fast probe-intact" points=${points('intact')} />` : null}<polyline class="chart-line chart-slow" points=${points('probabilities')} /></svg>`;
}
