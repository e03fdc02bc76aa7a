/** In a file of its own, what stands in the place of the API: what lies in the file (backend/exports/offline.py). */

/** @type {{card: any, pyramid: any, tubes: any[], clip: any, units: Record<string, any>, media: Record<string, string>}} */
export const given = JSON.parse(document.getElementById('given')?.textContent ?? '{}');

/** @param {string} _model @param {string} layer @param {number} unit */
export const unit = async (_model, layer, unit) => given.units[`${layer}:${unit}`] ?? {unit, label: null, dead: false, variants: {}};

/** @param {string} _model @param {string} clip */
export const clipMedia = (_model, clip) => ({id: clip, media: ''});

/** @param {{id: string}} visualization @param {string} file */
export const mediaUrl = ({id}, file) => given.media[`${id}/${file}`] ?? 'data:,';
