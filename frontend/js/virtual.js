/** A long list of equal squares in the page's own scrolling: only those near the window exist. Knows no content. */

import {html, useEffect, useLayoutEffect, useRef, useState} from './html.js';
import {useKeys} from './keys.js';

const GAP = 12;

/** Room for one or two lines of words below a square. */
const WORDS = {1: 24, 2: 43};

/** Height of what stays at the top of the window, in px. */
const above = () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 6;

/** Rows kept above and below the window. */
const SPARE = 2;

/**
 * @param {object} props
 * @param {number} props.count
 * @param {(index: number) => any} props.item
 * @param {(index: number) => any} props.of what an item is made of: it is drawn anew when that is another
 * @param {string} props.label
 * @param {1 | 2} [props.lines] of words below a square
 * @param {number} [props.start] index of the row that is first in the window
 * @param {(first: number, last: number) => void} props.onRange indexes that exist now
 * @param {(first: number) => void} [props.onFirst] index of the first square in the window
 */
export function VirtualGrid({count, item, of, label, lines = 1, start = 0, onRange, onFirst}) {
  /** @type {{current: HTMLElement | null}} */
  const list = useRef(null);
  const sought = useRef(/** @type {number | null} */ (null));
  const kept = useRef(/** @type {{item: Function, nodes: Map<number, any>}} */ ({item, nodes: new Map()}));
  // an item that is drawn already stays as it is while others scroll into sight
  if (kept.current.item !== item) kept.current = {item, nodes: new Map()};
  const {columns, row, ready} = useMeasure(list, WORDS[lines]);
  const [from, to] = useRows(list, row, ready ? Math.ceil(count / columns) : 0, (top) => onFirst?.(top * columns));
  const [first, last] = [from * columns, Math.min(count, to * columns)];
  useLayoutEffect(() => {
    if (ready && start) scrollTo(0, topOf(list.current) + Math.floor(start / columns) * row - 120);
  }, [ready]);
  useEffect(() => {
    if (last > first) onRange(first, last);
  }, [first, last, count]);
  useEffect(() => {
    if (sought.current !== null && focus(list.current, sought.current)) sought.current = null;
  });
  const move = (/** @type {number} */ by) => {
    const here = indexOf(document.activeElement);
    const next = here === null ? Math.min(first + (by > 0 ? 0 : count), count - 1) : here + by;
    if (next < 0 || next >= count) return;
    sought.current = next;
    const top = topOf(list.current) + Math.floor(next / columns) * row;
    if (top < scrollY + above() || top + row > scrollY + innerHeight - 90) scrollTo(0, top - innerHeight / 2 + row / 2);
    if (focus(list.current, next)) sought.current = null;
  };
  useKeys({j: () => move(1), k: () => move(-1)});
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const by = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[event.key];
    if (by && !event.shiftKey) (event.preventDefault(), event.stopPropagation(), move(by));
  };
  const drawn = new Map(Array.from({length: ready ? last - first : 0}, (_, i) => {
    const place = first + i;
    const known = kept.current.nodes.get(place);
    const made = of(place);
    return [place, known && known.made === made && known.count === count ? known : {made, count, node: html`<li key=${place} data-index=${place} aria-setsize=${count} aria-posinset=${place + 1}>${item(place)}</li>`}];
  }));
  kept.current.nodes = drawn;
  const style = {height: `${Math.ceil(count / columns) * row}px`, paddingTop: `${from * row}px`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`};
  return html`<ul ref=${list} class=${lines === 2 ? 'virtual virtual-two' : 'virtual'} aria-label=${label} style=${ready ? style : {}} onKeyDown=${onKeyDown}>
    ${[...drawn.values()].map(({node}) => node)}</ul>`;
}

/** @param {{current: HTMLElement | null}} list @param {number} words */
function useMeasure(list, words) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const least = Math.min(148, (width - GAP) / 2);
  const columns = width ? Math.max(2, Math.floor((width + GAP) / (least + GAP))) : 2;
  const side = (width - GAP * (columns - 1)) / columns;
  return {columns, row: side + words + GAP, ready: width > 0};
}

/** First and last row to draw. @param {{current: HTMLElement | null}} list @param {number} row @param {number} rows @param {(top: number) => void} onTop */
function useRows(list, row, rows, onTop) {
  const [range, setRange] = useState(/** @type {[number, number]} */ ([0, 0]));
  const tell = useRef(onTop);
  tell.current = onTop;
  useLayoutEffect(() => {
    if (!rows) return;
    let waiting = 0;
    const look = () => {
      waiting = 0;
      const top = scrollY - topOf(list.current);
      const from = Math.max(0, Math.min(Math.floor(top / row) - SPARE, rows - 1));
      const to = Math.min(rows, Math.ceil((top + innerHeight) / row) + SPARE);
      setRange((old) => (old[0] === from && old[1] === to ? old : [from, Math.max(to, from)]));
      tell.current(Math.max(0, Math.round((top + 120) / row)));
    };
    const soon = () => (waiting ||= requestAnimationFrame(look));
    look();
    addEventListener('scroll', soon, {passive: true});
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(waiting);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [row, rows]);
  return [Math.min(range[0], rows), Math.min(range[1], rows)];
}

/** @param {HTMLElement | null} element */
const topOf = (element) => (element ? element.getBoundingClientRect().top + scrollY : 0);

/** @param {Element | null} element */
function indexOf(element) {
  const index = element?.closest('[data-index]')?.getAttribute('data-index');
  return index === null || index === undefined ? null : Number(index);
}

/** @param {HTMLElement | null} list @param {number} index */
function focus(list, index) {
  const link = /** @type {HTMLElement | null | undefined} */ (list?.querySelector(`[data-index="${index}"] a`));
  link?.focus({preventScroll: true});
  return Boolean(link);
}
