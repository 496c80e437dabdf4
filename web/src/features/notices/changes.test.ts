import { describe, expect, it } from 'vitest';
import type { Person, VideoSource } from '@/sdk/call';
import { changesBetween } from './changes';

const screen = { id: 'TR', aspect: null, attach: () => () => undefined } satisfies VideoSource;
const person = (name: string, more: Partial<Person> = {}): Person => ({
  id: name,
  name,
  isLocal: false,
  mic: 'on',
  camera: null,
  share: null,
  speaking: false,
  quality: 'good',
  paused: false,
  volume: 1,
  ...more,
});
const me = person('me', { isLocal: true });
const words = (before: Person[], now: Person[]) => changesBetween(before, now).map(({ text }) => text);

describe('what changed', () => {
  it('names who came and who went', () => {
    expect(words([me, person('Ada')], [me, person('Bob')])).toEqual(['Bob joined', 'Ada left']);
    expect(words([me], [me, person('Ada'), person('Bob')])).toEqual(['Ada and Bob joined']);
  });

  it('counts a crowd instead of reading it out', () => {
    expect(words([me], [me, ...['a', 'b', 'c', 'd'].map((name) => person(name))])).toEqual(['4 people joined']);
  });

  it('does not speak of ourselves, nor of muting and speaking', () => {
    expect(words([], [me])).toEqual([]);
    expect(words([me, person('Ada')], [me, person('Ada', { mic: 'off', speaking: true })])).toEqual([]);
  });

  it('tells when a screen is shared and when no longer', () => {
    const sharing = person('Ada', { share: screen });
    expect(words([me, person('Ada')], [me, sharing])).toEqual(['Ada shares a screen']);
    expect(words([me, sharing], [me, person('Ada')])).toEqual(['Ada stopped sharing']);
  });
});
