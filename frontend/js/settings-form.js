/** Other settings of the method, as a form drawn from the API's JSON schema. Sends what differs from the defaults. */

import {useSchema} from './catalogue.js';
import {html, useState} from './html.js';
import {setQuery} from './router.js';
import {start} from './visualizations.js';

/** @typedef {import('./types.js').Visualization} Visualization */

/** Set by the variants themselves; the speed panel varies chi. */
const FIXED = ['chi', 'still'];

/** Shown at once; the rest is folded away. */
const FIRST = ['seed', 'steps'];

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, number: number, runs: Record<string, Visualization | undefined>}} props */
export function SettingsForm({card, layer, number, runs}) {
  const schema = useSchema().value;
  const [values, setValues] = useState(/** @type {Record<string, string>} */ ({}));
  const [sending, setSending] = useState(false);
  if (!schema) return null;
  const properties = Object.entries((schema.properties ?? schema.parameters?.properties ?? {})).filter(([name]) => !FIXED.includes(name));
  const onSubmit = async (/** @type {any} */ event) => {
    event.preventDefault();
    setSending(true);
    await send(card.name, layer.path, number, runs, changed(properties, values));
    setSending(false);
  };
  const field = (/** @type {[string, any]} */ [name, about]) => html`<${Field} key=${name} ...${{name, about}} value=${values[name] ?? ''}
    onInput=${(/** @type {string} */ value) => setValues({...values, [name]: value})} />`;
  const rest = properties.filter(([name]) => !FIRST.includes(name));
  return html`<section class="panel"><h2>Make it otherwise</h2>
    <form class="settings" onSubmit=${onSubmit}>
      <div class="fields">${properties.filter(([name]) => FIRST.includes(name)).map(field)}</div>
      <details><summary>All ${rest.length} other settings</summary><div class="fields">${rest.map(field)}</div></details>
      <p class="row"><button class="button" disabled=${sending || !Object.keys(changed(properties, values)).length}>Visualize with these</button>
        <button class="button quiet-button" type="button" onClick=${() => setValues({})}>Clear</button></p>
    </form></section>`;
}

/** @param {{name: string, about: any, value: string, onInput: (value: string) => void}} props */
function Field({name, about, value, onInput}) {
  const number = (about.anyOf ?? [about]).find((/** @type {any} */ each) => each.type !== 'null');
  const whole = number.type === 'integer';
  const note = `hint-${name}`;
  return html`<label class="setting"><span class="setting-name">${name.replace('_', ' ')}</span>
    <input type="number" name=${name} value=${value} placeholder=${about.default === null ? 'auto' : round(about.default)} step=${whole ? 1 : 'any'}
      min=${number.minimum ?? number.exclusiveMinimum} max=${number.maximum} aria-describedby=${note}
      onInput=${(/** @type {any} */ event) => onInput(event.target.value)} />
    <small id=${note}>${about.description}</small></label>`;
}

/** @param {[string, any][]} properties @param {Record<string, string>} values @returns {Record<string, number>} */
function changed(properties, values) {
  const given = properties.filter(([name, about]) => values[name] !== undefined && values[name] !== '' && Number(values[name]) !== about.default);
  return Object.fromEntries(given.map(([name]) => [name, Number(values[name])]));
}

/** Start every run of the triplet so, and show them. @param {string} model @param {string} layer @param {number} unit @param {Record<string, Visualization | undefined>} runs @param {Record<string, number>} change */
async function send(model, layer, unit, runs, change) {
  const variants = Object.values(runs).flatMap((run) => (run ? [{chi: run.spec.parameters.chi, still: Boolean(run.spec.parameters.still)}] : []));
  const started = await Promise.all(variants.map((fixed) => start({model, layer, unit, parameters: {...fixed, ...change}})));
  const ids = started.flatMap((run) => (run ? [run.id] : []));
  if (ids.length !== variants.length) return;
  const {seed, ...others} = change;
  if (Object.keys(others).length) setQuery({set: ids.join(), seed: null, chi: null}, {replace: false});
  else setQuery({seed, set: null}, {replace: false});
  scrollTo({top: 0});
}

/** @param {number} value */
const round = (value) => String(Number(Number(value).toPrecision(4)));
