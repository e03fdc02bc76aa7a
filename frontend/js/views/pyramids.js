/** Two pyramids side by side: `?p=model:clip:class:rival&p=...&k=&coverage=&node=`. Units that both draw are marked. */

import {useModel, useModels} from '../catalogue.js';
import {html, useMemo, useState} from '../html.js';
import {Heading, Waiting} from '../page.js';
import {Pending} from '../pending.js';
import {including, useClips} from '../pyramid/clips.js';
import {Amount, amountOf, number, Subject} from '../pyramid/controls.js';
import {differences, isOneNetwork, unitsOf} from '../pyramid/difference.js';
import {Drawing} from '../pyramid/drawing.js';
import {Inspector} from '../pyramid/inspector.js';
import {mostOf, titleOf, usePyramid} from '../pyramid/made.js';
import {shape} from '../pyramid/shape.js';
import {go, setQuery, to} from '../router.js';
import {countText, figures} from '../text.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {[string, string, number | null, number | null]} Named model, clip, class, rival */
/** @typedef {ReturnType<typeof useSide>} Side */

/** Units of a row, where two pyramids share the page. */
const K = 5;

/** Units of a layer whose difference is listed. */
const LISTED = 6;

const SIDES = /** @type {const} */ (['Left', 'Right']);

/** @param {{query: URLSearchParams}} props */
export function Pyramids({query}) {
  const named = query.getAll('p').flatMap(parse).slice(0, 2);
  if (!named.length) return html`<${Heading} title="Compare pyramids" trail=${[['Models', to.models()]]} note="Two pyramids, side by side. Open one of a model and press Compare with another." />`;
  return html`<${Pair} named=${[named[0], named[1] ?? named[0]]} query=${query} />`;
}

/** @param {{named: Named[], query: URLSearchParams}} props */
function Pair({named, query}) {
  const [left, right] = [useSide(named[0], query), useSide(named[1], query)];
  const [looked, look] = useState('');
  const chosen = query.get('node') ?? '';
  const made = left.pyramid && right.pyramid && left.drawn && right.drawn;
  const same = Boolean(left.pyramid && right.pyramid && isOneNetwork(left.pyramid, right.pyramid));
  const shared = useMemo(() => {
    if (!left.drawn || !right.drawn || !same) return new Set();
    const theirs = unitsOf(right.drawn);
    return new Set([...unitsOf(left.drawn)].filter((key) => theirs.has(key)));
  }, [left.drawn, right.drawn, same]);
  const most = Math.max(mostOf(left.pyramid), mostOf(right.pyramid));
  const change = (/** @type {number} */ i, /** @type {Named} */ next) => {
    const rest = new URLSearchParams(location.search);
    for (const gone of ['p', 'node']) rest.delete(gone);
    go([to.pyramids(/** @type {any} */ (named.map((each, n) => (n === i ? next : each)))), rest.toString()].filter(Boolean).join('&'), {replace: true});
  };
  return html`<${Heading} title="Compare pyramids" trail=${[[left.card?.title || named[0][0], to.model(named[0][0])], ['Pyramid', to.pyramid(named[0][0])]]} note="Two clips, two classes or two networks. Units that both draw are marked; point at one to light its path in both." />
    <form class="pyramid-controls" aria-label="How much is drawn" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}><${Amount} ...${amountOf(query, most, K)} most=${most} /></form>
    <div class="pyramid-pair">${[left, right].map((side, i) => html`<section key=${i} class="pyramid-one" aria-label=${`${SIDES[i]} pyramid`}>
      <${About} side=${side} where=${SIDES[i]} onChange=${(/** @type {Named} */ next) => change(i, next)} />
      <${Drawn} ...${{side, shared, chosen, looked, look}} where=${SIDES[i]} /></section>`)}</div>
    ${made && same ? html`<${Differences} sides=${[left, right]} />` : made ? html`<p class="muted">These are different networks: no unit of one is a unit of the other, so none is marked.</p>` : null}`;
}

/** @param {Named} named @param {URLSearchParams} query */
function useSide([model, clip, label, rival], query) {
  const card = useModel(model);
  const clips = useClips(model, card.value);
  const {found, ask} = usePyramid(model, {clip, class: label, rival});
  const pyramid = found.value?.pyramid ?? null;
  const {k, coverage} = amountOf(query, mostOf(pyramid), K);
  const drawn = useMemo(() => (pyramid ? shape(pyramid, {k, coverage}) : null), [pyramid, k, coverage]);
  return {named: /** @type {Named} */ ([model, clip, label, rival]), card: card.value, problem: card.problem ?? found.problem, clips, found, ask, pyramid, drawn};
}

/** What one of them is about, and changing it. @param {{side: Side, where: string, onChange: (next: Named) => void}} props */
function About({side: {named, card, clips}, where, onChange}) {
  const models = useModels().value?.items.filter(({class_count: count}) => count) ?? [];
  const [model, clip, label, rival] = named;
  const chosen = (/** @type {any} */ event) => onChange([event.target.value, event.target.value === 'demo' ? 'drawn-0' : clip, null, null]);
  const set = (/** @type {{clip?: string, class?: string, rival?: string}} */ given) => onChange([model, given.clip ?? clip, given.class === undefined ? label : number(given.class), given.rival === undefined ? rival : number(given.rival)]);
  return html`<form class="pyramid-controls" aria-label=${`${where}: what is taken apart`} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <label class="field">Model <select name="model" value=${model} onChange=${chosen}>${[...new Set([model, ...models.map(({name}) => name)])].map((each) => html`<option key=${each} value=${each} selected=${each === model}>${models.find(({name}) => name === each)?.title || each}</option>`)}</select></label>
    ${card && clips ? html`<${Subject} ...${{card, clip, label, rival}} clips=${including(clips, clip)} onChange=${set} />` : null}</form>`;
}

/** @param {{side: Side, where: string, shared: Set<string>, chosen: string, looked: string, look: (key: string) => void}} props */
function Drawn({side: {named, card, problem, found, ask, pyramid, drawn}, where, shared, chosen, looked, look}) {
  const [model, clip, label, rival] = named;
  if (problem) return html`<p class="reason" role="alert">${problem.message}</p>`;
  if (!card || !found.value) return html`<${Waiting} />`;
  if (!pyramid || !drawn) return html`<div class="panel pyramid-absent"><${Pending} key=${found.value.job.id} job=${found.value.job} label=${`${where}: not there yet`} idle="This score has not been taken apart yet. It takes some seconds." action="Take it apart" ask=${ask} onDone=${found.reload} /></div>`;
  const title = titleOf(card, pyramid.label, rival);
  const choose = (/** @type {string} */ key) => setQuery({node: key || null});
  return html`<h2><a href=${to.pyramid(model, {clip, class: label, rival})}>${title}</a></h2>
    <p class="muted small">${pyramid.name || clip}${pyramid.predicted === pyramid.label ? '' : `, taken for ${card.classes[pyramid.predicted]}`}; score <span class="figures">${figures(pyramid.score)}</span></p>
    <${Drawing} card=${card} shape=${drawn} label=${`${where} drawing`} title=${`${title} ${figures(pyramid.score)}`} lit=${looked || chosen} chosen=${chosen} shared=${shared} onLook=${look} onChoose=${choose} onAbsent=${nothing} />
    ${chosen && drawn.levels.some(({lanes}) => lanes.flat().some(({key}) => key === chosen)) ? html`<${Inspector} card=${card} shape=${drawn} node=${chosen} chosen=${chosen} title=${title} score=${pyramid.score} tubes=${[]} onChoose=${choose} />` : null}`;
}

const nothing = () => {};

/** What either score owes to the units that either draws. @param {{sides: Side[]}} props */
function Differences({sides: [left, right]}) {
  const layers = useMemo(() => differences([/** @type {any} */ (left.pyramid), /** @type {any} */ (left.drawn)], [/** @type {any} */ (right.pyramid), /** @type {any} */ (right.drawn)]), [left.drawn, right.drawn]);
  const part = (/** @type {number | null} */ share) => (share === null ? html`<abbr title="Not among the units that are kept of it">–</abbr>` : `${figures(100 * share)} %`);
  return html`<section class="panel" aria-label="What differs"><h2>What differs</h2><p class="muted small">Parts of either score that units give, the largest difference first.</p>
    <div class="pyramid-differences">${layers.map(({layer, drawn, both, pairs}) => html`<div key=${layer}><h3>${layer}: ${both} of ${countText(drawn, 'unit')} in both</h3>
      <table><thead><tr><th scope="col">Unit</th><th scope="col">Left</th><th scope="col">Right</th></tr></thead><tbody>${pairs.slice(0, LISTED).map((pair) => html`<tr key=${pair.key}><th scope="row"><button class="text-button" onClick=${() => setQuery({node: pair.key})}>${pair.unit}</button></th><td class="figures">${part(pair.left)}</td><td class="figures">${part(pair.right)}</td></tr>`)}</tbody></table></div>`)}</div></section>`;
}

/** @param {string} text @returns {Named[]} none: it names no pyramid */
function parse(text) {
  const [model, clip, label, rival] = text.split(':');
  return model && clip ? [[model, clip, number(label ?? null), number(rival ?? null)]] : [];
}
