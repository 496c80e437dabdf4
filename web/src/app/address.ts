import { roomOfPath } from '@/shared/room_name';

export type Route =
  | { readonly at: 'home' }
  | { readonly at: 'meeting'; readonly room: string }
  | { readonly at: 'nowhere' };

export function routeOf(path: string): Route {
  if (path === '/' || path === '/index.html') return { at: 'home' };
  const room = roomOfPath(path);
  return room === null ? { at: 'nowhere' } : { at: 'meeting', room };
}

const LAYOUTS = ['grid', 'speaker', 'sidebar'] as const;

/** What a link can say beyond the room; integrations and browser tests use it. */
export interface Params {
  readonly name: string | null;
  /** Join without a press, once the devices are there. */
  readonly autojoin: boolean;
  readonly mic: boolean | null;
  readonly camera: boolean | null;
  /** v0: two peer connections, v1: one, null: as the SDK likes. */
  readonly rtc: 'v0' | 'v1' | null;
  readonly layout: 'grid' | 'speaker' | 'sidebar';
  /** Behind the #, which no server and no log gets to see. '' none. */
  readonly passcode: string;
  /** Exposes the SDK's Room as window.parley.room. */
  readonly test: boolean;
}

export function paramsOf(search: string, hash = ''): Params {
  const query = new URLSearchParams(search);
  const flag = (key: string): boolean | null => {
    const value = query.get(key);
    return value === null ? null : value !== '0' && value !== 'false';
  };
  const name = query.get('name')?.trim().slice(0, 80) ?? '';
  const rtc = query.get('rtc');
  return {
    name: name === '' ? null : name,
    autojoin: flag('autojoin') ?? false,
    mic: flag('mic'),
    camera: flag('cam'),
    rtc: rtc === 'v0' || rtc === 'v1' ? rtc : null,
    layout: LAYOUTS.find((one) => one === query.get('layout')) ?? 'grid',
    passcode: new URLSearchParams(hash.replace(/^#/, '')).get('passcode')?.slice(0, 64) ?? '',
    test: flag('test') ?? false,
  };
}
