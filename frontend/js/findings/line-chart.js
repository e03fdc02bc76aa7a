/** A small chart of lines over evenly spaced places, each named. */

import {html} from '../html.js';
import {figures} from '../text.js';

const [WIDE, HIGH] = [320, 120];

/** Room for the numbers beside the grid, and for half a dot at the other sides. */
const [SIDE, RIM] = [34, 5];

/** Places from which on dots would hide the line. */
const MANY = 16;

/** @typedef {{name: string, kind: 'slow' | 'fast' | 'still', values: (number | null)[]}} Line */

/** @param {{label: string, places: string[], lines: Line[]}} props `places`: names along the foot */
export function LineChart({label, places, lines}) {
  const largest = Math.max(...lines.flatMap(({values}) => values.map((value) => value ?? 0)));
  const most = [0.05, 0.1, 0.25, 0.5].find((top) => largest <= top) ?? 1;
  const said = lines.map(({name, values}) => `${name}: ${values.map((value, i) => `${places[i]} ${figures(value)}`).join(', ')}`).join('. ');
  const x = (/** @type {number} */ i) => (places.length > 1 ? (i / (places.length - 1)) * WIDE : WIDE / 2);
  const y = (/** @type {number} */ value) => HIGH * (1 - Math.max(0, Math.min(1, value / most)));
  return html`<svg class="chart" viewBox=${`${-SIDE} ${-RIM} ${WIDE + SIDE + RIM} ${HIGH + 2 * RIM}`} role="img" aria-label=${`${label}. ${said}.`}>
      ${[0, 0.5, 1].map((part) => html`<line class="chart-grid" x1="0" x2=${WIDE} y1=${part * HIGH} y2=${part * HIGH} />
        <text class="chart-number" x="-9" y=${part * HIGH} dy="0.35em" text-anchor="end">${most * (1 - part)}</text>`)}
      ${lines.map(({name, kind, values}) => html`<g key=${name}><polyline class=${`chart-line chart-${kind}`} points=${values.flatMap((value, i) => (value === null ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`])).join(' ')} />
        ${values.map((value, i) => (value === null || places.length > MANY ? null : html`<circle class=${`chart-dot chart-${kind}`} cx=${x(i)} cy=${y(value)} r="3"><title>${places[i]}: ${figures(value)}</title></circle>`))}</g>`)}
    </svg>
    <p class="chart-foot chart-places small"><span>${places[0]}</span><span>${places[places.length - 1]}</span></p>
    ${lines.length > 1 ? html`<ul class="legend">${lines.map(({name, kind}) => html`<li key=${name}><i class=${`swatch swatch-${kind}`} aria-hidden="true"></i>${name}</li>`)}</ul>` : null}`;
}
