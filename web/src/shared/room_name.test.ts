import { expect, it } from 'vitest';
import { roomOf, roomOfPath, roomPath } from './room_name';

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
