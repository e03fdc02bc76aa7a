/** The page: from the URL to a view, inside the shell. */

import {useWorkers} from './catalogue.js';
import {listen} from './events.js';
import {html, render, useEffect, useRef} from './html.js';
import {listenToKeys} from './keys.js';
import {followLinks, usePlace} from './router.js';
import {applyTheme} from './settings.js';
import {Shell} from './shell.js';
import {About} from './views/about.js';
import {Architecture} from './views/architecture.js';
import {Class} from './views/class.js';
import {Classes} from './views/classes.js';
import {Compare} from './views/compare.js';
import {Findings} from './views/findings.js';
import {Jobs} from './views/jobs.js';
import {Layer} from './views/layer.js';
import {Missing} from './views/missing.js';
import {Models} from './views/models.js';
import {Notes} from './views/notes.js';
import {Pair} from './views/pair.js';
import {Unit} from './views/unit.js';
import {Walk} from './views/walk.js';

/**
 * Patterns of paths, first match wins; `:name` takes one part. `playable`: has pictures that the play bar drives.
 * @type {{pattern: string[], view: Function, playable?: boolean}[]}
 */
const ROUTES = [
  {pattern: [], view: Models},
  {pattern: ['models', ':model'], view: Architecture},
  {pattern: ['models', ':model', 'walk'], view: Walk, playable: true},
  {pattern: ['models', ':model', 'layers', ':layer'], view: Layer, playable: true},
  {pattern: ['models', ':model', 'layers', ':layer', 'units', ':unit'], view: Unit, playable: true},
  {pattern: ['models', ':model', 'classes'], view: Classes, playable: true},
  {pattern: ['models', ':model', 'classes', ':class'], view: Class, playable: true},
  {pattern: ['models', ':model', 'classes', ':first', 'against', ':second'], view: Pair, playable: true},
  {pattern: ['models', ':model', 'findings'], view: Findings},
  {pattern: ['compare'], view: Compare, playable: true},
  {pattern: ['notes'], view: Notes, playable: true},
  {pattern: ['jobs'], view: Jobs},
  {pattern: ['about'], view: About},
];

function App() {
  const place = usePlace();
  const workers = useWorkers();
  const found = match(place.parts);
  const {view: View, names, playable} = found ?? {view: Missing, names: {}, playable: false};
  useFocusOnArrival(place.path);
  return html`<${Shell} workers=${workers} playable=${Boolean(playable)}>
    <${View} ...${names} query=${place.query} workers=${workers} />
  <//>`;
}

/** @param {string[]} parts */
function match(parts) {
  for (const {pattern, view, playable} of ROUTES) {
    if (pattern.length !== parts.length) continue;
    const fits = pattern.every((part, i) => part.startsWith(':') || part === parts[i]);
    const named = pattern.map((part, i) => [part.slice(1), parts[i]]).filter((_, i) => pattern[i].startsWith(':'));
    if (fits) return {view, playable, names: Object.fromEntries(named)};
  }
  return null;
}

/** A screen reader should hear of the new page, and Tab should start there; the first page is the browser's matter. @param {string} path */
function useFocusOnArrival(path) {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) return void (first.current = false);
    const arrive = setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector('main h1'))?.focus({preventScroll: true}), 60);
    return () => clearTimeout(arrive);
  }, [path]);
}

applyTheme();
followLinks();
listenToKeys();
listen();
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
root.textContent = '';
render(html`<${App} />`, root);
