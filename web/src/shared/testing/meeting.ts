/** A meeting for tests: what it says is given, what it is asked is remembered. */
import { vi, type Mock } from 'vitest';
import type { BoardPlane } from '@/sdk/meeting/boards';
import type { Meeting, MeetingView, Outcome } from '@/sdk/meeting/meeting';
import type { Capability, Me, MeetingInfo, MeetingState, Message, Participant } from '@/sdk/meeting/types';
import { createStore, type Store } from '@/sdk/store';

export const someone = (id: string, more: Partial<Participant> = {}): Participant => ({
  id,
  name: id,
  role: 'attendee',
  role_name: null,
  joined_at: '2026-01-01T10:00:00.000Z',
  hand_at: null,
  allowed_to_speak: false,
  hard_muted: false,
  video_stopped: false,
  share_stopped: false,
  breakout: null,
  ...more,
});

interface Wish {
  readonly can?: readonly Capability[];
  readonly me?: Partial<Me>;
  readonly meeting?: Partial<MeetingInfo>;
  readonly more?: Partial<MeetingState>;
}

export function stateWith({ can = [], me, meeting, more }: Wish = {}): MeetingState {
  return {
    seq: 1,
    now: '2026-01-01T10:00:00.000Z',
    meeting: { link: 'tea', title: '', type: 'meeting', room: 'main', is_personal: false, is_locked: false, lobby: 'nobody', join_before_host: true, has_passcode: false, max_people: 0, max_minutes: 0, state: 'on', started_at: null, ends_at: null, suspended: false, layout: null, spotlight: [], ...meeting },
    me: { participant: 'me', name: 'me', role: 'attendee', role_name: null, state: 'inside', why: null, capabilities: can, room: 'main', hard_muted: false, video_stopped: false, share_stopped: false, allowed_to_speak: false, hand_at: null, ...me },
    participants: [someone('me', me?.role === undefined ? {} : { role: me.role }), someone('ada')],
    lobby: null,
    lobby_message: '',
    polls: [],
    questions: [],
    breakouts: null,
    timer: null,
    files: null,
    ...more,
  };
}

export const message = (id: string, more: Partial<Message> = {}): Message => ({
  id,
  at: '2026-01-01T10:00:00.000Z',
  from: 'ada',
  from_name: 'ada',
  is_mine: false,
  to: null,
  to_name: null,
  text: id,
  reply_to: null,
  files: [],
  edited_at: null,
  deleted: false,
  ...more,
});

export const viewWith = (state: MeetingState, more: Partial<MeetingView> = {}): MeetingView => ({
  state,
  away: false,
  chat: { messages: [], more: false, loading: false, sending: [], unread: 0, attachments: [] },
  reactions: [],
  broadcast: null,
  skew: 0,
  ...more,
});

type Asked = { readonly [K in keyof Meeting as Meeting[K] extends (...args: never[]) => unknown ? K : never]: Mock };

/** Every command of the interface answers as `outcome` says, whatever its name is. */
export function meetingWith(view: MeetingView, outcome: Outcome = { ok: true }, boards?: BoardPlane): { meeting: Meeting; asked: Asked; view: Store<MeetingView> } {
  const store = createStore(view);
  const asked: Record<string, Mock> = {};
  const command = (name: string): Mock => (asked[name] ??= vi.fn(() => Promise.resolve(name === 'customRoles' ? [] : outcome)));
  const meeting = new Proxy({ view: store, boards } as unknown as Meeting, {
    get: (target, name: string) => (name === 'view' || name === 'boards' ? target[name] : command(name)),
  });
  return { meeting, asked: new Proxy(asked, { get: (_all, name: string) => command(name) }) as unknown as Asked, view: store };
}
