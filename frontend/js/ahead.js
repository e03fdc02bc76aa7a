/**
 * Has the browser fetch at once what the page at this address is made of, while the frame around it is on its way;
 * else it would learn of one file from another. Of the two pages that are opened most, by links. Knows no other file.
 */

/** @type {Record<string, string[]>} modules of a view that the frame does not have, by the view */
const NEEDS = {
  layer: [
    'arrows.js', 'cost.js', 'coverage.js', 'difference.js', 'export.js', 'findings/sorts.js', 'layer-order.js', 'player.js', 'preview.js', 'selection.js', 'shown.js',
    'strip.js', 'tile.js', 'triplet.js', 'unit-grid.js', 'units.js', 'views/layer.js', 'virtual.js',
  ],
  unit: [
    'alternatives.js', 'arrows.js', 'difference.js', 'export.js', 'findings/examples.js', 'findings/in-words.js', 'findings/line-chart.js', 'findings/profile.js',
    'findings/strongest.js', 'findings/unit.js', 'frame-in-url.js', 'otherwise.js', 'outdated.js', 'player.js', 'preview.js', 'remarks.js', 'run-table.js', 'schema.js', 'seeds.js', 'settings-form.js',
    'shown.js', 'speeds.js', 'strip.js', 'tile.js', 'traces.js', 'trio.js', 'triplet.js', 'views/unit.js', 'ways.js', 'well.js',
  ],
};

const root = new URL('..', import.meta.url).pathname;
const [, , layers, , units, , ...rest] = location.pathname.slice(root.length).split('/').filter(Boolean);
const view = layers !== 'layers' || rest.length ? '' : units === undefined ? 'layer' : 'unit';
for (const file of NEEDS[view] ?? []) {
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.href = `${root}js/${file}`;
  document.head.append(link);
}
