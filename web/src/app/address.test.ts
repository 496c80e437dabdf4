import { describe, expect, it } from 'vitest';
import { paramsOf, routeOf } from './address';

describe('the address', () => {
  it.each([
    ['/', { at: 'home' }],
    ['/m/tea', { at: 'meeting', room: 'tea' }],
    ['/m/T%C3%A9', { at: 'meeting', room: 'Té' }],
    ['/m/', { at: 'nowhere' }],
    ['/m/a/b', { at: 'nowhere' }],
    ['/admin', { at: 'nowhere' }],
  ])('%s leads to %j', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  it('says nothing by default', () => {
    expect(paramsOf('')).toEqual({
      name: null,
      autojoin: false,
      mic: null,
      camera: null,
      rtc: null,
      layout: 'grid',
      passcode: '',
      test: false,
    });
  });

  it('can say who joins and how', () => {
    expect(paramsOf('?name=Ada+L&autojoin=1&mic=0&cam=1&rtc=v0&layout=speaker&test=1', '#passcode=blue%20sky')).toEqual({
      name: 'Ada L',
      autojoin: true,
      mic: false,
      camera: true,
      rtc: 'v0',
      layout: 'speaker',
      passcode: 'blue sky',
      test: true,
    });
  });

  it('takes no passcode from where a log would have it', () => {
    expect(paramsOf('?passcode=blue', '#').passcode).toBe('');
    expect(paramsOf('', '#passcode=a&x=1').passcode).toBe('a');
  });

  it('is not led astray by nonsense', () => {
    expect(paramsOf('?name=%20&rtc=v7&layout=x&autojoin=0')).toEqual(paramsOf(''));
  });
});
