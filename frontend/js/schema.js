/** A JSON schema of parameters as fields of a form, and what is typed into one as a value. Pure functions. */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {'number' | 'whole' | 'choice' | 'switch' | 'text' | 'json'} kind
 * @property {any} default
 * @property {string} description
 * @property {string[]} options of a choice or a switch
 * @property {number | undefined} least
 * @property {number | undefined} most
 */

/** @param {any} schema of an object @returns {Field[]} */
export function fieldsOf(schema) {
  return Object.entries(schema.properties ?? {}).map(([name, about]) => field(name, about, schema.$defs ?? {}));
}

/** @param {string} name @param {any} about @param {Record<string, any>} known what `$ref` may name @returns {Field} */
function field(name, about, known) {
  const parts = (about.anyOf ?? about.allOf ?? [about]).map((/** @type {any} */ part) => resolve(part, known));
  const part = parts.find((/** @type {any} */ each) => each.type !== 'null') ?? {};
  const options = part.enum?.map(String) ?? ('const' in part ? [String(part.const)] : part.type === 'boolean' ? ['false', 'true'] : []);
  return {
    name,
    kind: kindOf(part),
    default: about.default ?? null,
    description: about.description ?? part.description ?? '',
    options,
    least: part.minimum ?? part.exclusiveMinimum,
    most: part.maximum ?? part.exclusiveMaximum,
  };
}

/** @param {any} part @param {Record<string, any>} known */
function resolve(part, known) {
  const name = part.$ref?.split('/').at(-1);
  return name ? {...known[name], ...part} : part;
}

/** @param {any} part @returns {Field['kind']} */
function kindOf(part) {
  if (part.enum || 'const' in part) return 'choice';
  return /** @type {Record<string, Field['kind']>} */ ({integer: 'whole', number: 'number', boolean: 'switch', string: 'text'})[part.type] ?? 'json';
}

/** What is meant by the text of a field; undefined: the default. @param {Field} field @param {string} text */
export function valueOf({kind}, text) {
  if (text.trim() === '') return undefined;
  if (kind === 'number' || kind === 'whole') return Number(text);
  if (kind === 'switch') return text === 'true';
  if (kind !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    // the server says in words what it does not take
    return text;
  }
}
