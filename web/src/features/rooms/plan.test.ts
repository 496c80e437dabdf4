import { describe, expect, it } from 'vitest';
import { someone } from '@/shared/testing/meeting';
import { assign, finish, sendable, shuffle } from './plan';

const nameOf = (number: number): string => `Room ${number}`;
const random = (): (() => number) => {
  let seed = 7;
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647;
};

describe('rooms by chance', () => {
  it('are as full as each other, with everybody in exactly one', () => {
    const people = Array.from({ length: 11 }, (_, i) => String(i));
    const rooms = shuffle(people, 4, nameOf, random());
    expect(rooms.map(({ participants }) => participants.length)).toEqual([3, 3, 3, 2]);
    expect(rooms.flatMap(({ participants }) => participants).sort()).toEqual([...people].sort());
    expect(rooms[0]?.participants).not.toEqual(['0', '4', '8']);
  });

  it('leave those who run the meeting where they are', () => {
    expect(sendable([someone('h', { role: 'host' }), someone('c', { role: 'cohost' }), someone('a')])).toEqual(['a']);
  });
});

describe('rooms by hand', () => {
  const rooms = [{ name: 'A', participants: ['x', 'y'] }, { name: ' ', participants: ['z'] }];

  it('hold nobody twice', () => {
    expect(assign(rooms, 'x', 1).map(({ participants }) => participants)).toEqual([['y'], ['z', 'x']]);
    expect(assign(rooms, 'x', null).map(({ participants }) => participants)).toEqual([['y'], ['z']]);
  });

  it('all have a name, and nobody who has left', () => {
    expect(finish(rooms, [someone('y'), someone('z')], nameOf)).toEqual([{ name: 'A', participants: ['y'] }, { name: 'Room 2', participants: ['z'] }]);
  });
});
