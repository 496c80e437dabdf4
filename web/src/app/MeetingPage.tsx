import { lazy, Suspense, useEffect, useState } from 'react';
import { Ended } from '@/features/ended/Ended';
import { Problem } from '@/features/ended/Problem';
import { Lobby, type Progress } from '@/features/lobby/Lobby';
import { isInCall, type JoinState } from '@/sdk/join/machine';
import { remember } from '@/sdk/memory';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { roomPath } from '@/shared/room_name';
import { useShortcuts } from '@/shared/shortcuts';
import { browserFamily } from '@/shared/ui/PermissionHelp';
import { paramsOf, type Params } from './address';
import css from './MeetingPage.module.css';
import { go } from './navigation';
import { Visit } from './visit';

const loadCallScreen = () => import('./CallScreen');
const CallScreen = lazy(async () => ({ default: (await loadCallScreen()).CallScreen }));

/** From the door to the goodbye. Coming back is another visit, with nothing left over from this one. */
export function MeetingPage({ room }: { room: string }) {
  const [params] = useState(() => paramsOf(location.search));
  const [turn, setTurn] = useState<{ number: number; params: Params }>({ number: 0, params });
  return (
    <Stay
      key={turn.number}
      room={room}
      params={turn.params}
      onAgain={(name) => setTurn({ number: turn.number + 1, params: { ...params, name, autojoin: true, mic: null, camera: null } })}
    />
  );
}

function Stay({ room, params, onAgain }: { room: string; params: Params; onAgain: (name: string) => void }) {
  const [visit, setVisit] = useState<Visit | null>(null);
  useEffect(() => {
    const created = new Visit(room, params);
    // A visit opens devices and must be closed: it is made where its closing is, not while drawing.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setVisit(created);
    void created.open();
    loadCallScreen().catch(() => undefined);
    return () => created.close();
  }, [room, params]);
  return visit === null ? null : <Screens visit={visit} layout={params.layout} onAgain={onAgain} />;
}

function Screens({ visit, layout, onAgain }: { visit: Visit; layout: Params['layout']; onAgain: (name: string) => void }) {
  const t = useWords();
  const join = useStore(visit.join.state);
  const devices = useStore(visit.devices.state);
  const call = useStore(visit.call);
  const network = useStore(visit.network);
  const [name, setName] = useState(visit.name);
  const atDoor = !isInCall(join) && join.at !== 'ended' && join.at !== 'failed';

  useEffect(() => {
    document.title = t('title.meeting', { room: visit.room });
  }, [visit.room, join.at, t]);

  useShortcuts((command) => {
    if (!atDoor || (command !== 'mic' && command !== 'camera')) return;
    void visit.devices.set(command, devices[command].at !== 'on');
  });

  if (join.at === 'ended') {
    return <Ended why={join.why} minutes={visit.minutes} onRejoin={() => onAgain(join.who.name)} onHome={() => go('/')} />;
  }
  if (join.at === 'failed') {
    const retry = (): void => {
      if (join.problem.kind === 'page-outdated') location.reload();
      else onAgain(join.who.name);
    };
    return <Problem problem={join.problem} onRetry={retry} onHome={() => go('/')} />;
  }
  if (isInCall(join) && call !== null) {
    return (
      <Suspense fallback={<div className={css.stage} />}>
        <CallScreen
          call={call}
          join={join}
          room={visit.room}
          link={location.origin + roomPath(visit.room)}
          since={visit.since}
          devices={devices}
          initialMode={layout}
          onRefreshDevices={() => void visit.devices.refreshLists()}
          onChooseDevice={(kind, id) => void visit.chooseInCall(kind, id)}
          onLeave={() => visit.join.leave()}
        />
      </Suspense>
    );
  }
  return (
    <Lobby
      room={visit.room}
      name={name}
      devices={devices}
      micLevel={visit.devices.micLevel}
      network={network}
      onCheckNetwork={() => void visit.checkNetwork()}
      progress={progressOf(join)}
      browser={browserFamily(navigator.userAgent)}
      host={location.host}
      onName={(next) => {
        setName(next);
        remember('name', next);
      }}
      onJoin={() => visit.enter(name)}
      onCancel={() => visit.join.cancel()}
      onHome={() => go('/')}
      onToggle={(kind, on) => void visit.devices.set(kind, on)}
      onChoose={(kind, id) => void visit.devices.choose(kind, id)}
    />
  );
}

function progressOf(join: JoinState): Progress {
  if (join.at === 'asking' && join.attempt > 1) return 'retrying';
  return join.at === 'asking' || join.at === 'connecting' ? 'joining' : 'waiting';
}
