/** The page's one event stream: reconnects, feeds the ledger, and tells who counts jobs or workers. */

import * as api from './api.js';
import {useEffect, useRef} from './html.js';
import {Store, useStore} from './store.js';
import {apply, refresh} from './visualizations.js';

const TYPES = ['queued', 'started', 'progress', 'preview', 'finished', 'failed', 'canceled', 'workers'];

/** How often to ask for what is under way although no event came (a proxy may swallow events), and for what no worker takes. */
const CHECK_MS = 8000;

/** Counts changes of the queue (a job came or went) and of the workers. */
export const changes = new Store({jobs: 0, workers: 0});

/** Whether the server's events arrive. */
export const online = new Store(true);

/** Once, `ms` after the queue has changed, however much more it changes meanwhile. @param {() => void} act @param {number} ms */
export function useQueueChange(act, ms) {
  const {jobs} = useStore(changes);
  const due = useRef(0);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (jobs && !due.current) due.current = setTimeout(() => ((due.current = 0), latest.current()), ms);
  }, [jobs]);
  useEffect(() => () => clearTimeout(due.current), []);
}

let wait = 1000;
let lastEvent = 0;

export function listen() {
  connect();
  setInterval(() => refresh(performance.now() - lastEvent < CHECK_MS), CHECK_MS);
}

function connect() {
  const source = api.events();
  source.onopen = () => {
    wait = 1000;
    if (!online.value) refresh();
    online.set(true);
  };
  source.onerror = () => {
    online.set(false);
    // the browser reconnects by itself unless the server refused: then we do, ever more patiently
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 30000);
  };
  for (const type of TYPES) source.addEventListener(type, (event) => receive(type, event));
}

/** @param {string} type @param {MessageEvent} event */
function receive(type, event) {
  lastEvent = performance.now();
  if (type === 'workers') return changes.patch({workers: changes.value.workers + 1});
  apply(type, JSON.parse(event.data));
  if (type !== 'progress' && type !== 'preview') changes.patch({jobs: changes.value.jobs + 1});
}
