// Photographs the gallery: npm run shots [-- <part of a name> [<width>] [<theme>]]. Pictures go to build/web-shots.
import { mkdir } from 'node:fs/promises';
import { PAGES, SIZES, THEMES, withGallery } from './gallery.mjs';

const [part = '', onlyWidth = '', onlyTheme = ''] = process.argv.slice(2);
const out = new URL('../../build/web-shots/', import.meta.url).pathname;
await mkdir(out, { recursive: true });

let count = 0;
await withGallery(async (open) => {
  for (const [name, params] of Object.entries(PAGES)) {
    if (!name.includes(part)) continue;
    for (const [width, height] of SIZES) {
      if (onlyWidth !== '' && String(width) !== onlyWidth) continue;
      for (const theme of THEMES) {
        if (onlyTheme !== '' && theme !== onlyTheme) continue;
        await open(params, { width, height, theme }, (page) => page.screenshot({ path: `${out}${name}-${width}-${theme}.png` }));
        count++;
      }
    }
  }
});
console.log(`${count} pictures in ${out}`);
