// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SRC } from './sources';

/** Sides of the paper rather than of the reading. A tile is placed by numbers that the stage turns round itself. */
const PHYSICAL = /(?:^|[\s;{])((?:margin|padding|border)-(?:left|right)|left|right|text-align: (?:left|right)|float)\s*:?\s*([^;]*)/;
const CENTRED = /^left: 50%/;

function faults(path: string, css: string): string[] {
  return css
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => PHYSICAL.test(` ${line}`) && /^[\w-]+:/.test(line) && !line.startsWith('transition') && !CENTRED.test(line))
    .filter((line) => !(/features\/stage\//.test(path) && line === 'left: 0;'))
    .map((line) => `${path}: ${line}`);
}

it('styles speak of start and end, so that a page that is read from the right is turned round', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'));
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap((path) => faults(path, readFileSync(join(SRC, path), 'utf8')))).toEqual([]);
});

it.each(['margin-left: 4px;', 'right: 12px;', 'padding-right: 1em;', 'left: 8px;', 'text-align: left;'])('"%s" is found', (line) => {
  expect(faults('x.css', `.a {\n  ${line}\n}`)).toHaveLength(1);
});
