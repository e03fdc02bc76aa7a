/** What surrounds every page: header, banners, play bar, messages, help. Knows no page. */

import * as api from './api.js';
import {useModels} from './catalogue.js';
import {clock} from './clock.js';
import {Dialog} from './dialog.js';
import {online, useQueueChange} from './events.js';
import {useOverview} from './findings/overview.js';
import {html, useEffect, useState} from './html.js';
import {KeyTable, useKeys} from './keys.js';
import {Playbar} from './playbar.js';
import {useResource} from './resource.js';
import {decode, go, to, usePlace} from './router.js';
import {Search} from './search.js';
import {settings} from './settings.js';
import {holds, isAtlas, root} from './site.js';
import {useStore} from './store.js';
import {Toasts} from './toast.js';
import {isOnTour, tour} from './tour-state.js';

/** @param {{workers: import('./resource.js').Resource<any>, playable: boolean, children?: any}} props */
export function Shell({workers, playable, children}) {
  const [open, setOpen] = useState(/** @type {'search' | 'help' | null} */ (null));
  useKeys({
    '/': () => setOpen('search'),
    '?': () => setOpen('help'),
    ' ': () => clock.toggle(),
    ',': () => clock.step(-1),
    '.': () => clock.step(1),
  });
  const close = () => setOpen(null);
  return html`<a class="skip" href="#main">Skip to the page</a>
    <${Header} onSearch=${() => setOpen('search')} onHelp=${() => setOpen('help')} />
    <${Banners} workers=${workers} />
    <${TourWhere} />
    <main id="main">${children}</main>
    ${playable ? html`<${Playbar} />` : null}
    <${Toasts} />
    ${open === 'search' ? html`<${Search} onClose=${close} />` : null}
    ${open === 'help' ? html`<${Help} onClose=${close} />` : null}`;
}

/** The tour, fetched where it may speak. */
function TourWhere() {
  const {over} = useStore(tour);
  const {parts} = usePlace();
  const speaks = !isAtlas && !over && isOnTour(parts);
  const [view, setView] = useState(/** @type {{Tour: any} | null} */ (null));
  useEffect(() => {
    if (speaks && !view) import('./tour.js').then(setView, () => {});
  }, [speaks]);
  return speaks && view ? html`<${view.Tour} />` : null;
}

/** @param {{onSearch: () => void, onHelp: () => void}} props */
function Header({onSearch, onHelp}) {
  const {parts, query} = usePlace();
  const model = (parts[0] === 'models' ? parts[1] : parts[0] === 'compare' ? query.get('u')?.split(':')[0] : null) || null;
  const analysed = useOverview(model ?? null);
  const here = (/** @type {string} */ url) => (decode(location.pathname) === decode(url) ? 'page' : undefined);
  return html`<header class="header">
    <a class="brand" href=${to.models()}><img src=${`${root}icon.svg`} alt="" width="26" height="26" /><span>Kinetoscope</span></a>
    <${ModelSwitch} model=${model} />
    <nav class="nav" aria-label="Of this model">
      ${model ? html`<a href=${to.model(model)} aria-current=${here(to.model(model))}>Layers</a>
        <a href=${to.walk(model)} aria-current=${here(to.walk(model))}>Walk</a>
        <a href=${to.classes(model)} aria-current=${here(to.classes(model))}>Classes</a>
        ${analysed ? html`<a class="nav-findings" href=${to.findings(model)} aria-current=${here(to.findings(model))}>Findings</a>` : null}
        ${holds.pyramid(model) ? html`<a class="nav-findings" href=${to.pyramid(model)} aria-current=${here(to.pyramid(model))}>Pyramid</a>` : null}
        ${isAtlas ? null : html`<a class="nav-findings" href=${to.probe(model)} aria-current=${here(to.probe(model))}>Probe</a>`}` : null}
    </nav>
    <div class="header-end">
      <button class="search-button" onClick=${onSearch}><span>Search</span><kbd>/</kbd></button>
      ${isAtlas ? null : html`<${JobsLink} here=${here(to.jobs())} />
      <a href=${to.notes()} aria-current=${here(to.notes())}>Notes</a>`}
      <a href=${to.about()} class="header-about" aria-current=${here(to.about())}>About</a>
      <${ThemeChoice} />
      <button class="quiet" aria-label="Help and keyboard shortcuts" onClick=${onHelp}>?</button>
    </div>
  </header>`;
}

/** @param {{model: string | null}} props */
function ModelSwitch({model}) {
  const models = useModels().value?.items ?? [];
  if (!model || !models.length) return null;
  return html`<label class="model-switch"><span class="hidden">Model</span>
    <select value=${model} onChange=${(/** @type {any} */ event) => go(to.model(event.target.value))}>
      ${models.some((item) => item.name === model) ? null : html`<option value=${model} selected>${model}</option>`}
      ${models.map((item) => html`<option value=${item.name} selected=${item.name === model}>${item.title || item.name}</option>`)}
    </select></label>`;
}

/** @param {{here: string | undefined}} props */
function JobsLink({here}) {
  const count = useActiveJobs();
  return html`<a class="jobs-link" href=${to.jobs()} aria-current=${here}>Jobs${count
    ? html`<span class="badge">${count > MOST ? `${MOST}+` : count}<span class="hidden"> ${count === 1 ? 'job' : 'jobs'} under way</span></span>`
    : null}</a>`;
}

/** A badge has room for two digits. */
const MOST = 99;

function useActiveJobs() {
  const [count, setCount] = useState(0);
  const look = async () => {
    const pages = await Promise.all(['queued', 'running'].map((state) => api.jobs({state, limit: 1}))).catch(() => []);
    setCount(pages.reduce((sum, page) => sum + (page.total ?? page.items.length), 0));
  };
  useEffect(() => void look(), []);
  useQueueChange(look, 1500);
  return count;
}

const THEMES = /** @type {const} */ (['system', 'light', 'dark']);

function ThemeChoice() {
  const {theme} = useStore(settings);
  return html`<label class="theme"><span class="hidden">Theme</span>
    <select value=${theme} onChange=${(/** @type {any} */ event) => settings.patch({theme: event.target.value})}>
      ${THEMES.map((name) => html`<option value=${name} selected=${name === theme}>${{system: '◐ Auto', light: '☀ Light', dark: '☾ Dark'}[name]}</option>`)}
    </select></label>`;
}

/** @param {{workers: import('./resource.js').Resource<any>}} props */
function Banners({workers}) {
  const lost = useLost();
  const none = !isAtlas && workers.value && workers.value.items.length === 0;
  const full = useFullDisk();
  if (lost) return html`<p class="banner banner-bad" role="status"><b>Connection lost.</b> What you see may be out of date; reconnecting…</p>`;
  return html`${full && html`<p class="banner banner-bad" role="status"><b>No room for new pictures.</b> ${full} Computed ones can be viewed.</p>`}
    ${none && html`<p class="banner" role="status"><b>No worker is running.</b> Computed pictures can be viewed; new ones wait in the queue until a worker starts.</p>`}`;
}

/** How often the server is asked how it is. */
const LOOK_MS = 20000;

/** What the server says of a disk that is nearly full; empty while there is room. */
function useFullDisk() {
  const [full, setFull] = useState('');
  useEffect(() => {
    if (isAtlas) return;
    const look = () => void (document.hidden || api.readiness().then(({checks}) => setFull(checks?.disk && checks.disk !== 'ok' ? checks.disk : ''), () => {}));
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return full;
}

/** Whether the event stream has been away for long enough to mention it. */
function useLost() {
  const here = useStore(online);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (here) return setLost(false);
    const soon = setTimeout(() => setLost(true), 3000);
    return () => clearTimeout(soon);
  }, [here]);
  return lost;
}

/** Who is signed in, where a token is asked for. */
function Who() {
  const {name, role} = useResource('session', api.session).value ?? {name: null, role: ''};
  if (name === null) return null;
  return html`<form class="row" method="post" action="/session/end"><span>Signed in as <b>${name}</b>, who may ${MAY[role]}.</span>
    <button class="button quiet-button">Sign out</button></form>`;
}

/** @type {Record<string, string>} */
const MAY = {view: 'look', run: 'look and have units computed', admin: 'do everything'};

/** @param {{onClose: () => void}} props */
function Help({onClose}) {
  const {keys} = useStore(settings);
  return html`<${Dialog} title="Help" onClose=${onClose}>
    <p>Every unit of a network is shown as the input that excites it most: what it should <b>look</b> like,
      and how it should <b>move</b>, slowly and fast. <a href=${to.about()} onClick=${onClose}>How to read the pictures</a></p>
    <h3>Keys</h3>
    <${KeyTable} />
    <label class="check"><input type="checkbox" checked=${keys} onChange=${() => settings.patch({keys: !keys})} /> Keyboard shortcuts on</label>
    ${isAtlas ? html`<p class="muted small">An atlas: pictures that were computed before, and nothing else. No server is asked.</p>` : html`<${Who} />`}
  <//>`;
}
