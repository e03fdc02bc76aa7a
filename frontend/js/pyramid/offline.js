/** A pyramid in a file of its own: the page's drawing, clip, inspector and trust panel, on what lies in the file. */

import {layerOf} from '../catalogue.js';
import {html, render, useMemo, useState} from '../html.js';
import {Playbar} from '../playbar.js';
import {useResource} from '../resource.js';
import {figures} from '../text.js';
import {Player} from '../player.js';
import {shown} from '../shown.js';
import {Clip} from './clip.js';
import {Amount, amountOf} from './controls.js';
import {Drawing, faceOf, Legend} from './drawing.js';
import {Inspector, useRested} from './inspector.js';
import {mostOf, titleOf} from './made.js';
import {LeftOut} from './left-out.js';
import {Members} from './members.js';
import * as file from './offline-api.js';
import {shape} from './shape.js';
import {Trust} from './trust.js';

const {card, pyramid, tubes, clip} = file.given;

function Whole() {
  const most = mostOf(pyramid);
  const [amount, setAmount] = useState(amountOf(new URLSearchParams(), most));
  const drawn = useMemo(() => shape(pyramid, amount), [amount]);
  const [looked, look] = useState('');
  const [chosen, choose] = useState('');
  const settled = useRested(looked, chosen);
  const title = titleOf(card, pyramid.label, pyramid.rival);
  const change = (/** @type {Record<string, string>} */ said) => setAmount(amountOf(new URLSearchParams({k: String(amount.k), coverage: String(Math.round(100 * amount.coverage)), ...said}), most));
  const lit = looked || chosen;
  return html`<main><header class="heading"><div class="heading-words"><h1>Why ${title}?</h1>
      <p class="heading-note">${card.title || card.name} on ${pyramid.name || pyramid.clip}: the score is ${figures(pyramid.score)}. Every row shares it out among the units of a layer; flows say where each has its part from. Made by Kinetoscope.</p></div></header>
    <form class="pyramid-controls" aria-label="How much is drawn" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}><${Amount} ...${amount} most=${most} onChange=${change} /></form>
    <div class="pyramid-page"><div class="pyramid-main">
      <${Drawing} card=${card} shape=${drawn} title=${`${title} ${figures(pyramid.score)}`} lit=${lit} chosen=${chosen} onLook=${look} onChoose=${choose} onAbsent=${nothing} />
      <${Legend} /><${LeftOut} card=${card} pyramid=${pyramid} />
      <${Trust} card=${card} pyramid=${pyramid} clip=${clip} /></div>
    <aside class="pyramid-side" aria-label="Clip and node">${pyramid.members.length ? html`<${Members} card=${card} pyramid=${pyramid} />` : html`<${Clip} card=${card} clip=${clip} tubes=${tubes} node=${lit} />`}
      <${Inspector} card=${card} shape=${drawn} node=${settled} chosen=${chosen} title=${title} score=${pyramid.score} tubes=${tubes} onChoose=${choose} look=${Picture} /></aside></div>
    ${clip ? html`<${Playbar} />` : null}</main>`;
}

const nothing = () => {};

/** What there is of a unit's pictures: posters of its slow run. @param {{layer: string, unit: number}} props */
function Picture({layer: path, unit}) {
  const found = useResource(`unit ${path} ${unit}`, () => file.unit(card.name, path, unit));
  const layer = layerOf(card, path);
  const look = layer && found.value ? shown(card, faceOf(card, layer), found.value) : null;
  const picture = look?.pick(look.initial);
  return look?.initial && picture ? html`<div class="pyramid-pictures"><div class="well"><${Player} visualization=${look.initial} picture=${picture} label=${`Unit ${unit}, ${look.what}`} group="tiles" joins=${false} still coarse /></div></div>` : html`<p class="small muted">Its picture was not computed when this file was made.</p>`;
}

render(html`<${Whole} />`, /** @type {HTMLElement} */ (document.getElementById('app')));
