/** A class score on a clip, taken apart: the units of every row that it is made of, and what flows between them. */

import * as api from '../api.js';
import {layerOf, useModel} from '../catalogue.js';
import {save} from '../export.js';
import {html, useCallback, useMemo, useState} from '../html.js';
import {Heading, Trouble, Waiting} from '../page.js';
import {Pending} from '../pending.js';
import {Ablation, silence, silentOf} from '../pyramid/ablation.js';
import {Clip} from '../pyramid/clip.js';
import {classOf, including, useClips, wholeOf} from '../pyramid/clips.js';
import {Amount, amountOf, number, Subject} from '../pyramid/controls.js';
import {Drawing, Legend} from '../pyramid/drawing.js';
import {Held} from '../pyramid/held.js';
import {Inspector, useRested} from '../pyramid/inspector.js';
import {mostOf, titleOf, usePyramid} from '../pyramid/made.js';
import {LeftOut} from '../pyramid/left-out.js';
import {Members} from '../pyramid/members.js';
import {keyOf, shape} from '../pyramid/shape.js';
import {Trust} from '../pyramid/trust.js';
import {useResource} from '../resource.js';
import {setQuery, to} from '../router.js';
import {isAtlas, pyramidHeld} from '../site.js';
import {neededVariants} from '../shown.js';
import {countText, figures} from '../text.js';
import {startAll} from '../visualizations.js';

/** @typedef {import('../types.js').ModelCard} ModelCard */
/** @typedef {import('../pyramid/clips.js').Choice} Choice */
/** @typedef {import('../pyramid/types.js').PyramidView} PyramidView */

/** @param {{model: string, query: URLSearchParams}} props */
export function Pyramid({model, query}) {
  const card = useModel(model);
  const offered = useClips(model, card.value);
  if (card.problem) return html`<${Trouble} problem=${card.problem} link=${to.pyramid} retry=${card.reload} />`;
  if (!card.value || !offered) return html`<${Waiting} />`;
  const {label, rival, rows, ...named} = pyramidHeld(model, wantedOf(query)) ?? pyramidHeld(model, {}) ?? {...wantedOf(query), label: number(query.get('class'))};
  const own = offered.filter(({brought}) => !brought); // what somebody brought may be for another network: it is chosen, never assumed
  const clip = named.clip ?? (own.find((each) => each.label === label) ?? own[0])?.id;
  const trail = [[card.value.title || model, to.model(model)]];
  if (!card.value.classes.length) return html`<${Heading} title="No classes" trail=${trail} note="Without classes there is no score to take apart." />`;
  if (!clip) return html`<${NoClip} trail=${trail} model=${model} brought=${offered} />`;
  return html`<${Asked} key=${model} card=${card.value} clips=${including(offered, clip)} clip=${clip} label=${label} rival=${rival} rows=${rows} query=${query} />`;
}

/** The model has no clips of its own. @param {{trail: [string, string][], model: string, brought: Choice[]}} props */
function NoClip({trail, model, brought}) {
  const choose = (/** @type {any} */ event) => event.target.value && setQuery({clip: event.target.value}, {});
  return html`<${Heading} title="Pyramid" trail=${trail} note="A pyramid takes the score of a class on a clip apart. No clips of this model's own are known yet: have a set of them analysed, or bring one." />
    <div class="row">${brought.length ? html`<label class="field">A clip that was brought <select name="clip" onChange=${choose}><option value="" selected>choose one</option>${brought.map(({id, name}) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>` : null}
      <a class="button" href=${to.findings(model)}>Findings</a><a class="button quiet-button" href=${to.probe(model)}>Bring a clip</a></div>`;
}

/** @param {URLSearchParams} query */
const wantedOf = (query) => ({clip: query.get('clip'), class: number(query.get('class')), rival: number(query.get('rival')), rows: query.get('rows')});

/** @param {{card: ModelCard, clips: Choice[], clip: string, label: number | null, rival: number | null, rows: string | null, query: URLSearchParams}} props */
function Asked({card, clips, clip, label, rival, rows, query}) {
  const asked = {clip, class: label, rival, rows};
  const taken = pyramidHeld(card.name, {clip, class: label, rival, rows}) ?? pyramidHeld(card.name, {clip, rival, rows});
  const {found, ask} = usePyramid(card.name, asked);
  const pyramid = found.value?.pyramid ?? null;
  const most = mostOf(pyramid);
  const amount = amountOf(query, most);
  const title = titleOf(card, pyramid?.label ?? label, rival);
  const whole = classOf(clip);
  const other = whole === null ? clips.find((each) => each.id !== clip && each.label === clips.find(({id}) => id === clip)?.label)?.id ?? clip : wholeOf((whole + 1) % card.classes.length);
  return html`<${Heading} title=${title ? `Why ${title}?` : 'Pyramid'} trail=${[[card.title || card.name, to.model(card.name)], ...(label === null ? [] : [[card.classes[label], to.class(card.name, label)]])]}
      note=${pyramid ? `Its score ${pyramid.members.length ? `in the mean over ${countText(pyramid.members.length, 'clip')}` : 'on this clip'} is ${figures(pyramid.score)}. Every row shares it out among the units of a layer; flows say where each has its part from.` : 'The score of a class on a clip, taken apart layer by layer.'} />
    <form class="pyramid-controls" aria-label="What is taken apart" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      ${taken ? html`<${Held} ...${{card, clips, taken}} />` : html`<${Subject} ...${{card, clips, clip, label, rival}} onChange=${(/** @type {object} */ change) => setQuery({...change, node: null})} />`}<${Amount} ...${amount} most=${most} />
      ${isAtlas ? null : html`<a class="button quiet-button" href=${to.pyramids([[card.name, clip, label, rival], [card.name, other, label, rival]])}>Compare with another</a>`}</form>
    ${found.problem ? html`<${Trouble} problem=${found.problem} retry=${found.reload} />` : !found.value ? html`<${Waiting} />`
      : pyramid ? html`<${Made} ...${{card, view: found.value, asked, ...amount, title: title || 'the class', query}} />`
      : html`<div class="panel pyramid-absent"><${Pending} key=${found.value.job.id} job=${found.value.job} label="This pyramid" idle=${html`This score has not been taken apart yet. It takes ${whole === null ? 'some seconds' : 'a minute or more: that of every clip is taken apart'}.`} action="Take it apart" ask=${ask} onDone=${found.reload} /></div>`}`;
}

/** @param {{card: ModelCard, view: PyramidView, asked: any, k: number, coverage: number, title: string, query: URLSearchParams}} props */
function Made({card, view, asked, k, coverage, title, query}) {
  const pyramid = /** @type {import('../pyramid/types.js').Pyramid} */ (view.pyramid);
  const drawn = useMemo(() => shape(pyramid, {k, coverage}), [pyramid, k, coverage]);
  const tubes = useResource(`tubes ${view.job.id}`, () => api.pyramidTubes(card.name, asked).then((found) => found.tubes, () => []));
  const [looked, look] = useState('');
  const chosen = query.get('node') ?? '';
  const settled = useRested(looked, chosen);
  const choose = (/** @type {string} */ key) => setQuery({node: key || null});
  const silent = silentOf(query);
  const toggle = (/** @type {string} */ key) => silence(silent.includes(key) ? silent.filter((each) => each !== key) : [...silent, key]);
  const {missing, onAbsent} = useMissing();
  const visualize = () => Promise.all(pyramid.rows.flatMap(({layers}) => layers).map((path) => {
    const layer = layerOf(card, path);
    const units = drawn.levels.flatMap(({lanes}) => lanes.flat()).filter((place) => place.layer === path && place.unit !== null && missing.has(keyOf(path, place.unit))).map(({unit}) => Number(unit));
    return layer && units.length ? startAll({model: card.name, layer: path, units, variants: neededVariants(card, layer).filter((variant) => variant === 'slow'), parameters: {}}) : null;
  }));
  return html`<div class="pyramid-page"><div class="pyramid-main">
      <p class="row small">${missing.size ? html`<button class="button quiet-button" onClick=${visualize}>Visualize ${missing.size} of these units</button>` : null}
        <button class="button quiet-button" onClick=${() => save(new Blob([JSON.stringify({pyramid, tubes: tubes.value ?? []}, null, 1)], {type: 'application/json'}), `${card.name}-pyramid-${pyramid.clip}-${pyramid.label}.json`)}>JSON</button>
        ${isAtlas ? null : html`<a class="button quiet-button" download href=${api.pyramidFileUrl(card.name, asked)}>HTML file</a><span class="muted">with all that is here, to be opened without a server</span>`}</p>
      <${Drawing} card=${card} shape=${drawn} title=${`${title} ${figures(pyramid.score)}`} lit=${looked || chosen} chosen=${chosen} silent=${silent} onLook=${look} onChoose=${choose} onSilence=${isAtlas ? undefined : toggle} onAbsent=${onAbsent} />
      <${Legend} /><${LeftOut} card=${card} pyramid=${pyramid} />
      ${isAtlas ? null : html`<${Ablation} card=${card} clip=${asked.clip} label=${pyramid.label} rival=${pyramid.rival} levels=${drawn.levels} silent=${silent} />`}
      <${Trust} card=${card} pyramid=${pyramid} clip=${view.clip} /></div>
    <aside class="pyramid-side" aria-label="Clip and node">${pyramid.members.length ? html`<${Members} card=${card} pyramid=${pyramid} />` : html`<${Clip} card=${card} clip=${view.clip} tubes=${tubes.value ?? []} node=${looked || chosen} />`}
      <${Inspector} card=${card} shape=${drawn} node=${settled} chosen=${chosen} title=${title} score=${pyramid.score} tubes=${tubes.value ?? []} silent=${silent} onChoose=${choose} onSilence=${isAtlas ? undefined : toggle} /></aside></div>`;
}

/** Keys of nodes whose unit has no picture. */
function useMissing() {
  const [missing, set] = useState(/** @type {Set<string>} */ (new Set()));
  const onAbsent = useCallback((/** @type {string} */ key, /** @type {boolean} */ absent) => set((now) => {
    if (now.has(key) === absent) return now;
    const next = new Set(now);
    if (absent) next.add(key);
    else next.delete(key);
    return next;
  }), []);
  return {missing, onAbsent};
}
