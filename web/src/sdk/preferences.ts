import { recall, remember } from './memory';
import { createStore, type Readable } from './store';

/** What becomes of the sounds behind a voice. */
export const NOISES = ['off', 'browser', 'strong'] as const;
export type Noise = (typeof NOISES)[number];

/** What is received: everything at its best, small pictures, or no cameras at all. */
export const DATA_SAVERS = ['off', 'low', 'audio'] as const;
export type DataSaver = (typeof DATA_SAVERS)[number];

export const CAPTION_SIZES = ['small', 'normal', 'large'] as const;
export type CaptionSize = (typeof CAPTION_SIZES)[number];

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

/** What one sees oneself: whether what is said is written, and one's own picture, turned as in a mirror or as the others see it. */
export interface View {
  readonly captions: boolean;
  readonly captionSize: CaptionSize;
  readonly selfView: boolean;
  readonly mirror: boolean;
}

const viewed = createStore<View>({
  captions: recall('captions'),
  captionSize: oneOf(CAPTION_SIZES, recall('captionSize'), 'normal'),
  selfView: recall('selfView'),
  mirror: recall('mirror'),
});

export const view: Readable<View> = viewed;

export function setView<K extends keyof View>(key: K, value: View[K]): void {
  viewed.update((now) => ({ ...now, [key]: value }));
  remember<keyof View>(key, value);
}
