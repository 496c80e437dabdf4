// Makes the text face that comes with the first paint: npm run face, after an update of @fontsource-variable/inter.
// Of Inter it has the Latin letters and the weights that the tokens and styles use; the rest comes from the
// package, for those who read it.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const RANGES =
  'U+0020-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD';
const WEIGHTS = { min: 400, max: 650 };
// What any text needs, and what the styles ask for: alternates that nobody sees weigh as much as letters.
const FEATURES = ['ccmp', 'locl', 'mark', 'mkmk', 'kern', 'liga', 'tnum', 'cv11', 'ss03'];

const letters = RANGES.split(',').flatMap((range) => {
  const [first, last = first] = range.replace('U+', '').split('-').map((hex) => Number.parseInt(hex, 16));
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
});
const source = fileURLToPath(import.meta.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'));
const slim = await subsetFont(await readFile(source), letters.join(''), { targetFormat: 'woff2', variationAxes: { wght: WEIGHTS }, keepFeatures: FEATURES });
await writeFile(new URL('../src/shared/face/text-face.woff2', import.meta.url), slim);
console.log(`${slim.length} bytes`);
