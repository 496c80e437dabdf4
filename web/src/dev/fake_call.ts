import { EMPTY_CALL, type Call, type CallSnapshot, type Person } from '@/sdk/call';
import { type Caption, type Captions } from '@/sdk/captions';
import type { Level } from '@/sdk/level';
import { createStore } from '@/sdk/store';
import { portrait, slide } from './portrait';

const NAMES = [
  'Ada Lovelace',
  'Grace Hopper',
  'Alan Turing',
  'Hedy Lamarr',
  'Nikola Tesla',
  'Mary Shelley',
  'محمد بن موسى الخوارزمي',
  'Lise Meitner',
  'Maximiliane Wolfeschlegelsteinhausenbergerdorff von und zu Berg',
  'Chien-Shiung Wu',
  'Rosalind Franklin',
  'Emmy Noether',
  'Katherine Johnson',
  'C. V. Raman',
  'Tu Youyou',
];

/** A voice that can be photographed: it always stands at the same level. */
export const steadyLevel = (level: number): Level => ({
  subscribe(listener) {
    listener(level);
    return () => undefined;
  },
});

const caption = (id: string, speaker: string, text: string): Caption => ({ id, speaker, text, finished: true, at: 0 });
const SAID: readonly Caption[] = [
  caption('1', 'person-1', 'The figures of last week are in, and they are better than we thought they would be.'),
  caption('2', 'person-2', 'Are the visitors of the open day counted there?'),
];

export interface Wish {
  readonly captions: 'none' | 'quiet' | 'said';
  readonly people: number;
  /** How many share their screen. */
  readonly shares: number;
  /** As people write them who want to know what becomes of it. */
  readonly longNames: boolean;
  readonly ownShare: boolean;
  readonly cameras: boolean;
  readonly upright: boolean;
  readonly more: Partial<CallSnapshot>;
  readonly quality: Person['quality'];
}

const LONG_NAMES = ['Maximiliane Wolfeschlegelsteinhausenbergerdorff von und zu Berg', 'محمد بن موسى الخوارزمي من مدينة خوارزم العريقة في الشرق', '👩🏽‍🚀🚀✨ Valentina from the very far side of the moon ✨🌙🛰️'];

function crowd({ people, shares, longNames, cameras, upright, quality }: Wish): Person[] {
  return Array.from({ length: people }, (_, i): Person => {
    const name = i === 0 ? 'Sofia Keller' : longNames && i <= LONG_NAMES.length ? (LONG_NAMES[i - 1] as string) : i <= NAMES.length ? (NAMES[i - 1] as string) : `Guest ${i}`;
    const id = `person-${i}`;
    const on = cameras && i % 5 !== 3;
    return {
      id,
      name,
      isLocal: i === 0,
      mic: i % 4 === 2 ? 'off' : 'on',
      camera: on ? portrait(id, upright ? 9 / 16 : 16 / 9) : null,
      share: i >= 1 && i <= shares ? slide(id) : null,
      speaking: i === 1,
      quality: i === 0 ? quality : i === 4 ? 'poor' : 'good',
      paused: i === 6,
      volume: 1,
    };
  });
}

/** A call with nobody on the other end, for looking at. Its switches work. */
export function fakeCall(wish: Wish): Call {
  const store = createStore<CallSnapshot>({
    ...EMPTY_CALL,
    mic: { on: true, busy: false },
    camera: { on: true, busy: false },
    share: { on: wish.ownShare, busy: false },
    people: crowd(wish),
    ...wish.more,
  });
  const set = (change: Partial<CallSnapshot>): Promise<void> => {
    store.update((now) => ({ ...now, ...change }));
    return Promise.resolve();
  };
  return {
    snapshot: store,
    micLevel: steadyLevel(0.62),
    captions: createStore<Captions>({ available: wish.captions !== 'none', lines: wish.captions === 'said' ? SAID : [] }),
    setMic: (on) => set({ mic: { on, busy: false } }),
    setCamera: (on) => set({ camera: { on, busy: false } }),
    setShare: (on) => set({ share: { on, busy: false } }),
    chooseDevice: () => Promise.resolve(),
    unblockAudio: () => set({ audioBlocked: false }),
    setVolume: (id, volume) => store.update((now) => ({ ...now, people: now.people.map((person) => (person.id === id ? { ...person, volume } : person)) })),
    setNoise: (noise) => set({ noise }),
    setDataSaver: (dataSaver) => void set({ dataSaver }),
    dismissTrouble: () => void set({ trouble: null }),
    dismissFallback: () => void set({ fallback: null }),
  };
}
