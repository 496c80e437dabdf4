import { Keyboard, LayoutGrid, LayoutPanelLeft, Maximize, PictureInPicture2, Settings2 } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Bar } from '@/features/controls/Bar';
import { MoreMenu, type MenuItem } from '@/features/controls/MoreMenu';
import { TopBar } from '@/features/controls/TopBar';
import { CallNotices } from '@/features/notices/CallNotices';
import { changesBetween } from '@/features/notices/changes';
import { PeoplePanel } from '@/features/people/PeoplePanel';
import { Invitation } from '@/features/stage/Invitation';
import type { Mode, Room } from '@/features/stage/layout';
import { Stage } from '@/features/stage/Stage';
import type { Call, CallSnapshot } from '@/sdk/call';
import type { DevicesState } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import type { JoinState } from '@/sdk/join/machine';
import { announcer } from '@/shared/announcer';
import { cx } from '@/shared/cx';
import { useBox } from '@/shared/hooks/use_box';
import { useIdle } from '@/shared/hooks/use_idle';
import { useMediaQuery } from '@/shared/hooks/use_media_query';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings, shortcutsEnabled, useShortcuts, type Command } from '@/shared/shortcuts';
import css from './CallScreen.module.css';
import { usePins } from './use_pins';
import { useSpeakerWindow } from './use_speaker_window';
import { useTalkKey } from './use_talk_key';
import { useWakeLock } from './use_wake_lock';

// Opened now and then: not a part of what everybody waits for.
const SettingsDialog = lazy(async () => ({ default: (await import('@/features/controls/SettingsDialog')).SettingsDialog }));
const ShortcutsDialog = lazy(async () => ({ default: (await import('@/features/controls/ShortcutsDialog')).ShortcutsDialog }));

interface Props {
  readonly call: Call;
  readonly join: JoinState;
  readonly room: string;
  readonly link: string;
  readonly since: number;
  readonly devices: DevicesState;
  readonly initialMode: Mode;
  readonly initialPanel?: boolean;
  readonly onRefreshDevices: () => void;
  readonly onChooseDevice: (kind: DeviceKind, id: string) => void;
  readonly onLeave: () => void;
}

const CONTROLS_LEAVE_AFTER_MS = 3000;
/** The bar and the air around it: what the stage leaves free below. */
const BAR_ROOM = 88;
/** The line with the room's name, where there is no corner for it that a tile could spare. */
const TOP_ROOM = 52;

export function CallScreen(props: Props) {
  const t = useWords();
  const { call, join, link, since, devices, onLeave, onRefreshDevices } = props;
  const snapshot = useStore(call.snapshot);
  const keys = useStore(bindings);
  const keysOn = useStore(shortcutsEnabled);
  const [mode, setMode] = useState<Mode>(props.initialMode);
  const [peopleOpen, setPeopleOpen] = useState(props.initialPanel ?? false);
  const [menuOpen, setMenuOpen] = useState(false);
  const [dialog, setDialog] = useState<'settings' | 'shortcuts' | null>(null);
  const compact = useMediaQuery('(max-width: 520px)');
  const canShare = canShareScreen();
  const [pinned, togglePin] = usePins(snapshot.people);
  const speakerWindow = useSpeakerWindow(snapshot.people);
  const setVolume = useCallback((id: string, volume: number) => call.setVolume(id, volume), [call]);

  const { people, mic, camera, share } = snapshot;
  const local = people.find((person) => person.isLocal);
  const needed = menuOpen || dialog !== null || peopleOpen || people.length <= 1 || join.at !== 'live';
  const away = useIdle(CONTROLS_LEAVE_AFTER_MS, needed);
  const notices = useRef<HTMLDivElement>(null);
  const noticeHeight = useBox(notices)?.height ?? 0;
  const narrow = useMediaQuery('(max-width: 999px)');
  const room = useMemo(() => roomFor(noticeHeight, narrow, compact), [noticeHeight, narrow, compact]);
  useWakeLock();
  useAnnouncements(snapshot, props.room);

  const run: Record<Exclude<Command, 'talk'> | 'close', () => void> = {
    mic: () => void call.setMic(!mic.on),
    camera: () => void call.setCamera(!camera.on),
    share: () => {
      if (canShare) void call.setShare(!share.on);
    },
    people: () => setPeopleOpen(!peopleOpen),
    layout: () => setMode(mode === 'grid' ? 'speaker' : 'grid'),
    pip: () => speakerWindow?.toggle(),
    fullscreen: () => void toggleFullscreen(),
    settings: () => setDialog('settings'),
    help: () => setDialog('shortcuts'),
    close: () => setPeopleOpen(false),
  };
  const talk = useTalkKey(call);
  useShortcuts((command) => run[command](), talk);
  const closeDialog = useCallback(() => setDialog(null), []);

  const items: MenuItem[] = [
    ...(compact
      ? [
          {
            label: mode === 'grid' ? t('controls.speaker') : t('controls.grid'),
            icon: mode === 'grid' ? <LayoutPanelLeft aria-hidden="true" /> : <LayoutGrid aria-hidden="true" />,
            onSelect: run.layout,
          },
        ]
      : []),
    { label: t('controls.settings'), icon: <Settings2 aria-hidden="true" />, shortcut: keyName(keys.settings, t), onSelect: run.settings },
    ...(speakerWindow === null
      ? []
      : [{ label: t('controls.pip'), icon: <PictureInPicture2 aria-hidden="true" />, shortcut: keyName(keys.pip, t), onSelect: run.pip }]),
    { label: t('controls.fullscreen'), icon: <Maximize aria-hidden="true" />, shortcut: keyName(keys.fullscreen, t), onSelect: run.fullscreen },
    { label: t('controls.shortcuts'), icon: <Keyboard aria-hidden="true" />, shortcut: keyName(keys.help, t), onSelect: run.help },
  ];

  return (
    <main className={cx(css.call, peopleOpen && css.withPanel, away && css.quiet)} data-screen="call">
      <div className={css.main}>
        <Stage
          people={people}
          mode={mode}
          room={room}
          pinned={pinned}
          onPin={togglePin}
          onShowPeople={() => setPeopleOpen(true)}
          invitation={<Invitation link={link} />}
        />
        <TopBar room={props.room} since={since} quality={local?.quality ?? 'unknown'} cause={snapshot.cause} dataSaver={snapshot.dataSaver} away={away} />
        <CallNotices
          ref={notices}
          join={join}
          call={snapshot}
          onPlay={() => void call.unblockAudio()}
          talkKey={keysOn ? keyName(keys.talk, t) : null}
          onUnmute={run.mic}
          onDismissFallback={() => call.dismissFallback()}
          onDevices={run.settings}
          onDismissTrouble={() => call.dismissTrouble()}
          onStopShare={() => void call.setShare(false)}
        />
        <div className={css.bottom}>
          <Bar
            call={snapshot}
            micLevel={call.micLevel}
            count={people.length}
            mode={mode}
            peopleOpen={peopleOpen}
            canShare={canShare}
            away={away}
            compact={compact}
            more={<MoreMenu items={items} onOpenChange={setMenuOpen} />}
            onMic={run.mic}
            onCamera={run.camera}
            onShare={run.share}
            onMode={run.layout}
            onPeople={run.people}
            onLeave={onLeave}
          />
        </div>
      </div>
      {peopleOpen && (
        <div className={css.panel}>
          <PeoplePanel people={people} link={link} pinned={pinned} onPin={togglePin} onVolume={setVolume} onClose={() => setPeopleOpen(false)} />
        </div>
      )}
      <Suspense fallback={null}>
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={closeDialog} />}
      {dialog === 'settings' && (
        <SettingsDialog
          devices={devices}
          call={snapshot}
          onRefresh={onRefreshDevices}
          onChoose={props.onChooseDevice}
          onNoise={(noise) => void call.setNoise(noise)}
          onDataSaver={(mode) => call.setDataSaver(mode)}
          onClose={closeDialog}
        />
      )}
      </Suspense>
    </main>
  );
}

/** What the stage leaves free, so that neither a notice nor a name ever lies on a face. */
function roomFor(noticeHeight: number, narrow: boolean, compact: boolean): Room {
  const start = narrow ? TOP_ROOM : 12;
  const below = noticeHeight > 0 ? start + noticeHeight + 8 : 0;
  return { top: Math.max(below, compact ? TOP_ROOM : 0), bottom: BAR_ROOM, fullTop: below };
}

/** Speaks of what others did, and of what our own keys did: a key gives no other sign. */
function useAnnouncements(now: CallSnapshot, room: string): void {
  const t = useWords();
  const before = useRef<CallSnapshot | null>(null);
  const count = now.people.length;
  useEffect(() => {
    document.title = t('title.call', { room, count });
  }, [room, count, t]);
  useEffect(() => {
    const last = before.current;
    before.current = now;
    if (last === null) {
      announcer.say(now.people.length <= 1 ? t('notices.inCallAlone') : t('notices.inCall', { count: now.people.length }));
      return;
    }
    for (const { text, shown } of changesBetween(last.people, now.people)) announcer.say(text, { shown });
    if (last.mic.on !== now.mic.on) announcer.say(now.mic.on ? t('notices.micOn') : t('notices.micMuted'));
    if (last.camera.on !== now.camera.on) announcer.say(now.camera.on ? t('notices.cameraOn') : t('notices.cameraOff'));
  }, [now, t]);
}

/** Not on phones, and not on a page without TLS, which has no devices at all. */
function canShareScreen(): boolean {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  return typeof media?.getDisplayMedia === 'function';
}

async function toggleFullscreen(): Promise<void> {
  try {
    if (document.fullscreenElement === null) await document.documentElement.requestFullscreen();
    else await document.exitFullscreen();
  } catch {
    // Some phones have none.
  }
}
