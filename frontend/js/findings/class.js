/** What a survey of clips says of a class: what it is taken for, the units that inform it, where it moves. */

import * as api from '../api.js';
import {html} from '../html.js';
import {wholeOf} from '../pyramid/clips.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {countText, figures} from '../text.js';
import {useEnergy} from './energy.js';
import {HeatMap} from './heat-map.js';
import {thinText, useOverview} from './overview.js';

/** Units that are listed. */
const MANY = 12;

/** @param {{card: import('../types.js').ModelCard, number: number, runs: Record<string, import('../types.js').Visualization | undefined>}} props */
export function ClassFindings({card, number, runs}) {
  const [slow, fast] = [useEnergy(runs.slow), useEnergy(runs.fast)];
  const overview = useOverview(card.name);
  const found = useResource(overview ? `class findings ${card.name} ${number}` : null, () => api.classFindings(card.name, number));
  if (!overview || !found.value?.findings) return null;
  const {findings, map, units} = found.value;
  const thin = thinText(overview);
  return html`<section class="findings" aria-label="What clips say of it">
    <header><h2>What clips say of it</h2><p class="muted small">${countText(findings.clips, 'clip')} of ${overview.total}: ${overview.source}. <a href=${to.findings(card.name)}>All findings</a>${thin ? html`<br />${thin}` : null}</p></header>
    <div class="panels">
      <section class="panel"><h2>Named right: ${findings.right} of ${findings.clips}</h2>
        ${findings.confused.length ? html`<ol class="bars">${findings.confused.map(([other, clips]) => html`<li key=${other}><a href=${to.pair(card.name, number, other)}>taken for ${card.classes[other]}</a>
          <progress max=${findings.clips} value=${clips} aria-label=${`Taken for ${card.classes[other]}`}></progress><span class="figures small">${clips}</span></li>`)}</ol>` : html`<p class="muted small">None was taken for another class.</p>`}
        <p class="small"><a href=${to.pair(card.name, number, partner(card.classes.length, number))}>Compare with another class</a> · <a href=${to.pyramid(card.name, {class: number})}>What its score is made of</a> · <a href=${to.pyramid(card.name, {clip: wholeOf(number)})}>over all its clips</a></p></section>
      ${units.length ? html`<section class="panel"><h2>Units that inform it</h2><ol class="bars">${units.slice(0, MANY).map(({layer, unit, weight}) => html`<li key=${unit}><a href=${to.unit(card.name, layer, unit)}>Unit ${unit}</a>
        <progress max=${units[0].weight} value=${weight} aria-label=${`Unit ${unit}`}></progress><span class="figures small">${figures(100 * weight)} %</span></li>`)}</ol>
        <p class="muted small">Units of ${units[0].layer}, by their share of all that is given to the class's logit.</p></section>` : null}
      ${map ? html`<section class="panel"><h2>Where and how</h2><div class="heats"><figure><${HeatMap} rows=${map.energy} label="Where its clips move" /><figcaption class="small muted">Where its clips move</figcaption></figure>
        <figure><${HeatMap} rows=${map.saliency} label="Where its logit looks" /><figcaption class="small muted">Where its logit looks</figcaption></figure>
        ${slow ? html`<figure><${HeatMap} rows=${slow} label="Where its slow optimum moves" /><figcaption class="small muted">Where its slow optimum moves</figcaption></figure>` : null}
        ${fast ? html`<figure><${HeatMap} rows=${fast} label="Where its fast optimum moves" /><figcaption class="small muted">Where its fast optimum moves</figcaption></figure>` : null}</div></section>` : null}
    </div></section>`;
}

/** Classes often come in pairs. @param {number} count @param {number} number */
const partner = (count, number) => Math.min(count - 1, number % 2 ? number - 1 : number + 1);
