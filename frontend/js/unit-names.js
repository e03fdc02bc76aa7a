/** Units by name, as they stand in an address: `layer:unit,layer:unit` (contract/units.py). */

/** @typedef {{layer: string, unit: number}} UnitName */

/** @param {UnitName} unit */
export const nameOf = ({layer, unit}) => `${layer}:${unit}`;

/** @param {UnitName[]} units */
export const written = (units) => units.map(nameOf).join();

/** The same the other way round. @param {string} name @returns {UnitName} */
export function unitOf(name) {
  const at = name.lastIndexOf(':');
  return {layer: name.slice(0, at), unit: Number(name.slice(at + 1))};
}

/** What is no unit is left out. @param {string | null} text @returns {string[]} */
export const namesIn = (text) => (text ?? '').split(',').filter((name) => /:\d+$/.test(name));
