/**
 * Every screen with made-up people: /gallery.html on the development server, not part of the build.
 *
 *   ?screen=home|lobby|call|ended|problem   and, for the call,
 *   &people=9 &share=1 &own=1 &panel=1 &layout=speaker &cameras=0 &upright=1 &theme=dark …
 */
import '@fontsource-variable/inter/index.css';
import '@/shared/tokens.css';
import '@/shared/base.css';
import { useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { CallScreen } from '@/app/CallScreen';
import { Ended } from '@/features/ended/Ended';
import { Problem } from '@/features/ended/Problem';
import { Home } from '@/features/home/Home';
import { Lobby, type Progress } from '@/features/lobby/Lobby';
import type { CallDevice, CallSnapshot, Quality } from '@/sdk/call';
import type { DevicesState, InputState } from '@/sdk/devices/devices';
import type { DeviceProblem } from '@/sdk/devices/problem';
import type { Verdict } from '@/sdk/probe/verdict';
import type { EndReason, JoinProblem, JoinState } from '@/sdk/join/machine';
import { announcer } from '@/shared/announcer';
import { activate, isLanguage } from '@/shared/i18n';
import { setTheme, type Theme } from '@/shared/theme';
import { LiveRegion } from '@/shared/ui/LiveRegion';
import type { BrowserFamily } from '@/shared/ui/PermissionHelp';
import { fakeCall, steadyLevel } from './fake_call';
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

function HomeDemo() {
  const recents = flag('recents')
    ? [
        { room: 'weekly-planning', at: NOW - 3 * 3_600_000 },
        { room: 'tqk-dvbe-wsx', at: NOW - 26 * 3_600_000 },
      ]
    : [];
  return <Home recents={recents} now={NOW} origin={location.origin} onEnter={nothing} onForget={nothing} />;
}

function LobbyDemo() {
  const [name, setName] = useState(text('name', who.name));
  const wish = text('camera', 'on');
  const [camera] = useState<InputState>(() =>
    wish === 'on' ? { at: 'on', track: portraitTrack('person-0') } : wish === 'off' || wish === 'asking' ? { at: wish } : { at: 'failed', problem: wish as DeviceProblem },
  );
  const mic: InputState =
    camera.at === 'failed' && flag('both') ? { at: 'failed', problem: camera.problem } : camera.at === 'asking' ? { at: 'asking' } : { at: 'on', track: null as unknown as MediaStreamTrack };
  const devices: DevicesState = { mic, camera, lists: camera.at === 'asking' ? { audioinput: [], videoinput: [], audiooutput: [] } : lists, chosen };
  return (
    <Lobby
      room={text('room', who.room)}
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

const grant = { token: '', identity: '', url: '/' };
const JOINS: Record<string, JoinState> = {
  live: { at: 'live', who, grant },
  signal: { at: 'repairing', who, grant, what: 'signal' },
  media: { at: 'repairing', who, grant, what: 'media' },
  again: { at: 'asking', who, attempt: 3, again: true },
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
      share: flag('share'),
      ownShare: flag('own'),
      cameras: text('cameras', '1') === '1',
      upright: flag('upright'),
      quality: text('quality', 'excellent') as Quality,
      more,
    });
  });
  const [since] = useState(() => Date.now() - 754_000);
  return (
    <CallScreen
      call={call}
      join={JOINS[text('join', 'live')] as JoinState}
      room={text('room', who.room)}
      link="https://meet.example.org/m/tqk-dvbe-wsx"
      since={since}
      devices={{ mic: { at: 'off' }, camera: { at: 'off' }, lists, chosen }}
      initialMode={text('layout', 'grid') === 'speaker' ? 'speaker' : 'grid'}
      initialPanel={flag('panel')}
      onRefreshDevices={nothing}
      onChooseDevice={nothing}
      onLeave={nothing}
    />
  );
}

const REFUSED: JoinProblem = { kind: 'refused', status: 403, title: 'This meeting is locked', detail: 'A host can let you in. Ask them, then try again.' };

function ProblemDemo() {
  const kind = text('kind', 'server-away');
  const problem = kind === 'refused' ? REFUSED : ({ kind } as JoinProblem);
  return <Problem problem={problem} onRetry={nothing} onHome={nothing} />;
}

const SCREENS: Record<string, () => ReactNode> = {
  home: HomeDemo,
  lobby: LobbyDemo,
  call: CallDemo,
  ended: () => <Ended why={text('why', 'left') as EndReason} minutes={12} onRejoin={nothing} onHome={nothing} />,
  problem: ProblemDemo,
};

setTheme(text('theme', 'system') as Theme);
const wish = text('lang', 'en');
if (isLanguage(wish)) await activate(wish);
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
