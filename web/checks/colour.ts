/** Just enough of CSS Color 4 to judge the tokens: oklch(), light-dark(), var(). */
export type Theme = 'light' | 'dark';

/** Linear light, 0..1. */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly alpha: number;
}

/** Every custom property of `:root`, resolved for one theme. */
export function tokensOf(css: string, theme: Theme): Map<string, string> {
  const raw = new Map<string, string>();
  for (const match of css.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
    const [, name = '', value = ''] = match;
    if (!raw.has(name)) raw.set(name, value.replace(/\s+/g, ' ').trim());
  }
  const resolve = (value: string): string => {
    const filled = value.replace(/var\(--([\w-]+)\)/g, (_, name: string) => resolve(raw.get(name) ?? ''));
    return filled.startsWith('light-dark(') ? half(filled.slice('light-dark('.length, -1), theme) : filled;
  };
  return new Map([...raw].map(([name, value]) => [name, resolve(value)]));
}

/** One side of "a(1, 2), b(3)": the comma that is in no bracket divides them. */
function half(inside: string, theme: Theme): string {
  let depth = 0;
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === '(') depth++;
    else if (inside[i] === ')') depth--;
    else if (inside[i] === ',' && depth === 0) return (theme === 'light' ? inside.slice(0, i) : inside.slice(i + 1)).trim();
  }
  throw new Error(`no two sides in ${inside}`);
}

export function parseColour(text: string): Colour {
  const match = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(text);
  if (match === null) throw new Error(`not a colour: ${text}`);
  const [lightness = 0, chroma = 0, hue = 0, alpha = 1] = match.slice(1).filter((part) => part !== undefined).map(Number);
  return { ...oklchToRgb(lightness, chroma, hue), alpha };
}

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

export function oklchToRgb(lightness: number, chroma: number, hue: number): Colour {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return {
    r: clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    g: clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    b: clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
    alpha: 1,
  };
}

const encode = (x: number): number => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
const decode = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

/** As a browser lays one on the other: in the encoded values, not in light. */
export function over(front: Colour, back: Colour): Colour {
  const mix = (f: number, b: number): number => decode(encode(f) * front.alpha + encode(b) * (1 - front.alpha));
  return { r: mix(front.r, back.r), g: mix(front.g, back.g), b: mix(front.b, back.b), alpha: 1 };
}

/** WCAG 2.2's contrast ratio of two opaque colours. */
export function contrast(one: Colour, other: Colour): number {
  const luminance = ({ r, g, b }: Colour): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
