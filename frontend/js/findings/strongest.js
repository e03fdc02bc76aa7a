/** The clip that excites a unit most, beside what was grown for it: what is real is understood at a glance. */

import * as api from '../api.js';
import {html} from '../html.js';
import {useResource} from '../resource.js';
import {Clip} from './examples.js';
import {useOverview} from './overview.js';

/** @param {{card: import('../types.js').ModelCard, layer: import('../types.js').LayerCard, number: number}} props */
export function Strongest({card, layer, number}) {
  const overview = useOverview(card.name);
  const found = useResource(overview ? `findings ${card.name} ${layer.path} ${number}` : null, () => api.unitFindings(card.name, layer.path, number)).value;
  const example = found?.findings.examples.find(({group, clip}) => group === 'top' && found.clips[clip]);
  if (!overview || (found && !example)) return null;
  const own = card.streams.find((stream) => layer.streams.includes(stream.name) && stream.kind !== 'motion') ?? card.streams.find((stream) => layer.streams.includes(stream.name));
  return html`<section class="strongest" aria-label="Its strongest clip"><h2>Its strongest clip</h2>
    ${found && example // its room is there before it is
      ? html`<${Clip} ...${{card, example, clip: found.clips[example.clip], shown: own?.name ?? '', maximum: found.findings.maximum}} />`
      : html`<div class="example"><div class="well"></div></div>`}</section>`;
}
