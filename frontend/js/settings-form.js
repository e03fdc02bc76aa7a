/** Other settings of the method, as a form drawn from the API's JSON schema. Sends what differs from the defaults. */

import {useSchema} from './catalogue.js';
import {html, useState} from './html.js';
import {setQuery, staying} from './router.js';
import {fieldsOf, valueOf} from './schema.js';
import {PRIORS} from './text.js';
import {start} from './visualizations.js';

/** @typedef {import('./types.js').Visualization} Visualization */
/** @typedef {import('./schema.js').Field} Field */

/** Set by the variants themselves; the speed panel varies chi. */
const FIXED = ['chi', 'still'];

/** Shown at once, as is whatever is chosen from a list; the rest is folded away. */
const FIRST = ['seed', 'steps'];

/** @param {{card: import('./types.js').ModelCard, layer: import('./types.js').LayerCard, number: number, runs: Record<string, Visualization | undefined>}} props */
export function SettingsForm({card, layer, number, runs}) {
  const schema = useSchema().value;
  const [values, setValues] = useState(/** @type {Record<string, string>} */ ({}));
  const [sending, setSending] = useState(false);
  if (!schema) return null;
  const fields = fieldsOf(schema.parameters ?? schema).filter(({name}) => !FIXED.includes(name));
  const change = changed(fields, values);
  const onSubmit = async (/** @type {any} */ event) => {
    event.preventDefault();
    setSending(true);
    await send(card.name, layer.path, number, runs, change);
    setSending(false);
  };
  const draw = (/** @type {Field} */ field) => html`<${Setting} key=${field.name} field=${field} value=${values[field.name] ?? ''}
    onInput=${(/** @type {string} */ value) => setValues({...values, [field.name]: value})} />`;
  const first = fields.filter(({name, kind}) => FIRST.includes(name) || kind === 'choice');
  const rest = fields.filter((field) => !first.includes(field));
  return html`<section class="panel"><h2>Settings</h2>
    <form class="settings" onSubmit=${onSubmit}>
      <div class="fields">${first.map(draw)}</div>
      ${rest.length ? html`<details><summary>All ${rest.length} other settings</summary><div class="fields">${rest.map(draw)}</div></details>` : null}
      <p class="row"><button class="button" disabled=${sending || !Object.keys(change).length}>Visualize with these</button>
        <button class="button quiet-button" type="button" onClick=${() => setValues({})}>Clear</button></p>
    </form></section>`;
}

/** @param {{field: Field, value: string, onInput: (value: string) => void}} props */
function Setting({field, value, onInput}) {
  const {name, kind, options, least, most, description} = field;
  const note = `hint-${name}`;
  const said = (/** @type {string} */ option) => (name === 'prior' ? (PRIORS[option] ?? option) : option);
  const usual = field.default === null || field.default === undefined ? 'auto' : kind === 'number' || kind === 'whole' ? round(field.default) : String(field.default);
  const typed = (/** @type {any} */ event) => onInput(event.target.value);
  const input = kind === 'choice' || kind === 'switch'
    ? html`<select name=${name} value=${value} aria-describedby=${note} onChange=${typed}><option value="" selected=${value === ''}>${said(usual)}, default</option>
        ${options.filter((option) => option !== usual).map((option) => html`<option key=${option} value=${option} selected=${option === value}>${said(option)}</option>`)}</select>`
    : kind === 'number' || kind === 'whole'
      ? html`<input type="number" name=${name} value=${value} placeholder=${usual} step=${kind === 'whole' ? 1 : 'any'} min=${least} max=${most} aria-describedby=${note} onInput=${typed} />`
      : html`<input type="text" name=${name} value=${value} placeholder=${usual} aria-describedby=${note} onInput=${typed} />`;
  return html`<label class="setting"><span class="setting-name">${name.replaceAll('_', ' ')}</span>${input}<small id=${note}>${description}</small></label>`;
}

/** @param {Field[]} fields @param {Record<string, string>} values @returns {Record<string, any>} */
function changed(fields, values) {
  const given = fields.flatMap((field) => {
    const value = valueOf(field, values[field.name] ?? '');
    return value === undefined || value === field.default ? [] : [[field.name, value]];
  });
  return Object.fromEntries(given);
}

/** Start every run of the triplet so, and show them. @param {string} model @param {string} layer @param {number} unit @param {Record<string, Visualization | undefined>} runs @param {Record<string, any>} change */
async function send(model, layer, unit, runs, change) {
  const variants = Object.values(runs).flatMap((run) => (run ? [{chi: run.spec.parameters.chi, still: Boolean(run.spec.parameters.still)}] : []));
  const here = staying();
  const started = await Promise.all(variants.map((fixed) => start({model, layer, unit, parameters: {...fixed, ...change}})));
  const ids = started.flatMap((run) => (run ? [run.id] : []));
  if (ids.length !== variants.length || !here()) return;
  const {seed, ...others} = change;
  if (Object.keys(others).length) setQuery({set: ids.join(), seed: null, chi: null}, {replace: false});
  else setQuery({seed, set: null}, {replace: false});
  scrollTo({top: 0});
}

/** @param {number} value */
const round = (value) => String(Number(Number(value).toPrecision(4)));
