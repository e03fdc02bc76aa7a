/** In a file of its own, what stands in the place of js/site.js: there is no other page. */

export const root = '';
export const isAtlas = true;

/** @type {import('../site.js').Contents | null} */
export const contents = null;

const none = () => false;
export const holds = {unit: none, class: none, pair: none, findings: none, pyramid: none};

export const unitBeside = () => null;
export const unitsHeld = () => 0;
