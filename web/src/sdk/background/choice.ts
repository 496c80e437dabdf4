import { recall, remember } from '../memory';

/** Pictures that the page draws by itself; painting.ts has each of them. */
export const PICTURES = ['dawn', 'dunes', 'forest', 'tide', 'night', 'studio'] as const;
export type Picture = (typeof PICTURES)[number];

/** What is behind the person: the room as it is, less of it, or something else. */
export const BACKGROUNDS = ['none', 'slight', 'strong', ...PICTURES, 'own'] as const;
export type Background = (typeof BACKGROUNDS)[number];
export type Effect = Exclude<Background, 'none'>;

export const isPicture = (background: Background): background is Picture => (PICTURES as readonly string[]).includes(background);

/** Something that this version does not know was still meant to hide the room. */
export function rememberedBackground(): Background {
  const stored = recall('background');
  return BACKGROUNDS.find((one) => one === stored) ?? 'strong';
}

export const rememberBackground = (background: Background): void => remember('background', background);
