import { lazy, Suspense, useEffect, useRef, useState, type ComponentType } from 'react';
import { Ended } from '@/features/ended/Ended';
import { Problem } from '@/features/ended/Problem';
import { Lobby, type Progress } from '@/features/lobby/Lobby';
import { Waiting } from '@/features/lobby/Waiting';
import { covers } from '@/sdk/background/machine';
import { isInCall, type JoinState } from '@/sdk/join/machine';
import type { Meeting } from '@/sdk/meeting/meeting';
import { remember } from '@/sdk/memory';
import { announcer } from '@/shared/announcer';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { roomPath } from '@/shared/room_name';
import { useShortcuts } from '@/shared/shortcuts';
import { browserFamily } from '@/shared/browser_family';
import { BackgroundInstead, LobbyBackground } from './backgrounds';
import { paramsOf, type Params } from './address';
import css from './MeetingPage.module.css';
import { go } from './navigation';
import { Visit } from './visit';

const loadCallScreen = () => import('./CallScreen');
const CallScreen = lazy(async () => ({ default: (await loadCallScreen()).CallScreen }));

const PastChat = lazy(async () => {
  const [module, { loadLaterWords }] = await Promise.all([import('./PastChat'), import('@/shared/later_words')]);
  await loadLaterWords();
  return { default: module.PastChat };
});

type AskRating = ComponentType<{ readonly link: string; readonly participant: string }>;
const loadRating = async (): Promise<AskRating> => {
  const [module, { loadLaterWords }] = await Promise.all([import('./MeetingRating'), import('@/shared/later_words')]);
  await loadLaterWords();
  return module.MeetingRating;
};
// Nobody is kept from leaving by a question that cannot be fetched.
const MeetingRating = lazy(async () => ({ default: await loadRating().catch((): AskRating => () => null) }));

/** From the door to the goodbye. Coming back is another visit, with nothing left over from this one. */
export function MeetingPage({ room }: { room: string }) {
  const [params] = useState(() => paramsOf(location.search, location.hash));
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
  const meeting = useStore(visit.meeting.view);
  const door = useStore(visit.door.door);
  const covered = covers(useStore(visit.background.state));
  const processed = useStore(visit.background.picture);
  const picture = covered ? processed : undefined;
  const instead = covered ? <BackgroundInstead background={visit.background} /> : null;
  const [name, setName] = useState(visit.name);
  const [past, setPast] = useState<Meeting | null>(null);
  const title = titleOf(visit.room, meeting.state?.meeting.title, door === 'nowhere' ? undefined : door?.title);
  const inCall = isInCall(join);
  const atDoor = !inCall && join.at !== 'ended' && join.at !== 'failed';

  // In the call, the call's own screen writes it.
  useEffect(() => {
    if (!inCall) document.title = t('title.meeting', { room: title });
  }, [title, inCall, t]);

  const before = useRef(join.at);
  useEffect(() => {
    if (before.current === 'waiting' && join.at === 'asking') announcer.say(t('wait.admitted'));
    before.current = join.at;
  }, [join.at, t]);

  useShortcuts((command) => {
    if (!atDoor || (command !== 'mic' && command !== 'camera')) return;
    void visit.devices.set(command, devices[command].at !== 'on');
  });

  if (join.at === 'ended') {
    const participant = visit.tookPartAs;
    return (
      <>
        <Ended
          why={join.why}
          minutes={visit.minutes}
          chatKept={visit.leftChat}
          onRejoin={() => onAgain(join.who.name)}
          onHome={() => go('/')}
          onChat={participant === null ? null : () => setPast(visit.lookBack())}
          rating={
            participant === null ? undefined : (
              <Suspense fallback={null}>
                <MeetingRating link={visit.room} participant={participant} />
              </Suspense>
            )
          }
        />
        {past !== null && (
          <Suspense fallback={null}>
            <PastChat meeting={past} onClose={() => setPast(null)} />
          </Suspense>
        )}
      </>
    );
  }
  if (join.at === 'failed') {
    const retry = (): void => {
      if (join.problem.kind === 'page-outdated') location.reload();
      else onAgain(join.who.name);
    };
    return <Problem problem={join.problem} onRetry={retry} onHome={() => go('/')} />;
  }
  if (inCall && call !== null) {
    return (
      <Suspense fallback={<div className={css.stage} />}>
        <CallScreen
          call={call}
          join={join}
          meeting={visit.meeting}
          room={title}
          link={location.origin + roomPath(visit.room)}
          since={visit.since}
          devices={devices}
          background={visit.background}
          initialMode={layout}
          onRefreshDevices={() => void visit.devices.refreshLists()}
          onChooseDevice={(kind, id) => void visit.chooseInCall(kind, id)}
          onLeave={() => visit.join.leave()}
        />
      </Suspense>
    );
  }
  if (join.at === 'waiting') {
    return (
      <Waiting
        title={title}
        why={join.why}
        message={meeting.state?.lobby_message ?? ''}
        away={meeting.away}
        name={join.who.name}
        devices={devices}
        micLevel={visit.devices.micLevel}
        picture={picture}
        instead={instead}
        browser={browserFamily(navigator.userAgent)}
        host={location.host}
        onToggle={(kind, on) => void visit.devices.set(kind, on)}
        onLeave={() => visit.join.cancel()}
        onHome={() => go('/')}
      />
    );
  }
  if (door === 'nowhere') {
    return <Problem problem={{ kind: 'bad-link' }} onRetry={() => go('/')} onHome={() => go('/')} />;
  }
  return (
    <Lobby
      room={visit.room}
      door={door}
      passcode={join.at === 'idle' ? join.passcode : null}
      initialPasscode={visit.passcode}
      name={name}
      devices={devices}
      micLevel={visit.devices.micLevel}
      picture={picture}
      instead={instead}
      background={<LobbyBackground background={visit.background} />}
      network={network}
      onCheckNetwork={() => void visit.checkNetwork()}
      progress={progressOf(join)}
      browser={browserFamily(navigator.userAgent)}
      host={location.host}
      onName={(next) => {
        setName(next);
        remember('name', next);
      }}
      onJoin={(passcode) => visit.enter(name, passcode)}
      onCancel={() => visit.join.cancel()}
      onHome={() => go('/')}
      onToggle={(kind, on) => void visit.devices.set(kind, on)}
      onChoose={(kind, id) => void visit.devices.choose(kind, id)}
    />
  );
}

/** A meeting is called by its title, where it has one. */
function titleOf(room: string, ...titles: (string | undefined)[]): string {
  return titles.find((title) => title !== undefined && title !== '') ?? room;
}

function progressOf(join: JoinState): Progress {
  if (join.at === 'asking' && join.attempt > 1) return 'retrying';
  return join.at === 'asking' || join.at === 'connecting' ? 'joining' : 'waiting';
}
