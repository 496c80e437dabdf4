// Runs axe over every page of the gallery, in both themes, on a phone and on a desk:
// npm run a11y [-- <part of a name>].
import axe from 'axe-core';
import { PAGES, THEMES, withGallery } from './gallery.mjs';

const [part = ''] = process.argv.slice(2);
const SIZES = [
  [360, 740],
  [1280, 800],
];

let checked = 0;
const faults = [];
await withGallery(async (open) => {
  for (const [name, params] of Object.entries(PAGES)) {
    if (!name.includes(part)) continue;
    for (const [width, height] of SIZES) {
      for (const theme of THEMES) {
        const violations = await open(params, { width, height, theme }, async (page) => {
          await page.evaluate(axe.source);
          return page.evaluate(async () => {
            const found = await globalThis.axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            });
            return found.violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(' ')).slice(0, 3) }));
          });
        });
        checked++;
        for (const { id, help, where } of violations) faults.push(`${name} ${width} ${theme}: ${id} (${help}) at ${where.join(', ')}`);
      }
    }
  }
});
for (const fault of faults) console.log(fault);
console.log(`${checked} pages checked, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
