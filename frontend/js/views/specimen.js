/** A few of a model's pictures, still, for its card: what one is about to see. */

import * as api from '../api.js';
import {cardOf, isOneInput} from '../catalogue.js';
import {html, useEffect, useState} from '../html.js';
import {Player} from '../player.js';
import {pictureOf} from '../triplet.js';

/** Pictures on a card. */
const MANY = 6;

/** @typedef {{visualization: import('../types.js').Visualization, picture: import('../types.js').StreamPicture}} Shown */

/** @param {{model: string}} props */
export function Specimen({model}) {
  const [shown, setShown] = useState(/** @type {Shown[] | null} */ (null));
  useEffect(() => {
    let gone = false;
    choose(model).then((found) => !gone && setShown(found), () => {});
    return () => void (gone = true);
  }, [model]);
  if (shown && !shown.length) return null;
  return html`<div class="specimen" aria-hidden="true">${Array.from({length: MANY}, (_, i) => {
    const one = shown?.[i];
    return html`<div class="well" key=${i}>${one ? html`<${Player} ...${one} label="" group="tiles" still=${true} coarse=${true} />` : null}</div>`;
  })}</div>`;
}

/** Class units that are computed, appearance and motion by turns. @param {string} name @returns {Promise<Shown[]>} */
async function choose(name) {
  const card = await cardOf(name);
  const {items} = await api.classes(name, {limit: 12, offset: 0});
  return items.flatMap((unit) => {
    const look = isOneInput(card) ? unit.variants.still : unit.variants.slow;
    const shown = [
      {visualization: look, picture: pictureOf(look, 'look')},
      {visualization: unit.variants.slow, picture: pictureOf(unit.variants.slow, isOneInput(card) ? 'clip' : 'motion')},
    ];
    return /** @type {Shown[]} */ (shown.filter((one) => one.visualization && one.picture));
  }).slice(0, MANY);
}
