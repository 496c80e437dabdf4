/**
 * Every screen with made-up people: /gallery.html on the development server, not part of the build.
 *
 *   ?screen=home|lobby|waiting|call|ended|problem   and, for the call,
 *   &meeting=full|empty|loading|refused &role=host|attendee &panel=chat &cases=lobby,locked,…
 *   &people=9 &share=1 &own=1 &panel=1 &layout=speaker &cameras=0 &upright=1 &theme=dark …
 */
import '@fontsource-variable/inter/index.css';
import '@/shared/face/face.css';
import '@/shared/tokens.css';
import '@/shared/base.css';
import { useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { CallScreen } from '@/app/CallScreen';
import type { PanelId } from '@/app/meeting/panel_id';
import { Ended } from '@/features/ended/Ended';
import { Problem } from '@/features/ended/Problem';
import { Rating } from '@/features/ended/Rating';
import { Home } from '@/features/home/Home';
import { Lobby, type Progress } from '@/features/lobby/Lobby';
import { Waiting } from '@/features/lobby/Waiting';
import type { Mode } from '@/features/stage/layout';
import type { CallDevice, CallSnapshot, Quality } from '@/sdk/call';
import { setView } from '@/sdk/preferences';
import type { DevicesState, InputState } from '@/sdk/devices/devices';
import type { DeviceProblem } from '@/sdk/devices/problem';
import type { Role } from '@/sdk/meeting/types';
import type { Verdict } from '@/sdk/probe/verdict';
import type { EndReason, JoinProblem, JoinState, WaitFor } from '@/sdk/join/machine';
import type { DeskView } from '@/sdk/meeting/desk';
import type { Doorplate, MeetingInfo } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { activate, isLanguage } from '@/shared/i18n';
import { loadLaterWords } from '@/shared/later_words';
import { setTheme, type Theme } from '@/shared/theme';
import { LiveRegion } from '@/shared/ui/LiveRegion';
import type { BrowserFamily } from '@/shared/browser_family';
import { fakeCall, steadyLevel } from './fake_call';
import { fakeMeeting, type Case, type Scenario } from './fake_meeting';
import { portraitTrack } from './portrait';

const query = new URLSearchParams(location.search);
const text = (key: string, fallback: string): string => query.get(key) ?? fallback;
const flag = (key: string): boolean => query.get(key) === '1';
const NOW = Date.now();
const nothing = (): void => undefined;
const who = { room: 'tqk-dvbe-wsx', name: 'Sofia Keller' };

const lists: DevicesState['lists'] = {
  audioinput: [
    { id: 'm1', label: 'MacBook Pro Microphone (Built-in)' },
    { id: 'm2', label: 'Jabra Speak 510' },
  ],
  videoinput: [{ id: 'c1', label: 'FaceTime HD Camera (Built-in)' }],
  audiooutput: [{ id: 's1', label: 'MacBook Pro Speakers (Built-in)' }],
};
const chosen = { audioinput: 'm1', videoinput: 'c1', audiooutput: 's1' };

const away = { ok: false, refusal: { code: 'away', title: '', detail: '' } } as const;

const own = (link: string, title: string, more: Partial<MeetingInfo> = {}): MeetingInfo => ({
  link,
  title,
  type: 'meeting',
  room: link,
  is_personal: false,
  is_locked: false,
  lobby: 'outsiders',
  join_before_host: false,
  has_passcode: false,
  max_people: 0,
  max_minutes: 0,
  state: 'new',
  started_at: null,
  ends_at: null,
  suspended: false,
  layout: null,
  spotlight: [],
  ...more,
});

const MINE: readonly MeetingInfo[] = [
  own('tqk-dvbe-wsx', 'Weekly planning', { state: 'on', started_at: new Date(NOW - 600_000).toISOString() }),
  own('abc-defg-hij', ''),
  own('kmn-pqrs-tuv', 'A title that is much longer than anybody would like it to be', { has_passcode: true, started_at: new Date(NOW - 26 * 3_600_000).toISOString() }),
];

function doorOf(kind: string): Doorplate | null {
  const people = kind === 'one' ? 1 : kind === 'many' ? 9 : 0;
  const outside = kind === 'ask' || kind === 'wait' || kind === 'passcode' || kind === 'locked';
  if (kind === 'unknown') return null;
  return {
    link: who.room,
    title: text('title', 'Weekly planning'),
    type: 'meeting',
    state: 'on',
    has_passcode: kind === 'passcode',
    is_locked: kind === 'locked',
    host_is_here: kind !== 'wait',
    people: outside ? null : ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Hedy Lamarr', 'Nikola Tesla', 'Mary Shelley'].slice(0, people).map((name) => ({ name })),
    count: outside ? null : people,
  };
}

function HomeDemo() {
  const recents = flag('recents')
    ? [
        { room: 'weekly-planning', at: NOW - 3 * 3_600_000 },
        { room: 'tqk-dvbe-wsx', at: NOW - 26 * 3_600_000 },
      ]
    : [];
  const desk: DeskView = {
    session: { person: flag('account') ? { name: 'Sofia Keller', account: 'a1' } : null, may_create: !flag('closed') },
    meetings: flag('mine') ? MINE : [],
    more: flag('mine'),
  };
  return (
    <Home
      desk={desk}
      recents={recents}
      now={NOW}
      origin={location.origin}
      onStart={() => Promise.resolve(away)}
      onRoom={() => Promise.resolve(away)}
      onNewLink={() => Promise.resolve(away)}
      onAccount={nothing}
      onEnter={nothing}
      onForget={nothing}
      onMore={nothing}
      onChange={() => Promise.resolve(away)}
      onSignIn={() => Promise.resolve(away)}
      onSignOut={nothing}
    />
  );
}

function useDevices(): DevicesState {
  const wish = text('camera', 'on');
  const [camera] = useState<InputState>(() =>
    wish === 'on' ? { at: 'on', track: portraitTrack('person-0') } : wish === 'off' || wish === 'asking' ? { at: wish } : { at: 'failed', problem: wish as DeviceProblem },
  );
  const mic: InputState =
    camera.at === 'failed' && flag('both') ? { at: 'failed', problem: camera.problem } : camera.at === 'asking' ? { at: 'asking' } : { at: 'on', track: null as unknown as MediaStreamTrack };
  return { mic, camera, lists: camera.at === 'asking' ? { audioinput: [], videoinput: [], audiooutput: [] } : lists, chosen };
}

function WaitingDemo() {
  return (
    <Waiting
      title={text('title', 'Weekly planning')}
      why={text('why', 'lobby') as WaitFor}
      message={text('message', '')}
      away={flag('away')}
      name={who.name}
      devices={useDevices()}
      micLevel={steadyLevel(0.55)}
      browser="chromium"
      host="meet.example.org"
      onToggle={nothing}
      onLeave={nothing}
      onHome={nothing}
    />
  );
}

function LobbyDemo() {
  const [name, setName] = useState(text('name', who.name));
  const devices = useDevices();
  return (
    <Lobby
      room={text('room', who.room)}
      door={doorOf(text('door', 'one'))}
      passcode={query.get('passcode') as 'needed' | 'wrong' | null}
      name={name}
      devices={devices}
      micLevel={steadyLevel(0.55)}
      network={text('network', 'good') as Verdict}
      onCheckNetwork={nothing}
      progress={text('progress', 'waiting') as Progress}
      browser={text('browser', 'chromium') as BrowserFamily}
      host="meet.example.org"
      onName={setName}
      onJoin={nothing}
      onCancel={nothing}
      onHome={nothing}
      onToggle={nothing}
      onChoose={nothing}
    />
  );
}

const grant = { token: '', participant: '', url: '/', room: '' };
const JOINS: Record<string, JoinState> = {
  live: { at: 'live', who, grant, room: '' },
  signal: { at: 'repairing', who, grant, room: '', what: 'signal' },
  media: { at: 'repairing', who, grant, room: '', what: 'media' },
  again: { at: 'asking', who, attempt: 3, again: true, token: null },
};

function CallDemo() {
  const [call] = useState(() => {
    const [device, problem] = text('trouble', '').split(':');
    const more: Partial<CallSnapshot> = {
      audioBlocked: flag('blocked'),
      cause: query.get('cause') as CallSnapshot['cause'],
      mutedSpeech: flag('speech'),
      dataSaver: text('saver', 'off') as CallSnapshot['dataSaver'],
      fallback: flag('fallback') ? { device: 'mic', gone: 'Jabra Speak 510', now: 'MacBook Pro Microphone' } : null,
      ...(problem === undefined ? {} : { trouble: { device: device as CallDevice, problem: problem as DeviceProblem } }),
      ...(flag('off') ? { mic: { on: false, busy: false }, camera: { on: false, busy: false } } : {}),
    };
    return fakeCall({
      people: Number(text('people', '3')),
      shares: Number(text('share', '0')),
      longNames: query.get('names') === 'long',
      captions: text('captions', 'none') as 'none' | 'quiet' | 'said',
      ownShare: flag('own'),
      cameras: text('cameras', '1') === '1',
      upright: flag('upright'),
      quality: text('quality', 'excellent') as Quality,
      more,
    });
  });
  const [since] = useState(() => Date.now() - 754_000);
  const [meeting] = useState(() =>
    query.has('meeting')
      ? fakeMeeting({
          people: call.snapshot.get().people,
          role: text('role', 'host') as Role,
          scenario: text('meeting', 'full') as Scenario,
          cases: new Set(text('cases', '').split(',') as Case[]),
          messages: Number(text('messages', '14')),
        })
      : null,
  );
  return (
    <CallScreen
      call={call}
      meeting={meeting}
      join={JOINS[text('join', 'live')] as JoinState}
      room={text('room', who.room)}
      link="https://meet.example.org/m/tqk-dvbe-wsx"
      since={since}
      devices={{ mic: { at: 'off' }, camera: { at: 'off' }, lists, chosen }}
      initialMode={text('layout', 'grid') as Mode}
      initialPanel={flag('panel') ? 'people' : (query.get('panel') as PanelId | null)}
      initialWhiteboard={flag('whiteboard')}
      onRefreshDevices={nothing}
      onChooseDevice={nothing}
      onLeave={nothing}
    />
  );
}

const REFUSED: JoinProblem = { kind: 'refused', status: 403, code: text('code', ''), title: 'Not on this server', detail: 'Whoever runs it has switched meetings off.' };

function ProblemDemo() {
  const kind = text('kind', 'server-away');
  const problem = kind === 'refused' ? REFUSED : ({ kind } as JoinProblem);
  return <Problem problem={problem} onRetry={nothing} onHome={nothing} />;
}

const SCREENS: Record<string, () => ReactNode> = {
  home: HomeDemo,
  lobby: LobbyDemo,
  waiting: WaitingDemo,
  call: CallDemo,
  ended: () => <Ended why={text('why', 'left') as EndReason} minutes={12} chatKept onRejoin={nothing} onHome={nothing} rating={query.has('rating') ? <Rating onRate={() => Promise.resolve({ ok: true })} /> : undefined} />,
  problem: ProblemDemo,
};

if (query.has('captions')) setView('captions', true);
if (query.has('size')) setView('captionSize', text('size', 'normal') as 'small' | 'normal' | 'large');
if (query.has('noself')) setView('selfView', false);
setTheme(text('theme', 'system') as Theme);
const wish = text('lang', 'en');
if (isLanguage(wish)) await activate(wish);
if (query.has('meeting') || query.has('rating')) await loadLaterWords();
const Screen = SCREENS[text('screen', 'home')] ?? HomeDemo;
const root = document.getElementById('app');
if (root !== null) {
  createRoot(root).render(
    <>
      <Screen />
      <LiveRegion announcer={announcer} />
    </>,
  );
}
