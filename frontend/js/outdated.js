/** Results of other weights or of an older engine: shown for what they are, and made anew on request. */

import * as api from './api.js';
import {html, useState} from './html.js';
import {useResource} from './resource.js';
import {setQuery, staying} from './router.js';
import {isAtlas} from './site.js';
import {start} from './visualizations.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/** @param {{card: import('./types.js').ModelCard, runs: (Visualization | undefined)[]}} props `runs`: those that the URL names */
export function Outdated({card, runs}) {
  const [sent, setSent] = useState(false);
  const engine = useResource('version', api.version).value?.engine;
  const known = runs.flatMap((run) => run ?? []);
  const weights = known.some((run) => run.spec.fingerprint !== card.fingerprint);
  const code = engine && known.some((run) => run.spec.engine !== engine);
  if (!weights && !code) return null;
  const anew = async () => {
    setSent(true);
    const here = staying('set');
    const made = await Promise.all(known.map(({spec: {model, layer, unit, parameters}}) => start({model, layer, unit, parameters})));
    const ids = made.flatMap((run) => (run ? [run.id] : []));
    if (ids.length === known.length && here()) setQuery({set: ids.join()}, {replace: false});
    setSent(false);
  };
  return html`<p class="notice notice-old"><span><b>${weights ? 'Of other weights.' : 'Of an older version.'}</b>
      ${weights ? " These pictures were made with weights that the model no longer has." : ` These pictures were made by engine ${known[0].spec.engine}; the present one is ${engine}, and may make others.`}</span>
    ${isAtlas ? null : html`<button class="button quiet-button" disabled=${sent} onClick=${anew}>Make them anew</button>`}</p>`;
}
