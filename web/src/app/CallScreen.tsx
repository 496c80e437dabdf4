import { Captions as CaptionsIcon, Image, Keyboard, Maximize, PictureInPicture2, Settings2 } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Bar, LAYOUT_ICONS } from '@/features/controls/Bar';
import { MoreMenu } from '@/features/controls/MoreMenu';
import { TopBar } from '@/features/controls/TopBar';
import { CallNotices } from '@/features/notices/CallNotices';
import { changesBetween } from '@/features/notices/changes';
import { Invitation } from '@/features/stage/Invitation';
import type { Mode, Room } from '@/features/stage/layout';
import { Stage } from '@/features/stage/Stage';
import type { CameraBackground } from '@/sdk/background/camera_background';
import { headcount, type Call, type CallSnapshot } from '@/sdk/call';
import type { DevicesState } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import type { JoinState } from '@/sdk/join/machine';
import type { Meeting } from '@/sdk/meeting/meeting';
import { setView, view } from '@/sdk/preferences';
import { announcer } from '@/shared/announcer';
import { may } from '@/shared/capability';
import { cx } from '@/shared/cx';
import { useBox } from '@/shared/hooks/use_box';
import { useIdle } from '@/shared/hooks/use_idle';
import { useMediaQuery } from '@/shared/hooks/use_media_query';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings, shortcutsEnabled, useShortcuts, type Command } from '@/shared/shortcuts';
import type { MenuItem } from '@/shared/ui/Menu';
import { BackgroundChoices, BackgroundDialog, BackgroundNotices } from './backgrounds';
import css from './CallScreen.module.css';
import type { PanelId } from './meeting/panel_id';
import { useMeetingLayer, type Layer } from './meeting/use_meeting_layer';
import { useMode } from './meeting/use_mode';
import { usePanel } from './meeting/use_panel';
import { useWhiteboard } from './meeting/use_whiteboard';
import { usePins } from './use_pins';
import { useSpeakerWindow } from './use_speaker_window';
import { useTalkKey } from './use_talk_key';
import { useWakeLock } from './use_wake_lock';

// Opened now and then: not a part of what everybody waits for.
const SettingsDialog = lazy(async () => {
  const { SettingsDialog: component, loadLaterWords } = await import('@/features/controls/SettingsDialog');
  await loadLaterWords();
  return { default: component };
});
const SidePanel = lazy(async () => {
  const { SidePanel: component, loadLaterWords } = await import('./SidePanel');
  await loadLaterWords();
  return { default: component };
});
const Captions = lazy(async () => {
  const { Captions: component, loadLaterWords } = await import('@/features/captions/Captions');
  await loadLaterWords();
  return { default: component };
});
const ShortcutsDialog = lazy(async () => {
  const { ShortcutsDialog: component, loadLaterWords } = await import('@/features/controls/ShortcutsDialog');
  await loadLaterWords();
  return { default: component };
});

interface Props {
  readonly call: Call;
  /** Null: an embedded call, without an application plane. */
  readonly meeting?: Meeting | null;
  readonly join: JoinState;
  readonly room: string;
  readonly link: string;
  readonly since: number;
  readonly devices: DevicesState;
  /** Null: nothing is done to the camera's picture. */
  readonly background?: CameraBackground | null;
  readonly initialMode: Mode;
  readonly initialPanel?: PanelId | null;
  readonly initialWhiteboard?: boolean;
  readonly onRefreshDevices: () => void;
  readonly onChooseDevice: (kind: DeviceKind, id: string) => void;
  readonly onLeave: () => void;
}

const NOTHING: ReadonlySet<never> = new Set();
const NEXT_MODE: Record<Mode, Mode> = { grid: 'speaker', speaker: 'sidebar', sidebar: 'grid' };
const CONTROLS_LEAVE_AFTER_MS = 3000;
/** The bar and the air around it: what the stage leaves free below. */
const BAR_ROOM = 88;
/** The line with the room's name, where there is no corner for it that a tile could spare. */
const TOP_ROOM = 52;
const LOW_TOP_ROOM = 46;

/** People are in a strip of their own then, which nothing floats over. */
const BESIDE_WHITEBOARD: Room = { top: 0, bottom: 8, fullTop: 0, line: 0 };

export function CallScreen(props: Props) {
  const t = useWords();
  const { call, join, link, since, devices, background = null, onLeave, onRefreshDevices } = props;
  const snapshot = useStore(call.snapshot);
  const keys = useStore(bindings);
  const keysOn = useStore(shortcutsEnabled);
  const layer = useMeetingLayer(props.meeting ?? null);
  const forAll = layer?.state.meeting.layout ?? null;
  const [mode, setMode] = useMode(props.initialMode, forAll === 'whiteboard' ? null : forAll);
  const whiteboard = useWhiteboard(forAll === 'whiteboard', props.initialWhiteboard);
  const panel = usePanel(props.initialPanel ?? null);
  const [writeTo, setWriteTo] = useState<string | null>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const [dialog, setDialog] = useState<'settings' | 'shortcuts' | 'background' | 'host' | 'timer' | null>(null);
  const main = useRef<HTMLDivElement>(null);
  // Of the stage, not of the window: a panel beside it leaves it less.
  const width = useBox(main)?.width ?? 0;
  const compact = width > 0 && width <= 520;
  const canShare = canShareScreen();
  const [pinned, togglePin] = usePins(snapshot.people);
  const speakerWindow = useSpeakerWindow(snapshot.people);
  const setVolume = useCallback((id: string, volume: number) => call.setVolume(id, volume), [call]);

  const { people, mic, camera, share } = snapshot;
  const local = people.find((person) => person.isLocal);
  const needed = menuOpen || dialog !== null || panel.at !== null || whiteboard.open || people.length <= 1 || join.at !== 'live';
  const away = useIdle(CONTROLS_LEAVE_AFTER_MS, needed);
  const notices = useRef<HTMLDivElement>(null);
  const noticeHeight = useBox(notices)?.height ?? 0;
  const captions = useStore(call.captions);
  const { captions: captionsWanted, captionSize } = useStore(view);
  const writing = useRef<HTMLDivElement>(null);
  const captionHeight = useBox(writing)?.height ?? 0;
  const low = useMediaQuery('(max-height: 480px)');
  const drawing = layer !== null && whiteboard.open;
  const room = useMemo(() => (drawing ? BESIDE_WHITEBOARD : roomFor(noticeHeight, captionHeight, width, low)), [drawing, noticeHeight, captionHeight, width, low]);
  useWakeLock();
  const name = layer?.state.meeting.title || props.room;
  useAnnouncements(snapshot, name);
  useCaptionsHint(captions.available, captionsWanted);
  const reactions = layer?.view.reactions;
  const state = layer?.state ?? null;
  const parts = layer?.parts;
  const marks = useMemo(() => (parts === undefined || state === null || reactions === undefined ? undefined : parts.marksOf(state, reactions, t)), [parts, state, reactions, t]);
  const ask = layer === null ? null : layer.parts.askInstead(layer.state, mic.on, t);
  const without = barredFrom(layer, snapshot, compact);
  const raiseHand = (raised: boolean): void => {
    if (layer !== null) void layer.parts.carryOut(layer.meeting.raiseHand(raised));
  };

  const tabs: readonly PanelId[] = layer === null ? ['people'] : layer.parts.tabsFor(layer.state, layer.view);
  const mayShare = state === null || share.on || may(state, 'share_screen');
  const run: Record<Exclude<Command, 'talk'> | 'close', () => void> = {
    mic: () => {
      if (ask !== null) raiseHand(true);
      else if (!without.has('mic')) void call.setMic(!mic.on);
    },
    camera: () => {
      if (!without.has('camera')) void call.setCamera(!camera.on);
    },
    share: () => {
      if (canShare && mayShare) void call.setShare(!share.on);
    },
    hand: () => {
      if (state !== null && (state.me.hand_at !== null || may(state, 'raise_hand'))) raiseHand(state.me.hand_at === null);
    },
    people: () => panel.toggle('people'),
    chat: () => {
      if (tabs.includes('chat')) panel.toggle('chat');
    },
    layout: () => setMode(NEXT_MODE[mode]),
    captions: () => setView('captions', !captionsWanted),
    pip: () => speakerWindow?.toggle(),
    fullscreen: () => void toggleFullscreen(),
    settings: () => setDialog('settings'),
    help: () => setDialog('shortcuts'),
    close: panel.close,
  };
  const talk = useTalkKey(call, ask === null && !without.has('mic'));
  useShortcuts((command) => run[command](), talk);
  const closeDialog = useCallback(() => setDialog(null), []);

  const items: MenuItem[] = [
    ...(compact
      ? [
          {
            label: t(`controls.${NEXT_MODE[mode]}`),
            icon: LAYOUT_ICONS[NEXT_MODE[mode]],
            onSelect: run.layout,
          },
        ]
      : []),
    ...(layer?.parts.itemsFor(layer.state, { compact, canShare: canShare && mayShare, sharing: share.on, count: headcount(snapshot), onPeople: run.people, onShare: run.share, onWhiteboard: whiteboard.toggle, onOpen: setDialog }, t) ?? []),
    ...(background === null || without.has('camera') ? [] : [{ label: t('background.title'), icon: <Image aria-hidden="true" />, onSelect: () => setDialog('background') }]),
    ...(captions.available || captionsWanted
      ? [{ label: t(captionsWanted ? 'controls.captionsOff' : 'controls.captionsOn'), icon: <CaptionsIcon aria-hidden="true" />, shortcut: keyName(keys.captions, t), onSelect: run.captions }]
      : []),
    { label: t('controls.settings'), icon: <Settings2 aria-hidden="true" />, shortcut: keyName(keys.settings, t), onSelect: run.settings },
    ...(speakerWindow === null
      ? []
      : [{ label: t('controls.pip'), icon: <PictureInPicture2 aria-hidden="true" />, shortcut: keyName(keys.pip, t), onSelect: run.pip }]),
    { label: t('controls.fullscreen'), icon: <Maximize aria-hidden="true" />, shortcut: keyName(keys.fullscreen, t), onSelect: run.fullscreen },
    { label: t('controls.shortcuts'), icon: <Keyboard aria-hidden="true" />, shortcut: keyName(keys.help, t), onSelect: run.help },
  ];

  return (
    <main className={cx(css.call, panel.at !== null && css.withPanel, away && css.quiet)} data-screen="call">
      <div ref={main} className={css.main}>
        <div className={cx(css.stage, drawing && css.drawing)}>
        {layer !== null && whiteboard.open && (
          <div className={css.whiteboard}>
            <Suspense fallback={null}>
              <layer.parts.Whiteboard meeting={layer.meeting} state={layer.state} onClose={whiteboard.close} />
            </Suspense>
          </div>
        )}
        <Stage
          people={people}
          mode={mode}
          room={room}
          pinned={pinned}
          {...(layer === null ? {} : { forAll: layer.state.meeting.spotlight })}
          {...(marks === undefined ? {} : { marks })}
          onPin={togglePin}
          onShowPeople={() => panel.open('people')}
          onPastLast={compact && tabs.includes('chat') ? () => panel.open('chat') : undefined}
          invitation={<Invitation link={link} />}
        />
        </div>
        <TopBar
          room={name}
          since={since}
          quality={local?.quality ?? 'unknown'}
          cause={snapshot.cause}
          dataSaver={snapshot.dataSaver}
          away={away}
          beside={noticeHeight > 0}
          marks={layer !== null && (layer.state.meeting.is_locked || layer.state.timer !== null) ? <layer.parts.TopMarks layer={layer} /> : null}
        />
        {layer !== null && <layer.parts.Passing layer={layer} call={snapshot} live={join.at === 'live'} panel={panel.at} />}
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
        >
          {background !== null && <BackgroundNotices background={background} />}
          {layer !== null && <layer.parts.MeetingNotices meeting={layer.meeting} view={layer.view} state={layer.state} panel={panel.at} onSee={panel.open} />}
        </CallNotices>
        <div ref={writing} className={css.captions}>
          {captionsWanted && (
            <Suspense fallback={null}>
              <Captions captions={captions} size={captionSize} nameOf={(id) => people.find((person) => person.id === id)?.name ?? ''} />
            </Suspense>
          )}
        </div>
        <div className={css.bottom}>
          <Bar
            call={snapshot}
            micLevel={call.micLevel}
            count={headcount(snapshot)}
            nextMode={NEXT_MODE[mode]}
            peopleOpen={panel.at !== null && (panel.at === 'people' || layer === null)}
            canShare={canShare}
            away={away}
            compact={compact}
            more={<MoreMenu items={items} onOpenChange={setMenuOpen} />}
            without={without}
            ask={layer !== null && ask !== null && <layer.parts.AskButton words={ask} onAsk={run.mic} />}
            {...(layer === null
              ? {}
              : {
                  gestures: <layer.parts.Gestures layer={layer} onOpenChange={setMenuOpen} />,
                  tools: <layer.parts.Tools layer={layer} tabs={tabs} panel={panel.at} compact={compact} onPanel={panel.toggle} onHost={() => setDialog('host')} />,
                })}
            leave={
              layer === null || !may(state, 'end_for_all')
                ? null
                : (className) => <layer.parts.LeaveMenu meeting={layer.meeting} state={layer.state} className={className} onLeave={onLeave} onOpenChange={setMenuOpen} />
            }
            onMic={run.mic}
            onCamera={run.camera}
            onShare={run.share}
            onMode={run.layout}
            onPeople={run.people}
            onLeave={onLeave}
          />
        </div>
      </div>
      {panel.at !== null && (
        <div className={css.panel}>
          <Suspense fallback={null}>
            <SidePanel
              at={panel.at}
              layer={layer}
              people={people}
              link={link}
              pinned={pinned}
              writeTo={writeTo}
              onPin={togglePin}
              onVolume={setVolume}
              onWrite={(id) => {
                setWriteTo(id);
                panel.open('chat');
              }}
              onSelect={panel.open}
              whiteboardOpen={whiteboard.open}
              onWhiteboard={whiteboard.toggle}
              onClose={panel.close}
            />
          </Suspense>
        </div>
      )}
      <Suspense fallback={null}>
      {layer !== null && dialog === 'host' && <layer.parts.HostDialog meeting={layer.meeting} state={layer.state} onClose={closeDialog} />}
      {layer !== null && dialog === 'timer' && <layer.parts.TimerDialog meeting={layer.meeting} timer={layer.state.timer} onClose={closeDialog} />}
      {dialog === 'shortcuts' && <ShortcutsDialog inMeeting={layer !== null} onClose={closeDialog} />}
      {background !== null && dialog === 'background' && <BackgroundDialog background={background} onClose={closeDialog} />}
      {dialog === 'settings' && (
        <SettingsDialog
          devices={devices}
          call={snapshot}
          {...(background === null ? {} : { background: <BackgroundChoices background={background} /> })}
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

/** Devices that we may not use, and what has no place on a narrow bar: that is in the menu "More". */
function barredFrom(layer: Layer | null, { mic, camera, share }: CallSnapshot, compact: boolean): ReadonlySet<'mic' | 'camera' | 'share' | 'people'> {
  if (layer === null) return NOTHING;
  const barred = layer.parts.withoutDevices(layer.state, { mic: mic.on, camera: camera.on, share: share.on });
  return compact ? new Set([...barred, 'share', 'people']) : barred;
}

/** What the stage leaves free, so that neither a notice nor a name ever lies on a face. */
function roomFor(noticeHeight: number, captionHeight: number, width: number, low: boolean): Room {
  const line = low ? LOW_TOP_ROOM : TOP_ROOM;
  // A wide stage has room for a notice beside the name, and a low one has to.
  const start = width >= (low ? 640 : 1000) ? 12 : line;
  const below = noticeHeight > 0 ? start + noticeHeight + 8 : 0;
  const bottom = BAR_ROOM + (captionHeight > 0 ? captionHeight + 8 : 0);
  return { top: Math.max(below, width <= 520 ? line : 0), bottom, fullTop: below, fullBottom: low && captionHeight > 0 ? bottom : 0, line };
}

/** Speaks of what others did, and of what our own keys did: a key gives no other sign. */
function useAnnouncements(now: CallSnapshot, room: string): void {
  const t = useWords();
  const before = useRef<CallSnapshot | null>(null);
  const count = headcount(now);
  useEffect(() => {
    document.title = t('title.call', { room, count });
  }, [room, count, t]);
  useEffect(() => {
    const last = before.current;
    before.current = now;
    if (last === null) {
      announcer.say(now.people.length <= 1 ? t('notices.inCallAlone') : t('notices.inCall', { count: headcount(now) }));
      return;
    }
    for (const { text, shown } of changesBetween(last.people, now.people)) announcer.say(text, { shown });
    if (last.mic.on !== now.mic.on) announcer.say(now.mic.on ? t('notices.micOn') : t('notices.micMuted'));
    if (last.camera.on !== now.camera.on) announcer.say(now.camera.on ? t('notices.cameraOn') : t('notices.cameraOff'));
  }, [now, t]);
}

/** Told once: nobody looks for what they do not know of. */
function useCaptionsHint(available: boolean, wanted: boolean): void {
  const t = useWords();
  const told = useRef(false);
  useEffect(() => {
    if (!available || wanted || told.current) return;
    told.current = true;
    announcer.say(t('notices.captions'), { shown: true });
  }, [available, wanted, t]);
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
