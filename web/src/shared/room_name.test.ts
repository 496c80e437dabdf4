import { describe, expect, it } from 'vitest';
import { isRoomName, newRoomName, roomOf, roomOfPath, roomPath } from './room_name';

describe('a new room name', () => {
  it('is three groups of letters that cannot be mistaken, and a room name', () => {
    const name = newRoomName();
    expect(name).toMatch(/^[a-hj-kmnp-z]{3}-[a-hj-kmnp-z]{4}-[a-hj-kmnp-z]{3}$/);
    expect(isRoomName(name)).toBe(true);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => newRoomName())).size).toBe(100);
  });

  it('draws again rather than favour the first letters', () => {
    let call = 0;
    // 253 is the first byte beyond 11 whole alphabets of 23 letters.
    const name = newRoomName((bytes) => bytes.fill(call++ === 0 ? 253 : 22));
    expect(name).toBe('zzz-zzzz-zzz');
  });
});

const origin = 'https://meet.example';

it.each([
  ['abc-defg-hij', 'abc-defg-hij'],
  ['  abc defg hij ', 'abc-defg-hij'],
  ['https://meet.example/m/tea', 'tea'],
  ['https://meet.example/m/tea?name=x', 'tea'],
  ['meet.example/m/tea/', 'tea'],
  ['Teerunde-Müller', 'Teerunde-Müller'],
  ['https://elsewhere.example/m/tea', null],
  ['https://meet.example/', null],
  ['../etc/passwd', null],
  ['-starts-badly', null],
  ['a'.repeat(65), null],
  ['', null],
])('"%s" leads to %s', (typed, room) => {
  expect(roomOf(typed, origin)).toBe(room);
});

it.each(['tea', 'Teerunde-Müller', '茶会'])('the path of %s leads back to it', (room) => {
  expect(roomOfPath(roomPath(room))).toBe(room);
});

it.each(['/m/', '/m/a/b', '/m/%', '/m/a%2Fb', '/x/tea', '/m/%3Cscript%3E'])('%s leads nowhere', (path) => {
  expect(roomOfPath(path)).toBeNull();
});
