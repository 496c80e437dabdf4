import { describe, expect, it } from 'vitest';
import { filesOf, strategyFor } from './strategy';

const ORIGIN = 'https://meet.example';
const ask = (path: string, more: { method?: string; mode?: string } = {}) =>
  strategyFor({ method: 'GET', mode: 'cors', url: new URL(path, ORIGIN).href, ...more }, ORIGIN);

describe('the service worker', () => {
  it.each([
    ['/api/v1/session', {}],
    ['/api/v1/meetings/tea', {}],
    ['/api/v1/meetings/tea/state', {}],
    ['/api/v1/meetings/tea/events', {}],
    ['/api/v1/meetings/tea/join', { method: 'POST' }],
    ['/api/openapi.json', { mode: 'navigate' }],
    ['/rtc/validate?access_token=secret', {}],
    ['/rtc/v1?access_token=secret', {}],
    ['/twirp/livekit.RoomService/ListRooms', { method: 'POST' }],
    ['/whip/v1', {}],
    ['/', {}],
    ['/assets/index-abcdefgh.js?x=1', {}],
    ['/assets/unhashed.js', {}],
    ['/sw.js', {}],
    ['https://elsewhere.example/assets/index-abcdefgh.js', {}],
    ['https://elsewhere.example/', { mode: 'navigate' }],
  ])('keeps nothing of %s %j', (path, more) => {
    expect(ask(path, more)).toBe('network');
  });

  it('answers for the pages when the network does not', () => {
    expect(ask('/', { mode: 'navigate' })).toBe('shell');
    expect(ask('/m/tqk-dvbe-wsx', { mode: 'navigate' })).toBe('shell');
    expect(ask('/m/tea?name=Ada', { mode: 'navigate' })).toBe('shell');
  });

  it('keeps files whose names change with their content', () => {
    for (const path of ['/assets/index-CeShBONg.css', '/assets/inter-latin-wght-normal-Dx4kXJAl.woff2', '/favicon.svg', '/icon-512.png']) {
      expect(ask(path), path).toBe('kept');
    }
  });

  it('finds what a page cannot start without', () => {
    const html = '<link rel="icon" href="/favicon.svg"><script src="/assets/index-B_K4nfyb.js"></script><a href="/m/x"></a><link href="/assets/index-CeShBONg.css">';
    expect(filesOf(html)).toEqual(['/favicon.svg', '/assets/index-B_K4nfyb.js', '/assets/index-CeShBONg.css']);
  });
});
