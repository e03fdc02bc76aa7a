/** What it costs to compute pictures of a layer, in words: measured, or guessed from other layers. */

import * as api from './api.js';
import {useQueueChange} from './events.js';
import {html} from './html.js';
import {useResource} from './resource.js';
import {countText, durationText} from './text.js';

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, pictures: number, more?: string}} props more: said behind it */
export function Cost({card, layer, pictures, more = ''}) {
  const plan = useResource(`pace ${card.name} ${layer.path}`, () => api.planSweep({model: card.name, layers: [layer.path], units: '0', variants: []}));
  useQueueChange(plan.reload, 1500);
  const {seconds, guessed} = plan.value?.layers[0] ?? {seconds: null, guessed: false};
  const time = seconds === null ? ', in a time that is not known before one was made' : `: ${guessed ? 'roughly' : 'about'} ${durationText(seconds * pictures)} on one worker`;
  return html`<span class="muted small">${countText(pictures, 'picture')}${time}.${more ? ` ${more}` : ''}</span>`;
}
