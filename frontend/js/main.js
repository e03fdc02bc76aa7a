/** The page: from the URL to a view, inside the shell. */

import {Problem} from './problem.js';
import {cardOf, useWorkers} from './catalogue.js';
import {listen} from './events.js';
import {html, render, useEffect, useLayoutEffect, useRef, useState} from './html.js';
import {watchHaste} from './haste.js';
import {listenToKeys} from './keys.js';
import {Trouble, Waiting} from './page.js';
import {followLinks, place, usePlace} from './router.js';
import {applyTheme} from './settings.js';
import {Shell} from './shell.js';
import {isAtlas} from './site.js';
import {Missing} from './views/missing.js';

/** @typedef {{pattern: string[], load: () => Promise<Function>, playable?: boolean}} Route */

/**
 * Patterns of paths, first match wins; `:name` takes one part. `playable`: has pictures that the play bar drives.
 * A view is fetched when it is first needed. @type {Route[]}
 */
const ROUTES = [
  {pattern: [], load: async () => (await import('./views/models.js')).Models},
  {pattern: ['models', ':model'], load: async () => (await import('./views/architecture.js')).Architecture},
  {pattern: ['models', ':model', 'walk'], load: async () => (await import('./views/walk.js')).Walk, playable: true},
  {pattern: ['models', ':model', 'layers', ':layer'], load: async () => (await import('./views/layer.js')).Layer, playable: true},
  {pattern: ['models', ':model', 'layers', ':layer', 'units', ':unit'], load: async () => (await import('./views/unit.js')).Unit, playable: true},
  {pattern: ['models', ':model', 'classes'], load: async () => (await import('./views/classes.js')).Classes, playable: true},
  {pattern: ['models', ':model', 'classes', ':class'], load: async () => (await import('./views/class.js')).Class, playable: true},
  {pattern: ['models', ':model', 'classes', ':first', 'against', ':second'], load: async () => (await import('./views/pair.js')).Pair, playable: true},
  {pattern: ['models', ':model', 'findings'], load: async () => (await import('./views/findings.js')).Findings},
  {pattern: ['models', ':model', 'probe'], load: async () => (await import('./views/probe.js')).Probe, playable: true},
  {pattern: ['models', ':model', 'pyramid'], load: async () => (await import('./views/pyramid.js')).Pyramid, playable: true},
  {pattern: ['compare'], load: async () => (await import('./views/compare.js')).Compare, playable: true},
  {pattern: ['pyramids'], load: async () => (await import('./views/pyramids.js')).Pyramids, playable: true},
  {pattern: ['notes'], load: async () => (await import('./views/notes.js')).Notes, playable: true},
  {pattern: ['jobs'], load: async () => (await import('./views/jobs.js')).Jobs},
  {pattern: ['about'], load: async () => (await import('./views/about.js')).About},
];

/** @type {Route} */
const NOWHERE = {pattern: [], load: async () => Missing};

/** How long after the first page the other views are fetched, so that they open at once. */
const AHEAD_MS = 4000;

/** @type {Map<Route, Function>} */
const views = new Map([[NOWHERE, Missing]]);

function App() {
  const here = usePlace();
  const workers = useWorkers();
  const {route, names} = match(here.parts) ?? {route: NOWHERE, names: {}};
  const {view, problem, again} = useView(route);
  // until the next view is there, the present one stays as it is
  const shown = useRef(/** @type {any} */ (null));
  if (view) shown.current = {View: view, names, query: here.query, path: here.path, playable: Boolean(route.playable)};
  const {View, path, playable, ...props} = shown.current ?? {path: '', playable: false};
  useFocusOnArrival(path);
  if (problem) return html`<${Shell} workers=${workers} playable=${false}><${Trouble} problem=${problem} retry=${again} /><//>`;
  return html`<${Shell} workers=${workers} playable=${playable}>
    ${View ? html`<${View} key=${View.name} ...${props.names} query=${props.query} workers=${workers} />` : html`<${Waiting} />`}
  <//>`;
}

/** @param {Route} route */
function useView(route) {
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
  const [turn, again] = useState(0);
  useLayoutEffect(() => {
    setProblem(null);
    if (views.has(route)) return;
    const failed = () => setProblem(new Problem({title: 'No connection', detail: 'The server cannot be reached. Is Kinetoscope still running?'}));
    route.load().then((view) => (views.set(route, view), again((n) => n + 1)), failed);
  }, [route, turn]);
  return {view: views.get(route) ?? null, problem: views.has(route) ? null : problem, again: () => again((n) => n + 1)};
}

/** @param {string[]} parts */
function match(parts) {
  for (const route of ROUTES) {
    const {pattern} = route;
    if (pattern.length !== parts.length) continue;
    const fits = pattern.every((part, i) => part.startsWith(':') || part === parts[i]);
    const named = pattern.map((part, i) => [part.slice(1), parts[i]]).filter((_, i) => pattern[i].startsWith(':'));
    if (fits) return {route, names: Object.fromEntries(named)};
  }
  return null;
}

/** A screen reader should hear of the new page, and Tab should start there; the first page is the browser's matter. @param {string} path */
function useFocusOnArrival(path) {
  const before = useRef('');
  useEffect(() => {
    const first = !before.current;
    before.current = path;
    if (first) return;
    const arrive = setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('main h1'))?.focus({preventScroll: true}), 60);
    return () => clearTimeout(arrive);
  }, [path]);
}

/** The icon's address is relative in an atlas: it would be another's as soon as the page's address is. */
function settle() {
  for (const link of /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll('link[rel="icon"]'))) link.setAttribute('href', link.href);
}

// the view and its model are fetched while the frame around it is drawn
const first = match(place.value.parts);
first?.route.load().catch(() => {});
if (first?.names.model) cardOf(first.names.model).catch(() => {});
applyTheme();
settle();
followLinks();
listenToKeys();
watchHaste();
if (!isAtlas) listen();
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
root.textContent = '';
render(html`<${App} />`, root);
setTimeout(() => {
  for (const route of ROUTES) route.load().then((view) => views.set(route, view), () => {});
}, AHEAD_MS);
