/**
 * What this browser remembers between visits. Every read may find nothing: storage can be off, full,
 * or written by another version.
 */
export interface Recent {
  readonly room: string;
  readonly at: number;
}

interface Remembered {
  name: string;
  /** Empty: as the browser asks. */
  language: string;
  theme: 'system' | 'light' | 'dark';
  shortcuts: boolean;
  /** The keys of the commands, in their order, one on a line. */
  keys: string;
  mutedHint: boolean;
  noise: 'off' | 'browser' | 'strong';
  dataSaver: 'off' | 'low' | 'audio';
  background: string;
  captions: boolean;
  captionSize: 'small' | 'normal' | 'large';
  selfView: boolean;
  mirror: boolean;
  mic: boolean;
  camera: boolean;
  audioinput: string;
  videoinput: string;
  audiooutput: string;
  recents: readonly Recent[];
}

const FALLBACK: Remembered = {
  name: '',
  language: '',
  theme: 'system',
  shortcuts: true,
  keys: '',
  mutedHint: true,
  noise: 'browser',
  dataSaver: 'off',
  background: 'none',
  captions: false,
  captionSize: 'normal',
  selfView: true,
  mirror: true,
  mic: true,
  camera: true,
  audioinput: '',
  videoinput: '',
  audiooutput: '',
  recents: [],
};

const PREFIX = 'parley.';
export const MAX_RECENTS = 5;

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const { room, at } = value as Record<string, unknown>;
  return typeof room === 'string' && typeof at === 'number';
}

export function recall<K extends keyof Remembered>(key: K): Remembered[K] {
  const fallback = FALLBACK[key];
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null');
    if (Array.isArray(fallback)) {
      return (Array.isArray(stored) ? stored.filter(isRecent) : fallback) as Remembered[K];
    }
    return typeof stored === typeof fallback ? (stored as Remembered[K]) : fallback;
  } catch {
    return fallback;
  }
}

export function remember<K extends keyof Remembered>(key: K, value: Remembered[K]): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A private window without storage: the page works, it just forgets.
  }
}

/** Newest first, each room once, bounded. */
export function withRecent(recents: readonly Recent[], visit: Recent): readonly Recent[] {
  return [visit, ...recents.filter((recent) => recent.room !== visit.room)].slice(0, MAX_RECENTS);
}
