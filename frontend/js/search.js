/** Search: models, layers, classes and units by name, as `fc6 12` or `playing cello`. */

import {cardOf, useModels} from './catalogue.js';
import {Dialog} from './dialog.js';
import {html, useEffect, useId, useMemo, useState} from './html.js';
import {useNotes} from './notes.js';
import {go, to} from './router.js';
import {holds} from './site.js';
import {countText} from './text.js';

/** @typedef {{kind: string, title: string, note: string, url: string}} Hit */

const MOST = 24;

/** @param {{onClose: () => void}} props */
export function Search({onClose}) {
  const cards = useCards();
  const entries = useNotes();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const hits = useMemo(() => find(cards, query, entries ?? []), [cards, query, entries]);
  const open = (/** @type {Hit | undefined} */ hit) => hit && (onClose(), go(hit.url));
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const move = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (move) (event.preventDefault(), setAt((at + move + hits.length) % Math.max(hits.length, 1)));
    // the field's own Escape would only empty it
    if (event.key === 'Escape') (event.preventDefault(), onClose());
    if (event.key === 'Enter') (event.preventDefault(), open(hits[at]));
  };
  return html`<${Dialog} title="Search" kind="search" onClose=${onClose}>
    <input type="search" class="search-field" placeholder="A layer, a class, a tag, or a unit: fc6 12" autofocus
      role="combobox" aria-expanded="true" aria-controls=${list} aria-activedescendant=${hits.length ? `${list}-${at}` : undefined}
      aria-label="Search models, layers, classes, units and notes" value=${query}
      onInput=${(/** @type {any} */ event) => (setQuery(event.target.value), setAt(0))} onKeyDown=${onKeyDown} />
    <ul class="hits" role="listbox" id=${list} aria-label="Results">
      ${hits.map((hit, i) => html`<li role="option" id=${`${list}-${i}`} key=${`${hit.kind} ${hit.url}`} aria-selected=${i === at} class="hit"
          onClick=${() => open(hit)} onMouseMove=${() => i !== at && setAt(i)}>
        <span class="hit-kind">${hit.kind}</span><b>${hit.title}</b><span class="hit-note">${hit.note}</span>
      </li>`)}
    </ul>
    ${hits.length ? null : html`<p class="muted" role="status">Nothing has that name.</p>`}
  <//>`;
}

/** @returns {import('./types.js').ModelCard[]} */
function useCards() {
  const models = useModels().value;
  const [cards, setCards] = useState(/** @type {import('./types.js').ModelCard[]} */ ([]));
  useEffect(() => {
    if (!models) return;
    Promise.allSettled(models.items.map((item) => cardOf(item.name))).then((answers) =>
      setCards(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))),
    );
  }, [models]);
  return cards;
}

/** Best first: a name that starts so, then one that contains it. @param {import('./types.js').ModelCard[]} cards @param {string} query @param {import('./types.js').Entry[]} entries @returns {Hit[]} */
export function find(cards, query, entries) {
  const words = query.trim().toLowerCase();
  const numbered = /^(.*?)[\s:/#]+(\d+)$/.exec(words);
  const units = numbered ? unitHits(cards, numbered[1], Number(numbered[2])) : [];
  const named = [...entries.map(noteHit), ...cards.flatMap(hitsOf)]
    .map((hit) => ({hit, rank: rank(hit, words)}))
    .filter(({hit, rank}) => rank < 3 && hit.url)
    .sort((a, b) => a.rank - b.rank)
    .map(({hit}) => hit);
  return [...units, ...named].slice(0, MOST);
}

/** @param {Hit} hit @param {string} words */
function rank(hit, words) {
  const title = hit.title.toLowerCase();
  if (!words) return hit.kind === 'model' ? 0 : hit.kind === '★' ? 1 : hit.kind === 'class' ? 2 : 1;
  if (title === words) return 0;
  if (title.startsWith(words) || title.split(/[\s.]/).some((part) => part.startsWith(words))) return 1;
  return words.split(/\s+/).every((word) => `${title} ${hit.note} ${hit.kind}`.toLowerCase().includes(word)) ? 2 : 3;
}

/** @param {import('./types.js').ModelCard} card @returns {Hit[]} */
function hitsOf(card) {
  const of = card.title || card.name;
  return [
    {kind: 'model', title: of, note: card.name, url: to.model(card.name)},
    ...card.layers.map((layer) => ({kind: 'layer', title: layer.path, note: `${countText(layer.units, 'unit')} · ${of}`, url: to.layer(card.name, layer.path)})),
    ...card.classes.map((name, i) => ({kind: 'class', title: name, note: of, url: to.class(card.name, i)})),
  ];
}

/** @param {import('./types.js').Entry} entry @returns {Hit} */
function noteHit({model, layer, unit, favourite, tags, text}) {
  return {kind: favourite ? '★' : 'note', title: `${layer} ${unit}`, note: [...tags, text.slice(0, 60), model].filter(Boolean).join(' · '), url: to.unit(model, layer, unit)};
}

/** @param {import('./types.js').ModelCard[]} cards @param {string} words @param {number} unit @returns {Hit[]} */
function unitHits(cards, words, unit) {
  return cards.flatMap((card) =>
    card.layers
      .filter((layer) => layer.path.toLowerCase().includes(words) && unit < layer.units && holds.unit(card.name, layer.path, unit))
      .map((layer) => ({kind: 'unit', title: `${layer.path} ${unit}`, note: card.title || card.name, url: to.unit(card.name, layer.path, unit)})),
  );
}
