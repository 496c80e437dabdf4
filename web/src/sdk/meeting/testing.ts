/** Made-up meetings for tests: states, events, and a dice that falls the same way each time. */
import type { MeetingEvent, Numbered } from './events';
import type { Me, MeetingInfo, MeetingState, Message, Participant, Poll, Question } from './types';

export type Dice = () => number;

/** Mulberry32: small, and the same numbers for the same seed. */
export function dice(seed: number): Dice {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const instant = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

export const aMeeting = (more: Partial<MeetingInfo> = {}): MeetingInfo => ({
  link: 'tea',
  title: 'Tea',
  type: 'meeting',
  room: 'r1',
  is_personal: false,
  is_locked: false,
  lobby: 'nobody',
  join_before_host: true,
  has_passcode: false,
  max_people: 0,
  max_minutes: 0,
  state: 'on',
  started_at: instant(0),
  ends_at: null,
  suspended: false,
  layout: null,
  spotlight: [],
  ...more,
});

export const aMe = (more: Partial<Me> = {}): Me => ({
  participant: 'p1',
  name: 'Ada',
  role: 'attendee',
  role_name: null,
  state: 'inside',
  why: null,
  capabilities: ['chat'],
  room: 'r1',
  hard_muted: false,
  video_stopped: false,
  share_stopped: false,
  allowed_to_speak: false,
  hand_at: null,
  ...more,
});

export const aParticipant = (id: string, more: Partial<Participant> = {}): Participant => ({
  id,
  name: id,
  role: 'attendee',
  role_name: null,
  joined_at: instant(0),
  hand_at: null,
  allowed_to_speak: false,
  hard_muted: false,
  video_stopped: false,
  share_stopped: false,
  breakout: null,
  ...more,
});

export const aState = (more: Partial<MeetingState> = {}): MeetingState => ({
  seq: 0,
  now: instant(0),
  meeting: aMeeting(),
  me: aMe(),
  participants: [aParticipant('p1')],
  lobby: null,
  lobby_message: '',
  polls: [],
  questions: [],
  breakouts: null,
  timer: null,
  files: null,
  ...more,
});

export const aPoll = (id: string, more: Partial<Poll> = {}): Poll => ({
  id,
  question: id,
  kind: 'single',
  anonymous: false,
  state: 'open',
  shared: false,
  options: [],
  voters: 0,
  mine: null,
  correct: null,
  run_off: null,
  created_at: instant(0),
  ...more,
});

export const aQuestion = (id: string, more: Partial<Question> = {}): Question => ({
  id,
  text: id,
  from_name: null,
  is_mine: false,
  votes: 0,
  mine: false,
  answered: false,
  answer: null,
  at: instant(0),
  ...more,
});

export const aMessage = (id: string, at: number, more: Partial<Message> = {}): Message => ({
  id,
  at: instant(at),
  from: 'p2',
  from_name: 'Ben',
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

/** Something that happens in a meeting. */
export function anyEvent(roll: Dice, n: number): MeetingEvent {
  const one = `${Math.floor(roll() * 5)}`;
  const kinds: (() => MeetingEvent)[] = [
    () => ({ on: 'meeting', meeting: aMeeting({ title: `t${n}` }) }),
    () => ({ on: 'me', me: aMe({ name: `n${n}` }) }),
    () => ({ on: 'participant', participant: aParticipant(`p${one}`, { name: `n${n}` }) }),
    () => ({ on: 'participant', participant: aParticipant(`p${one}`, { hand_at: instant(n) }) }),
    () => ({ on: 'participant_left', id: `p${one}` }),
    () => ({ on: 'lobby', waiting: [{ id: `w${n}`, name: 'W', since: instant(n) }] }),
    () => ({ on: 'lobby_message', text: `m${n}` }),
    () => ({ on: 'poll', poll: aPoll(`poll${one}`, { voters: n }) }),
    () => ({ on: 'poll_deleted', id: `poll${one}` }),
    () => ({ on: 'question', question: aQuestion(`q${one}`, { votes: n }) }),
    () => ({ on: 'question_deleted', id: `q${one}` }),
    () => ({ on: 'timer', timer: roll() < 0.3 ? null : { ends_at: instant(n), seconds: n, label: '' } }),
    () => ({ on: 'breakouts', breakouts: roll() < 0.3 ? null : { state: 'open', rooms: [], ends_at: instant(n), may_hop: false } }),
  ];
  return (kinds[Math.floor(roll() * kinds.length)] as () => MeetingEvent)();
}

/** What happened, from number 1 on; some numbers are not for us. */
export function history(roll: Dice, length: number): Numbered[] {
  const all: Numbered[] = [];
  for (let id = 1; all.length < length; id += 1 + Math.floor(roll() * 2)) all.push({ id, event: anyEvent(roll, id) });
  return all;
}
