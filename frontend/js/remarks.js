/** Saying something of a unit: the star, and the panel of tags and notes. */

import {html, useState} from './html.js';
import {useKeys} from './keys.js';
import {remark, useRemark} from './notes.js';
import {to} from './router.js';
import {note} from './toast.js';

/** @typedef {{model: string, layer: string, unit: number}} Named */

/** @param {Named} props */
export function Star({model, layer, unit}) {
  const {favourite} = useRemark(model, layer, unit);
  const toggle = () => remark(model, layer, unit, {favourite: !favourite});
  useKeys({f: toggle});
  return html`<button class=${favourite ? 'button quiet-button star star-on' : 'button quiet-button star'} aria-pressed=${favourite} title="f" onClick=${toggle}>
    <span aria-hidden="true">${favourite ? '★' : '☆'}</span> Favourite</button>`;
}

/** @param {Named} props */
export function Remarks({model, layer, unit}) {
  const {tags, text} = useRemark(model, layer, unit);
  const [draft, setDraft] = useState(/** @type {{tags: string, text: string} | null} */ (null));
  const shown = draft ?? {tags: tags.join(', '), text};
  const onSubmit = async (/** @type {any} */ event) => {
    event.preventDefault();
    const words = shown.tags.split(',').map((word) => word.trim()).filter(Boolean);
    if (!(await remark(model, layer, unit, {tags: [...new Set(words)], text: shown.text}))) return;
    setDraft(null);
    note('Notes saved');
  };
  const change = (/** @type {'tags' | 'text'} */ name) => (/** @type {any} */ event) => setDraft({...shown, [name]: event.target.value});
  return html`<section class="panel"><h2>Your notes</h2>
    <form class="remarks" onSubmit=${onSubmit}>
      <label>Tags, with commas <input type="text" name="tags" value=${shown.tags} onInput=${change('tags')} maxlength="400" /></label>
      <label>What you see <textarea name="text" rows="3" maxlength="4000" value=${shown.text} onInput=${change('text')}></textarea></label>
      <p class="row"><button class="button" disabled=${!draft}>Save</button><a class="small" href=${to.notes()}>All notes</a></p>
    </form></section>`;
}
