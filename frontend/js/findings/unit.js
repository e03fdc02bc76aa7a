/** What a survey of clips says of a unit: its panels on the unit page, none where the model was not analysed. */

import * as api from '../api.js';
import {html} from '../html.js';
import {useResource} from '../resource.js';
import {to} from '../router.js';
import {figures} from '../text.js';
import {Examples} from './examples.js';
import {LineChart} from './line-chart.js';
import {thinText, useOverview} from './overview.js';
import {Profile} from './profile.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('./types.js').Balance} Balance */
/** @typedef {import('./types.js').Tuning} Tuning */

/** @param {{card: ModelCard, layer: import('../types.js').LayerCard, number: number}} props */
export function UnitFindings({card, layer, number}) {
  const overview = useOverview(card.name);
  const found = useResource(overview ? `findings ${card.name} ${layer.path} ${number}` : null, () => api.unitFindings(card.name, layer.path, number));
  if (!overview || !found.value) return null;
  const {findings, clips, present} = found.value;
  const {balance, tuning, neighbours} = findings;
  const thin = thinText(overview);
  return html`<section class="findings" aria-label="What clips say of it">
    <header><h2>What clips say of it</h2><p class="muted small">${overview.total} clips: ${overview.source}. <a href=${to.findings(card.name)}>All findings</a>${thin ? html`<br />${thin}` : null}</p></header>
    <div class="panels">
      <${Examples} ...${{card, layer, clips, examples: findings.examples, maximum: findings.maximum}} />
      <${Profile} ...${{card, present, profile: findings.profile, contribution: findings.contribution, selectivity: findings.selectivity}} />
      ${balance && layer.streams.length > 1 ? html`<${BalancePanel} balance=${balance} />` : null}
      ${tuning ? html`<${TuningPanel} tuning=${tuning} />` : null}
      <section class="panel"><h2>Units that answer alike</h2><ol class="bars">${neighbours.map(({unit, correlation}) => html`<li key=${unit}><a href=${to.unit(card.name, layer.path, unit)}>${layer.path === card.class_layer ? card.classes[unit] : `Unit ${unit}`}</a>
        <progress max="1" value=${Math.max(0, correlation)} aria-label=${`Correlation of unit ${unit}`}></progress><span class="figures small">${figures(correlation)}</span></li>`)}</ol>
        <p class="muted small">Correlation of their largest activations over the clips.</p></section>
    </div></section>`;
}

/** @param {{balance: Balance}} props */
function BalancePanel({balance: {shares, interaction, joint}}) {
  const said = joint ? 'It needs both.' : 'One input nearly suffices.';
  return html`<section class="panel"><h2>Appearance and motion</h2><ol class="bars">
      ${Object.entries(shares).map(([name, share]) => html`<li key=${name}><span>${name} alone</span><progress max="1" value=${Math.max(0, Math.min(1, share))} aria-label=${`${name} alone`}></progress><span class="figures small">${figures(share)}</span></li>`)}
      <li><span>only together</span><progress max="1" value=${Math.max(0, Math.min(1, interaction))} aria-label="Only together"></progress><span class="figures small">${figures(interaction)}</span></li></ol>
    <p class="muted small">Shares of the activation that both inputs make, on its strongest clips. ${said}</p></section>`;
}

/** @param {{tuning: Tuning}} props */
function TuningPanel({tuning: {speeds, response, invariance, rest}}) {
  return html`<section class="panel"><h2>The same clips, slower and faster</h2>
    <${LineChart} label="What motion adds, relative to the largest" places=${speeds.map((speed) => `${speed}×`)} lines=${[{name: 'Response', kind: 'slow', values: response}]} />
    <p class="muted small">Invariance <b class="figures">${figures(invariance)}</b>: the mean of what motion adds; 1 does not mind speed.${rest ? html` Without motion ${figures(100 * rest)} % of its activation is left.` : null}</p></section>`;
}
