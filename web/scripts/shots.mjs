// Photographs the gallery: npm run shots [-- <part of a name> [<width>] [<theme>]]. Pictures go to build/web-shots, and of each
// page one sheet with all of them side by side.
import { mkdir, writeFile } from 'node:fs/promises';
import { PAGES, SIZES, THEMES, withGallery } from './gallery.mjs';
import { sheet } from './sheet.mjs';

const [part = '', onlyWidth = '', onlyTheme = ''] = process.argv.slice(2);
const out = new URL('../../build/web-shots/', import.meta.url).pathname;
await mkdir(out, { recursive: true });

let count = 0;
await withGallery(async (open, browser) => {
  for (const [name, params] of Object.entries(PAGES)) {
    if (!name.includes(part)) continue;
    const pictures = [];
    for (const [width, height] of SIZES) {
      if (onlyWidth !== '' && String(width) !== onlyWidth) continue;
      for (const theme of THEMES) {
        if (onlyTheme !== '' && theme !== onlyTheme) continue;
        const png = await open(params, { width, height, theme }, (page) => page.screenshot());
        await writeFile(`${out}${name}-${width}-${theme}.png`, png);
        pictures.push({ label: `${width} × ${height}, ${theme}`, png });
        count++;
      }
    }
    await sheet(browser, pictures, `${out}sheet-${name}.png`);
  }
});
console.log(`${count} pictures in ${out}`);
