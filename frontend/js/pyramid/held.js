/** In an atlas: which of the scores that it holds taken apart is shown. */

import {html} from '../html.js';
import {setQuery} from '../router.js';
import {contents} from '../site.js';
import {titleOf} from './made.js';

/** @param {{card: import('../types.js').ModelCard, clips: import('./clips.js').Choice[], taken: import('../site.js').Taken}} props */
export function Held({card, clips, taken}) {
  const all = contents?.models[card.name].pyramids ?? [];
  const nameOf = (/** @type {string} */ id) => clips.find((clip) => clip.id === id)?.name ?? id;
  const choose = (/** @type {any} */ event) => {
    const {clip, shown, rival, rows} = all[Number(event.target.value)];
    setQuery({clip, class: shown, rival, rows, node: null});
  };
  return html`<label class="field">Pyramid <select name="held" onChange=${choose}>${all.map((each, i) => html`<option key=${i} value=${i} selected=${each === taken}>${titleOf(card, each.shown, each.rival)}: ${nameOf(each.clip)}</option>`)}</select></label>`;
}
