import type { DeviceKind, DeviceProblem } from './devices/problem';
import type { Level } from './level';
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
}

export interface Switch {
  readonly on: boolean;
  /** A change is under way; the button answers at once all the same. */
  readonly busy: boolean;
}

export type CallDevice = 'mic' | 'camera' | 'share';

export interface CallSnapshot {
  /** Ourselves first, then everyone in the order they arrived: a place, once taken, is kept. */
  readonly people: readonly Person[];
  readonly mic: Switch;
  readonly camera: Switch;
  readonly share: Switch;
  /** The browser wants a press before it plays sound. */
  readonly audioBlocked: boolean;
  readonly trouble: { readonly device: CallDevice; readonly problem: DeviceProblem } | null;
}

export const EMPTY_CALL: CallSnapshot = {
  people: [],
  mic: { on: false, busy: false },
  camera: { on: false, busy: false },
  share: { on: false, busy: false },
  audioBlocked: false,
  trouble: null,
};

/** What the call screen may see and do. Implemented over livekit-client in sdk/live, and by a fake in dev. */
export interface Call {
  readonly snapshot: Readable<CallSnapshot>;
  readonly micLevel: Level;
  setMic(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setShare(on: boolean): Promise<void>;
  chooseDevice(kind: DeviceKind, id: string): Promise<void>;
  unblockAudio(): Promise<void>;
  dismissTrouble(): void;
}
