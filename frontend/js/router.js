/** Where one is: the page's URL as a value, and moving between URLs without reloading. Knows no view. */

import {holds, isAtlas, root} from './site.js';
import {Store, useStore} from './store.js';

/** @typedef {{path: string, parts: string[], query: URLSearchParams}} Place */

/** @returns {Place} */
function read() {
  const parts = location.pathname.slice(root.length).split('/').filter(Boolean).map(decode);
  return {path: location.pathname, parts, query: new URLSearchParams(location.search)};
}

/** @type {Store<Place>} */
export const place = new Store(read());

/** @returns {Place} */
export const usePlace = () => useStore(place);

/** @param {string} url @param {{replace?: boolean, quiet?: boolean}} [how] quiet: without telling the views */
export function go(url, {replace = false, quiet = false} = {}) {
  if (url === NOWHERE) return;
  const leaves = new URL(url, location.href).pathname !== location.pathname;
  if (replace) history.replaceState(history.state, '', url);
  else history.pushState(null, '', url);
  if (!quiet) place.set(read());
  if (!replace && leaves) scrollTo(0, 0);
}

/** Change query names of the present URL; null removes one. @param {Record<string, any>} change @param {{replace?: boolean, quiet?: boolean}} [how] */
export function setQuery(change, how = {replace: true}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const search = query.toString();
  go(location.pathname + (search ? `?${search}` : ''), how);
}

/**
 * Tells later whether one is still where something was asked for; `names`: of the query, that make the place.
 * @param {...string} names @returns {() => boolean}
 */
export function staying(...names) {
  const here = () => [location.pathname, ...names.map((each) => new URLSearchParams(location.search).get(each))].join(' ');
  const then = here();
  return () => here() === then;
}

/** Keep the URL's frame up to date without telling the views: they follow the clock, not the URL. @param {number | null} frame */
export function noteFrame(frame) {
  const rest = location.search.slice(1).split('&').filter((part) => part && !part.startsWith('frame=')); // as written
  const query = frame === null ? rest : [...rest, `frame=${frame}`];
  const search = query.length ? `?${query.join('&')}` : '';
  if (search !== location.search) history.replaceState(history.state, '', location.pathname + search + location.hash);
}

/** Follow plain clicks on links of our own; leave every other click to the browser. */
export function followLinks() {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', (event) => {
    place.set(read());
    returnTo(event.state?.y ?? 0);
  });
  if (history.state?.y) returnTo(history.state.y);
  let soon = 0;
  addEventListener('scroll', () => {
    clearTimeout(soon);
    soon = setTimeout(() => history.replaceState({...history.state, y: scrollY}, ''), 150);
  }, {passive: true});
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(/** @type {any} */ (link).href.baseVal ?? /** @type {HTMLAnchorElement} */ (link).href, location.href);
    const ours = url.origin === location.origin && !link.hasAttribute('download') && !link.getAttribute('target');
    if (!ours || /^\/(api|docs|openapi|version|healthz|readyz)\b/.test(url.pathname)) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
}

/** Scroll to where one was, as soon as the page is that tall again. @param {number} y */
function returnTo(y) {
  let tries = 60;
  const attempt = () => {
    if (document.documentElement.scrollHeight - innerHeight >= y || --tries < 0) scrollTo(0, y);
    else setTimeout(attempt, 25);
  };
  requestAnimationFrame(attempt);
}

const name = encodeURIComponent;

/** The address of what an atlas does not hold. A link to it is plain text. */
const NOWHERE = /** @type {string} */ (/** @type {unknown} */ (undefined));

/** Address of a page; those of an atlas are folders. @param {string} path without its first slash @param {Record<string, any>} [query] */
const at = (path, query) => `${root}${path}${isAtlas ? '/' : ''}${search(query)}`;

/** Paths of the pages. */
export const to = {
  models: () => root,
  /** @param {string} m @param {Record<string, any>} [query] */
  model: (m, query) => at(`models/${name(m)}`, query),
  /** @param {string} m @param {Record<string, any>} [query] */
  walk: (m, query) => at(`models/${name(m)}/walk`, query),
  /** @param {string} m @param {string} l @param {Record<string, any>} [query] */
  layer: (m, l, query) => at(`models/${name(m)}/layers/${name(l)}`, query),
  /** @param {string} m @param {string} l @param {number} i @param {Record<string, any>} [query] */
  unit: (m, l, i, query) => (holds.unit(m, l, i) ? at(`models/${name(m)}/layers/${name(l)}/units/${i}`, query) : NOWHERE),
  /** @param {string} m */
  classes: (m) => at(`models/${name(m)}/classes`),
  /** @param {string} m @param {number} i */
  class: (m, i) => (holds.class(m, i) ? at(`models/${name(m)}/classes/${i}`) : NOWHERE),
  /** @param {[string, string, number][]} units model, layer and number of each */
  compare: (units) => `${at('compare')}?${units.map(([m, l, i]) => `u=${[m, l, i].map(name).join(':')}`).join('&')}`,
  notes: () => at('notes'),
  /** @param {string} m */
  findings: (m) => (holds.findings(m) ? at(`models/${name(m)}/findings`) : NOWHERE),
  /** @param {string} m @param {Record<string, any>} [query] */
  probe: (m, query) => at(`models/${name(m)}/probe`, query),
  /** @param {string} m @param {number} a @param {number} b */
  pair: (m, a, b) => (holds.pair(m, a, b) ? at(`models/${name(m)}/classes/${a}/against/${b}`) : NOWHERE),
  /** @param {string} m @param {Record<string, any>} [query] */
  pyramid: (m, query) => (holds.pyramid(m, query) ? at(`models/${name(m)}/pyramid`, query) : NOWHERE),
  /** @param {[string, string, number | null, number | null][]} pyramids model, clip, class and rival of each */
  pyramids: (pyramids) => (isAtlas ? NOWHERE : `${at('pyramids')}?${pyramids.map((each) => `p=${each.map((value) => name(value ?? '')).join(':').replace(/:+$/, '')}`).join('&')}`),
  jobs: () => at('jobs'),
  /** @param {string} model */
  sweep: (model) => at('jobs', {sweep: model}),
  about: () => at('about'),
};

/** @param {Record<string, any>} [query] */
function search(query = {}) {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== '');
  return given.length ? `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}` : '';
}

/** A part of an address as it was written; as it is where it cannot be. @param {string} text */
export function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
