import { describe, expect, it } from 'vitest';
import type { Person } from '@/sdk/call';
import { someone } from '@/shared/testing/meeting';
import { roster } from './roster';

const person = (id: string, isLocal = false): Person => ({ id, name: id, isLocal, mic: 'on', camera: null, share: null, speaking: false, quality: 'good', paused: false, volume: 1 });

describe('the order of the people', () => {
  it('begins with the raised hands, the longest waiting first', () => {
    const people = [person('me', true), person('ada'), person('bob'), person('cleo')];
    const participants = [someone('me'), someone('ada'), someone('bob', { hand_at: '2026-01-01T10:02:00.000Z' }), someone('cleo', { hand_at: '2026-01-01T10:01:00.000Z' })];
    expect(roster(people, participants).map(({ id, hand }) => [id, hand])).toEqual([['cleo', 1], ['bob', 2], ['me', null], ['ada', null]]);
  });

  it('ends with those who are in the meeting, but not in this room', () => {
    const entries = roster([person('me', true)], [someone('late', { joined_at: '2026-01-01T11:00:00.000Z' }), someone('me'), someone('early')]);
    expect(entries.map(({ id, person: heard }) => [id, heard !== null])).toEqual([['me', true], ['early', false], ['late', false]]);
  });

  it('is that of the call where there is no application plane', () => {
    expect(roster([person('me', true), person('ada')], []).map(({ id }) => id)).toEqual(['me', 'ada']);
  });

  it('calls people as the meeting does: a name may have been changed', () => {
    expect(roster([person('ada')], [someone('ada', { name: 'Countess' })])[0]?.name).toBe('Countess');
  });
});
