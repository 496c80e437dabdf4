import { recall, remember } from './memory';
import { createStore, type Readable } from './store';

/** What becomes of the sounds behind a voice. */
export const NOISES = ['off', 'browser', 'strong'] as const;
export type Noise = (typeof NOISES)[number];

/** What is received: everything at its best, small pictures, or no cameras at all. */
export const DATA_SAVERS = ['off', 'low', 'audio'] as const;
export type DataSaver = (typeof DATA_SAVERS)[number];

function oneOf<T extends string>(all: readonly T[], text: string, fallback: T): T {
  return all.find((one) => one === text) ?? fallback;
}

export const rememberedNoise = (): Noise => oneOf(NOISES, recall('noise'), 'browser');
export const rememberedDataSaver = (): DataSaver => oneOf(DATA_SAVERS, recall('dataSaver'), 'off');

const hint = createStore(recall('mutedHint'));

/** Whether to be told when one speaks while muted. */
export const mutedHint: Readable<boolean> = hint;

export function setMutedHint(on: boolean): void {
  hint.set(on);
  remember('mutedHint', on);
}
