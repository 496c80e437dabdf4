import type { Captions } from './captions';
import type { DeviceKind, DeviceProblem } from './devices/problem';
import type { Level } from './level';
import type { DataSaver, Noise } from './preferences';
import type { Readable } from './store';

/** What the network between a person and the server is like, as the server measures it. */
export type Quality = 'unknown' | 'excellent' | 'good' | 'poor' | 'lost';

/** A picture that can be shown. Stays the same object for as long as it is the same track. */
export interface VideoSource {
  readonly id: string;
  /** Width over height, where it is known before the first frame. */
  readonly aspect: number | null;
  /** Shows the picture in `element` until the returned function is called. */
  attach(element: HTMLVideoElement): () => void;
}

export interface Person {
  /** The identity: stays the same across reconnects, and is what tiles are keyed by. */
  readonly id: string;
  readonly name: string;
  readonly isLocal: boolean;
  readonly mic: 'on' | 'off';
  readonly camera: VideoSource | null;
  readonly share: VideoSource | null;
  readonly speaking: boolean;
  readonly quality: Quality;
  /** The server sends sound but no picture, because our network is too slow for both. */
  readonly paused: boolean;
  /** How loud we hear them, 0 to 1. */
  readonly volume: number;
}

export interface Switch {
  readonly on: boolean;
  /** A change is under way; the button answers at once all the same. */
  readonly busy: boolean;
}

/** What holds our own connection back, as far as this browser can tell. */
export type Cause = 'sending' | 'receiving' | 'delay' | 'narrow' | 'busy' | 'detour';

/** A device went away in the middle of the call, and what stands in for it, if anything does. */
export interface Fallback {
  readonly device: 'mic' | 'camera' | 'speaker';
  readonly gone: string;
  readonly now: string | null;
}

export type CallDevice = 'mic' | 'camera' | 'share';

export interface CallSnapshot {
  /** Ourselves first, then everyone in the order they arrived: a place, once taken, is kept. */
  readonly people: readonly Person[];
  /** In a large room the server names not everybody who only watches: how many there are, if they are more. */
  readonly crowd: number;
  readonly mic: Switch;
  readonly camera: Switch;
  readonly share: Switch;
  /** The browser wants a press before it plays sound. */
  readonly audioBlocked: boolean;
  readonly trouble: { readonly device: CallDevice; readonly problem: DeviceProblem } | null;
  readonly cause: Cause | null;
  /** A voice is heard here while the microphone is muted; nothing of it leaves the browser. */
  readonly mutedSpeech: boolean;
  readonly noise: Noise;
  /** The strong removal was asked for and does not run here. */
  readonly noiseFailed: boolean;
  readonly dataSaver: DataSaver;
  readonly fallback: Fallback | null;
}

export const EMPTY_CALL: CallSnapshot = {
  people: [],
  crowd: 0,
  mic: { on: false, busy: false },
  camera: { on: false, busy: false },
  share: { on: false, busy: false },
  audioBlocked: false,
  trouble: null,
  cause: null,
  mutedSpeech: false,
  noise: 'browser',
  noiseFailed: false,
  dataSaver: 'off',
  fallback: null,
};

/** In smaller rooms all are named but those who are hidden, and these are not to be counted. */
const LARGE = 100;

/** So many are in the room. */
export function headcount({ people, crowd }: Pick<CallSnapshot, 'people' | 'crowd'>): number {
  return people.length < LARGE ? people.length : Math.max(people.length, crowd);
}

/** What the call screen may see and do. Implemented over livekit-client in sdk/live, and by a fake in dev. */
export interface Call {
  readonly snapshot: Readable<CallSnapshot>;
  readonly micLevel: Level;
  readonly captions: Readable<Captions>;
  setMic(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setShare(on: boolean): Promise<void>;
  chooseDevice(kind: DeviceKind, id: string): Promise<void>;
  unblockAudio(): Promise<void>;
  /** 0 to 1, for us alone; kept for as long as the call lasts, even if they go and come back. */
  setVolume(id: string, volume: number): void;
  setNoise(noise: Noise): Promise<void>;
  setDataSaver(mode: DataSaver): void;
  dismissTrouble(): void;
  dismissFallback(): void;
}
