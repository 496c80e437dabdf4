// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast, oklchToRgb, over, parseColour, tokensOf, type Theme } from './colour';
import { SRC } from './sources';

const css = readFileSync(join(SRC, 'shared/tokens.css'), 'utf8');
const THEMES: Theme[] = ['light', 'dark'];

/** Text on what lies behind it: 4.5 to 1 (WCAG 2.2, 1.4.3). */
const TEXT: [string, string[]][] = [
  ['text-1', ['surface-0', 'surface-1', 'surface-2', 'surface-3', 'accent-soft', 'warn-soft', 'bad-soft']],
  ['text-2', ['surface-0', 'surface-1', 'surface-2', 'surface-3']],
  ['text-3', ['surface-0', 'surface-1', 'surface-2']],
  ['accent-text', ['accent', 'accent-hover']],
  ['accent-ink', ['surface-0', 'surface-1', 'surface-2', 'accent-soft']],
  ['bad', ['surface-0', 'surface-1', 'bad-soft']],
  ['good', ['surface-0', 'surface-1']],
  ['warn', ['surface-0', 'surface-1', 'warn-soft']],
  ['bad-fill-text', ['bad-fill', 'bad-fill-hover']],
  ...['black', 'red', 'orange', 'green', 'blue', 'purple'].map((ink): [string, string[]] => [`ink-${ink}`, ['surface-1']]),
];

/** Icons, rings and the edges of controls: 3 to 1 (1.4.11). */
const SHAPES: [string, string[]][] = [
  ['line-strong', ['surface-0', 'surface-1']],
  ['accent', ['surface-0', 'surface-1']],
  ['accent-ink', ['surface-2', 'surface-3']],
  ['speaking', ['surface-0', 'surface-1', 'surface-2']],
];

/** On the stage everything wears the dark theme, whatever the page wears. */
const ON_STAGE: [string, string[], number][] = [
  ['text-1', ['stage', 'stage-tile', 'float'], 4.5],
  ['text-2', ['stage', 'stage-tile', 'scrim'], 4.5],
  ['scrim-text', ['scrim'], 4.5],
  ['good', ['scrim'], 3],
  ['warn', ['scrim'], 3],
  ['bad', ['scrim'], 3],
  ['speaking', ['stage', 'stage-tile'], 3],
  ['accent-ink', ['stage', 'float'], 3],
];

const pairs = (list: [string, string[]][], least: number) =>
  list.flatMap(([front, backs]) => backs.flatMap((back) => THEMES.map((theme) => ({ front, back, theme, least }))));

const tokens = { light: tokensOf(css, 'light'), dark: tokensOf(css, 'dark') };

function ratio(front: string, back: string, theme: Theme): number {
  const colour = (name: string) => {
    const value = tokens[theme].get(name);
    if (value === undefined) throw new Error(`there is no --${name}`);
    return parseColour(value);
  };
  // What is translucent is judged over the worst that can lie behind it: a white picture.
  const ground = over(colour(back), { r: 1, g: 1, b: 1, alpha: 1 });
  return contrast(over(colour(front), ground), ground);
}

describe('colours', () => {
  it.each([...pairs(TEXT, 4.5), ...pairs(SHAPES, 3)])('--$front on --$back can be told apart when $theme', ({ front, back, theme, least }) => {
    expect(ratio(front, back, theme)).toBeGreaterThanOrEqual(least);
  });

  it.each(ON_STAGE.flatMap(([front, backs, least]) => backs.map((back) => ({ front, back, least }))))(
    '--$front on --$back can be told apart on the stage',
    ({ front, back, least }) => {
      expect(ratio(front, back, 'dark')).toBeGreaterThanOrEqual(least);
    },
  );

  it('are neither black nor white where they are meant to be calm', () => {
    expect(parseColour(tokens.dark.get('stage') ?? '').b).toBeGreaterThan(0.002);
    expect(parseColour(tokens.light.get('surface-0') ?? '').b).toBeLessThan(0.995);
  });

  it('come from the tokens alone, but for the hue of a person and the edge of a card', () => {
    const named = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.module.css'))
      .filter((path) => /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i.test(readFileSync(join(SRC, path), 'utf8')));
    expect(named).toEqual([]);
  });

  it('are all there whenever a style names one', () => {
    const defined = new Set([...css.matchAll(/--([\w-]+):/g)].map((match) => match[1]));
    const local = new Set(['level', 'hue', 'room', 'share', 'lane', 'sway', 'ink']);
    const missing = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.css'))
      .flatMap((path) => [...readFileSync(join(SRC, path), 'utf8').matchAll(/var\(--([\w-]+)/g)].map((match) => ({ path, name: match[1] ?? '' })))
      .filter(({ name }) => !defined.has(name) && !local.has(name));
    expect(missing).toEqual([]);
  });
});

describe('the arithmetic of colours', () => {
  it('agrees with the known values', () => {
    expect(contrast({ r: 0, g: 0, b: 0, alpha: 1 }, { r: 1, g: 1, b: 1, alpha: 1 })).toBeCloseTo(21, 5);
    // The red of sRGB in OKLCH, from the CSS Color 4 specification.
    const red = oklchToRgb(0.628, 0.2577, 29.23);
    expect(red.r).toBeCloseTo(1, 2);
    expect(red.g).toBeCloseTo(0, 1);
    // #777 on white: the textbook case that just fails.
    const grey = { r: 0.18447, g: 0.18447, b: 0.18447, alpha: 1 };
    expect(contrast(grey, { r: 1, g: 1, b: 1, alpha: 1 })).toBeCloseTo(4.48, 1);
  });
});
