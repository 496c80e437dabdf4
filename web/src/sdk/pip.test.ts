import { describe, expect, it } from 'vitest';
import type { Person, VideoSource } from './call';
import { pickForWindow } from './pip';

const source = (id: string): VideoSource => ({ id, aspect: null, attach: () => () => undefined });
const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  isLocal: false,
  mic: 'on',
  camera: source(`${id}-camera`),
  share: null,
  speaking: false,
  quality: 'good',
  paused: false,
  volume: 1,
  ...more,
});
const me = person('me', { isLocal: true, speaking: true });

describe('the small window', () => {
  it('shows who speaks, and stays with them when they stop', () => {
    expect(pickForWindow([me, person('Ada'), person('Bob', { speaking: true })], null)?.id).toBe('Bob');
    expect(pickForWindow([me, person('Ada'), person('Bob')], 'Bob')?.id).toBe('Bob');
  });

  it('shows somebody with a picture rather than a speaker without', () => {
    expect(pickForWindow([me, person('Ada', { camera: null, speaking: true }), person('Bob')], null)?.id).toBe('Bob');
  });

  it('shows a shared screen before any face', () => {
    const screen = source('screen');
    expect(pickForWindow([me, person('Ada', { speaking: true }), person('Bob', { share: screen })], null)?.source).toBe(screen);
  });

  it('shows nobody when there is nobody to see', () => {
    expect(pickForWindow([me], null)).toBeNull();
    expect(pickForWindow([me, person('Ada', { camera: null })], 'Ada')).toBeNull();
  });
});
