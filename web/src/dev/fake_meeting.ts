import type { Person } from '@/sdk/call';
import type { Attachment } from '@/sdk/meeting/attachments';
import type { Chat, Meeting, MeetingView, Outcome } from '@/sdk/meeting/meeting';
import type { Breakouts, Capability, CustomRole, MeetingState, Message, Participant, Poll, Question, Role } from '@/sdk/meeting/types';
import { createStore } from '@/sdk/store';
import { fakeBoards } from './fake_boards';

export type Scenario = 'full' | 'empty' | 'loading' | 'refused';
/** What else is going on. */
export type Case = 'lobby' | 'lobby1' | 'locked' | 'suspended' | 'hard-muted' | 'timer' | 'broadcast' | 'away' | 'in-room' | 'rooms-open' | 'rooms-planned' | 'no-rooms' | 'reactions' | 'spotlight' | 'failed' | 'hand' | 'vote' | 'files';

interface Wish {
  readonly people: readonly Person[];
  readonly role: Role;
  readonly scenario: Scenario;
  readonly cases: ReadonlySet<Case>;
  readonly messages: number;
}

const EVERYBODY: readonly Capability[] = ['publish_camera', 'publish_microphone', 'share_screen', 'chat', 'private_chat', 'react', 'raise_hand', 'unmute_self', 'vote', 'ask_question', 'edit_notes', 'see_people', 'be_seen', 'rename_self'];
const HOSTS: readonly Capability[] = [
  ...EVERYBODY,
  ...(['answer_question', 'create_poll', 'mute_others', 'hard_mute', 'stop_video', 'stop_share', 'allow_to_speak', 'remove', 'ban', 'see_lobby', 'admit', 'spotlight', 'layout_for_all'] as const),
  ...(['lock', 'suspend_all', 'manage_breakouts', 'broadcast', 'moderate_chat', 'run_timer', 'promote', 'hand_over', 'change_settings', 'end_for_all'] as const),
];

const now = Date.now();
const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString();
const LINES = [
  'Good morning! Can everybody see the slides?',
  'Yes, all good here.',
  'The figures of last week are at https://example.org/reports/2026-11 (second table).',
  'Thank you',
  'One question: are the visitors from the open day counted there, or do we get them separately? I could not find them, and the sum does not quite agree with what we had before.',
  'They come separately, next week.',
  'صباح الخير للجميع',
  'おはようございます',
];

const FILES: Message['files'] = [
  { id: 'f1', name: 'Whiteboard.png', type: 'image/png', size: 240_000, width: 512, height: 512 },
  { id: 'f2', name: 'The minutes of the last meeting, with everything that we promised each other.pdf', type: 'application/pdf', size: 1_430_000, width: null, height: null },
];

function messages(people: readonly Participant[], count: number): Message[] {
  return Array.from({ length: count }, (_, i): Message => {
    const from = people[Math.floor(i / 2) % Math.min(4, people.length)] as Participant;
    const isPrivate = count < 100 && i === 9;
    const mine = from === people[0];
    return {
      id: `m${i}`,
      at: at((count - i) * 41),
      from: from.id,
      from_name: from.name,
      is_mine: mine,
      to: isPrivate ? (mine ? (people[1]?.id ?? null) : 'person-0') : null,
      to_name: isPrivate ? (mine ? (people[1]?.name ?? null) : 'Sofia Keller') : null,
      text: i === 7 ? '' : (LINES[i % LINES.length] as string),
      reply_to: i === 5 ? 'm4' : null,
      files: i === 3 ? FILES : [],
      edited_at: i === 3 ? at(30) : null,
      deleted: i === 7,
    };
  });
}

const POLLS: readonly Poll[] = [
  { id: 'p1', question: 'When shall we meet next?', kind: 'single', anonymous: true, state: 'open', shared: false, options: ['Monday', 'Wednesday', 'Friday'].map((text) => ({ text, votes: null })), voters: 3, mine: null, correct: null, run_off: null, created_at: at(60) },
  { id: 'p2', question: 'What comes first?', kind: 'ranked', anonymous: false, state: 'open', shared: false, options: ['Faster start', 'Captions', 'Recording', 'A better whiteboard for everyone who teaches'].map((text) => ({ text, votes: null })), voters: 1, mine: null, correct: null, run_off: null, created_at: at(120) },
  { id: 'p3', question: 'Who wrote the first program?', kind: 'quiz', anonymous: false, state: 'closed', shared: true, options: [{ text: 'Ada Lovelace', votes: 7 }, { text: 'Charles Babbage', votes: 3 }, { text: 'Grace Hopper', votes: 1 }], voters: 11, mine: [0], correct: [0], run_off: null, created_at: at(600) },
  { id: 'p4', question: 'What do you use every day?', kind: 'multiple', anonymous: true, state: 'closed', shared: false, options: [{ text: 'Chat', votes: 9 }, { text: 'Screen sharing', votes: 5 }, { text: 'Polls', votes: 0 }], voters: 10, mine: [0, 1], correct: null, run_off: null, created_at: at(900) },
];
const DRAFT: Poll = { id: 'p0', question: 'Was this hour well spent?', kind: 'single', anonymous: true, state: 'draft', shared: false, options: [{ text: 'Yes', votes: 0 }, { text: 'No', votes: 0 }], voters: 0, mine: null, correct: null, run_off: null, created_at: at(10) };

const CUSTOM_ROLES: readonly CustomRole[] = [{ id: 'c1', of: 'meeting', name: 'Interpreter', base: 'attendee', more: [], fewer: [] }];

const QUESTIONS: readonly Question[] = [
  { id: 'q1', text: 'Will the recording be available afterwards?', from_name: 'Alan Turing', is_mine: false, votes: 12, mine: true, answered: false, answer: null, at: at(300) },
  { id: 'q2', text: 'How do you keep the latency that low on a mobile network, and what does it cost in battery?', from_name: null, is_mine: false, votes: 7, mine: false, answered: false, answer: null, at: at(200) },
  { id: 'q3', text: 'Is there an interpreter?', from_name: 'Sofia Keller', is_mine: true, votes: 2, mine: false, answered: false, answer: null, at: at(100) },
  { id: 'q4', text: 'Where are the slides?', from_name: 'Grace Hopper', is_mine: false, votes: 4, mine: false, answered: true, answer: 'In the chat, and on the web page of the event.', at: at(400) },
];

function stateOf({ people, role, scenario, cases }: Wish): MeetingState {
  const full = scenario !== 'empty';
  const has = (one: Case): boolean => cases.has(one);
  const runs = role === 'host' || role === 'cohost';
  const participants = people.map((person, i): Participant => ({
    id: person.id,
    name: person.name,
    role: i === 0 ? role : i === 1 && !runs ? 'host' : i === 2 ? 'speaker' : 'attendee',
    role_name: null,
    joined_at: at(1000 - i),
    hand_at: full && (i === 3 || i === 5 || (i === 0 && has('hand'))) ? at(60 - i * 5) : null,
    allowed_to_speak: full && i === 4,
    hard_muted: full && i === 2,
    video_stopped: full && i === 3,
    share_stopped: false,
    breakout: null,
  }));
  const me = participants[0] as Participant;
  const barred: readonly Capability[] = has('suspended') && !runs ? ['publish_camera', 'publish_microphone', 'share_screen', 'chat', 'private_chat', 'react', 'unmute_self'] : has('hard-muted') ? ['unmute_self'] : [];
  const open = has('rooms-open') || has('in-room');
  const breakouts: Breakouts | null =
    !open && !has('rooms-planned')
      ? null
      : {
          state: open ? 'open' : 'planned',
          rooms: [
            { id: 'r1', name: 'Room 1', participants: participants.slice(1, 3).map(({ id }) => id) },
            { id: 'r2', name: 'Budget', participants: [...participants.slice(3, 5).map(({ id }) => id), ...(has('in-room') ? [me.id] : [])] },
            { id: 'r3', name: 'Room 3', participants: [] },
          ],
          ends_at: open ? new Date(now + 245_000).toISOString() : null,
          may_hop: true,
        };
  return {
    seq: 1,
    now: at(0),
    meeting: {
      link: 'tqk-dvbe-wsx',
      title: 'Weekly planning',
      type: 'meeting',
      room: 'main',
      is_personal: false,
      is_locked: has('locked'),
      lobby: 'outsiders',
      join_before_host: true,
      has_passcode: false,
      max_people: 0,
      max_minutes: 0,
      state: 'on',
      started_at: at(1000),
      ends_at: null,
      suspended: has('suspended'),
      layout: null,
      spotlight: has('spotlight') ? participants.slice(2, 3).map(({ id }) => id) : [],
    },
    me: { participant: me.id, name: me.name, role, role_name: null, state: 'inside', why: null, capabilities: (runs ? HOSTS : EVERYBODY).filter((one) => !barred.includes(one)), room: has('in-room') ? 'r2' : 'main', hard_muted: has('hard-muted'), video_stopped: false, share_stopped: false, allowed_to_speak: false, hand_at: me.hand_at },
    participants,
    lobby: runs ? (has('lobby') ? ['Lise Meitner', 'Tu Youyou', 'Maximiliane Wolfeschlegelsteinhausenbergerdorff'] : has('lobby1') ? ['Lise Meitner'] : []).map((name, i) => ({ id: `w${i}`, name, since: at(90 - i * 20) })) : null,
    lobby_message: '',
    polls: full ? [...(runs ? [DRAFT] : []), ...POLLS.map((poll) => (has('vote') ? poll : { ...poll, mine: poll.mine ?? [0] }))] : [],
    questions: full ? QUESTIONS : [],
    breakouts,
    timer: has('timer') ? { ends_at: new Date(now + 154_000).toISOString(), seconds: 300, label: 'Silent reading' } : null,
    files: { max_bytes: 25 * 1024 * 1024, max_per_message: 10, endings: ['png', 'jpg', 'pdf', 'docx', 'txt'] },
  };
}

const OK: Outcome = { ok: true };
const REFUSED: Outcome = { ok: false, refusal: { code: 'forbidden', title: 'Not allowed', detail: '' } };

const upload = (key: string, name: string, more: Partial<Attachment>): Attachment => ({ key, name, size: 1_430_000, progress: 1, state: 'ready', refusal: null, file: null, ...more });
const ATTACHMENTS: readonly Attachment[] = [
  upload('a1', 'Agenda.pdf', {}),
  upload('a2', 'Floor plan, third revision, with all comments of the landlord.docx', { state: 'uploading', progress: 0.4 }),
  upload('a3', 'Recording.mov', { size: 90_000_000, state: 'refused', refusal: { code: 'too_large', title: '', detail: '' } }),
  upload('a4', 'Budget.xlsx', { state: 'failed', refusal: { code: 'away', title: '', detail: '' } }),
];

/** A meeting with nobody on the other end, for looking at. What one does in it happens, or is refused. */
export function fakeMeeting(wish: Wish): Meeting {
  const { cases, scenario } = wish;
  const state = stateOf(wish);
  const chat: Chat = {
    messages: scenario === 'empty' || scenario === 'loading' ? [] : messages(state.participants, wish.messages),
    more: scenario === 'full',
    loading: scenario === 'loading',
    sending: cases.has('failed') ? [{ key: 'k1', text: 'This one did not get through.', to: null, files: [], failed: true }] : [],
    unread: scenario === 'full' ? 2 : 0,
    attachments: cases.has('files') ? ATTACHMENTS : [],
  };
  const view = createStore<MeetingView>({
    state,
    away: cases.has('away'),
    chat,
    reactions: cases.has('reactions') ? [{ key: 1, participant: 'person-1', emoji: '👏' }, { key: 2, participant: 'person-3', emoji: '🎉' }, { key: 3, participant: 'person-2', emoji: '❤️' }] : [],
    broadcast: cases.has('broadcast') ? { text: 'Five minutes left, then back here please.', from_name: 'Ada Lovelace' } : null,
    skew: 0,
  });
  const answer = (change: (before: MeetingState) => MeetingState): Promise<Outcome> => {
    if (scenario === 'refused') return Promise.resolve(REFUSED);
    view.update((before) => (before.state === null ? before : { ...before, state: change(before.state) }));
    return Promise.resolve(OK);
  };
  const ofMeeting = (change: Partial<MeetingState['meeting']>): Promise<Outcome> => answer((before) => ({ ...before, meeting: { ...before.meeting, ...change } }));
  const ofPerson = (id: string, change: Partial<Participant>): Promise<Outcome> => answer((before) => ({ ...before, participants: before.participants.map((one) => (one.id === id ? { ...one, ...change } : one)) }));
  const ofPoll = (id: string, change: Partial<Poll>): Promise<Outcome> => answer((before) => ({ ...before, polls: before.polls.map((one) => (one.id === id ? { ...one, ...change } : one)) }));
  const ofQuestion = (id: string, change: Partial<Question>): Promise<Outcome> => answer((before) => ({ ...before, questions: before.questions.map((one) => (one.id === id ? { ...one, ...change } : one)) }));
  const ofChat = (change: (before: Chat) => Partial<Chat>): void => view.update((before) => ({ ...before, chat: { ...before.chat, ...change(before.chat) } }));
  const ofMessage = (id: string, change: Partial<Message>): Promise<Outcome> => {
    if (scenario === 'refused') return Promise.resolve(REFUSED);
    ofChat((before) => ({ messages: before.messages.map((one) => (one.id === id ? { ...one, ...change } : one)) }));
    return Promise.resolve(OK);
  };
  const fine = (): Promise<Outcome> => answer((before) => before);
  let next = 1;
  const other = state.participants.find(({ id }) => id !== state.me.participant)?.id ?? '';
  return {
    view,
    boards: fakeBoards(state.me.participant, other, scenario === 'empty'),
    setLocked: (is_locked) => ofMeeting({ is_locked }),
    setSuspended: (suspended) => ofMeeting({ suspended }),
    setSettings: ({ passcode, ...rest }) => ofMeeting({ ...rest, ...(passcode === undefined ? {} : { has_passcode: passcode !== null }) }),
    endForAll: fine,
    admit: (ids) => answer((before) => ({ ...before, lobby: ids === undefined ? [] : (before.lobby ?? []).filter(({ id }) => !ids.includes(id)) })),
    deny: (ids) => answer((before) => ({ ...before, lobby: (before.lobby ?? []).filter(({ id }) => !ids.includes(id)) })),
    setLobbyMessage: (lobby_message) => answer((before) => ({ ...before, lobby_message })),
    mute: fine,
    restrict: (id, { microphone, camera, screen_share }) =>
      ofPerson(id, { ...(microphone === undefined ? {} : { hard_muted: microphone }), ...(camera === undefined ? {} : { video_stopped: camera }), ...(screen_share === undefined ? {} : { share_stopped: screen_share }) }),
    muteAll: fine,
    remove: (id) => answer((before) => ({ ...before, participants: before.participants.filter((one) => one.id !== id) })),
    setRole: (id, role) => ofPerson(id, { role, role_name: null }),
    customRoles: () => Promise.resolve(CUSTOM_ROLES),
    setCustomRole: (id, role) => ofPerson(id, { role_name: CUSTOM_ROLES.find((one) => one.id === role)?.name ?? null }),
    handOver: fine,
    allowToSpeak: (id, allowed_to_speak) => ofPerson(id, { allowed_to_speak }),
    lowerHand: (id) => ofPerson(id, { hand_at: null }),
    rename: (name) => ofPerson(state.me.participant, { name }),
    setSpotlight: (spotlight) => ofMeeting({ spotlight }),
    setLayout: (layout) => ofMeeting({ layout }),
    raiseHand: (raised) => answer((before) => ({ ...before, me: { ...before.me, hand_at: raised ? new Date().toISOString() : null } })),
    react: (emoji) => {
      const key = 100 + next++;
      view.update((before) => ({ ...before, reactions: [...before.reactions, { key, participant: state.me.participant, emoji }] }));
      setTimeout(() => view.update((before) => ({ ...before, reactions: before.reactions.filter((one) => one.key !== key) })), 3500);
      return Promise.resolve(OK);
    },
    loadChat: () => Promise.resolve(),
    loadOlder: () => {
      ofChat((before) => {
        const oldest = Date.parse(before.messages[0]?.at ?? at(0));
        const older = messages(state.participants, 50).map((one, i): Message => ({ ...one, id: `older-${before.messages.length}-${i}`, at: new Date(oldest - (50 - i) * 41_000).toISOString(), reply_to: null }));
        return { messages: [...older, ...before.messages], more: before.messages.length < 400 };
      });
      return Promise.resolve();
    },
    send: (text, to, reply_to) => {
      const name = to === null ? null : (state.participants.find(({ id }) => id === to)?.name ?? null);
      if (scenario === 'refused') {
        ofChat((before) => ({ sending: [...before.sending, { key: `k${next++}`, text, to, files: [], failed: true }] }));
        return Promise.resolve(REFUSED);
      }
      ofChat((before) => ({
        messages: [...before.messages, { id: `new${next++}`, at: new Date().toISOString(), from: state.me.participant, from_name: state.me.name, is_mine: true, to, to_name: name, text, reply_to, files: before.attachments.flatMap(({ file }) => (file === null ? [] : [file])), edited_at: null, deleted: false }],
        attachments: [],
      }));
      return Promise.resolve(OK);
    },
    attach: (files) =>
      ofChat((before) => ({
        attachments: [
          ...before.attachments,
          ...files.map((file) => ({ key: `f${next++}`, name: file.name, size: file.size, progress: 1, state: 'ready' as const, refusal: null, file: { id: `f${next}`, name: file.name, type: 'application/pdf', size: file.size, width: null, height: null } })),
        ],
      })),
    detach: (key) => ofChat((before) => ({ attachments: before.attachments.filter((one) => one.key !== key) })),
    retryAttachment: () => undefined,
    fileUrl: () => '/icon-512.png',
    resend: (key) => {
      ofChat((before) => ({ sending: before.sending.map((one) => (one.key === key ? { ...one, failed: scenario === 'refused' } : one)) }));
      return Promise.resolve(OK);
    },
    discard: (key) => ofChat((before) => ({ sending: before.sending.filter((one) => one.key !== key) })),
    edit: (id, text) => ofMessage(id, { text, edited_at: new Date().toISOString() }),
    deleteMessage: (id) => ofMessage(id, { text: '', deleted: true }),
    chatSeen: () => ofChat(() => ({ unread: 0 })),
    createPoll: ({ question, kind, options, anonymous, correct }) =>
      answer((before) => ({
        ...before,
        polls: [...before.polls, { id: `new${next++}`, question, kind, anonymous, state: 'draft', shared: false, options: options.map((text) => ({ text, votes: 0 })), voters: 0, mine: null, correct: correct ?? null, run_off: null, created_at: new Date().toISOString() }],
      })),
    setPollState: (id, to) => ofPoll(id, to === 'shared' ? { shared: true } : { state: to }),
    deletePoll: (id) => answer((before) => ({ ...before, polls: before.polls.filter((one) => one.id !== id) })),
    vote: (id, mine) => ofPoll(id, { mine }),
    ask: (text, anonymous) =>
      answer((before) => ({ ...before, questions: [...before.questions, { id: `new${next++}`, text, from_name: anonymous ? null : state.me.name, is_mine: true, votes: 0, mine: false, answered: false, answer: null, at: new Date().toISOString() }] })),
    voteQuestion: (id, mine) => ofQuestion(id, { mine }),
    answerQuestion: (id, text) => ofQuestion(id, { answered: true, answer: text === '' ? null : text }),
    deleteQuestion: (id) => answer((before) => ({ ...before, questions: before.questions.filter((one) => one.id !== id) })),
    planBreakouts: (rooms, _minutes, may_hop) => answer((before) => ({ ...before, breakouts: { state: 'planned', rooms: rooms.map((room, i) => ({ id: `r${i}`, ...room })), ends_at: null, may_hop } })),
    openBreakouts: () => answer((before) => (before.breakouts === null ? before : { ...before, breakouts: { ...before.breakouts, state: 'open' } })),
    closeBreakouts: (seconds) => answer((before) => (before.breakouts === null || seconds === 0 ? { ...before, breakouts: null } : { ...before, breakouts: { ...before.breakouts, state: 'closing', ends_at: new Date(Date.now() + seconds * 1000).toISOString() } })),
    discardBreakouts: () => answer((before) => ({ ...before, breakouts: null })),
    broadcast: fine,
    moveTo: (id, to) =>
      answer((before) =>
        before.breakouts === null
          ? before
          : { ...before, breakouts: { ...before.breakouts, rooms: before.breakouts.rooms.map((room) => ({ ...room, participants: [...room.participants.filter((one) => one !== id), ...(room.id === to ? [id] : [])] })) } },
      ),
    setTimer: (seconds, label) => answer((before) => ({ ...before, timer: { ends_at: new Date(Date.now() + seconds * 1000).toISOString(), seconds, label } })),
    stopTimer: () => answer((before) => ({ ...before, timer: null })),
    dismissBroadcast: () => view.update((before) => ({ ...before, broadcast: null })),
  };
}
