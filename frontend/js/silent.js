/** Units that are silenced, each with a button that lets it speak again. */

import {html} from './html.js';

/** @param {{names: string[], onSpeak: (name: string) => void}} props `layer:unit` of each */
export function Silent({names, onSpeak}) {
  return html`<p class="small">Silent: ${names.map((name, i) => html`${i ? ', ' : ''}<button key=${name} class="text-button" aria-label=${`Let ${name} speak`} onClick=${() => onSpeak(name)}>${name}</button>`)}</p>`;
}
