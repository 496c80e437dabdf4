/** What a meeting adds to a call, loaded once somebody is in one. What is opened by a press is loaded by that press. */
import { Lock, MessageSquare, MicOff, MonitorUp, Presentation, ShieldCheck, Timer, Users } from 'lucide-react';
import { lazy, useCallback, useEffect, useRef } from 'react';
import { ChatToasts } from '@/features/chat/ChatToasts';
import { HandButton } from '@/features/hand/HandButton';
import { hasHostControls } from '@/features/host/controls';
import { meetingChanges } from '@/features/notices/meeting_changes';
import { FlyingReactions } from '@/features/reactions/FlyingReactions';
import { ReactionMenu } from '@/features/reactions/ReactionMenu';
import { TimerMark } from '@/features/timer/TimerMark';
import type { CallSnapshot } from '@/sdk/call';
import type { MeetingState } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { may } from '@/shared/capability';
import { useStore } from '@/shared/hooks/use_store';
import { useWords, type Translate } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings } from '@/shared/shortcuts';
import type { MenuItem } from '@/shared/ui/Menu';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './parts.module.css';
import type { PanelId } from './panel_id';
import type { Layer } from './use_meeting_layer';

export { LeaveMenu } from '@/features/host/LeaveMenu';
export { MeetingNotices } from '@/features/notices/MeetingNotices';
export { marksOf } from './marks';
export { askInstead, withoutDevices } from './mic_ask';
export { mayWrite, tabsFor } from './tabs';
export { loadLaterWords } from '@/shared/later_words';
export { carryOut } from '@/shared/refusal';

export const HostDialog = lazy(async () => ({ default: (await import('@/features/host/HostDialog')).HostDialog }));
export const Whiteboard = lazy(async () => {
  const { Whiteboard: component, loadBoardWords } = await import('@/features/whiteboard/Whiteboard');
  await loadBoardWords();
  return { default: component };
});
export const TimerDialog = lazy(async () => ({ default: (await import('@/features/timer/TimerDialog')).TimerDialog }));

/** Beside the devices: what we say without a word. */
export function Gestures({ layer: { meeting, state }, onOpenChange }: { layer: Layer; onOpenChange: (open: boolean) => void }) {
  return (
    <>
      <HandButton meeting={meeting} state={state} />
      {may(state, 'react') && <ReactionMenu meeting={meeting} onOpenChange={onOpenChange} />}
    </>
  );
}

interface ToolsProps {
  readonly layer: Layer;
  readonly tabs: readonly PanelId[];
  readonly panel: PanelId | null;
  readonly compact: boolean;
  readonly onPanel: (id: PanelId) => void;
  readonly onHost: () => void;
}

/** Beside the panel: the chat, and the shield of who runs the meeting. */
export function Tools({ layer: { view, state }, tabs, panel, compact, onPanel, onHost }: ToolsProps) {
  const t = useWords();
  const keys = useStore(bindings);
  const { unread } = view.chat;
  return (
    <>
      {tabs.includes('chat') && (
        <RoundButton
          label={unread > 0 ? t('panel.openChatUnread', { count: unread }) : t('panel.openChat')}
          shortcut={keyName(keys.chat, t)}
          look={panel === 'chat' ? 'active' : 'plain'}
          badge={unread > 0 ? String(Math.min(99, unread)) : undefined}
          icon={<MessageSquare aria-hidden="true" />}
          aria-expanded={panel === 'chat'}
          data-control="chat"
          onClick={() => onPanel('chat')}
        />
      )}
      {!compact && hasHostControls(state) && <RoundButton label={t('host.title')} icon={<ShieldCheck aria-hidden="true" />} data-control="host" onClick={onHost} />}
    </>
  );
}

/** In place of a microphone that may not be switched on: why, and the way to ask. */
export function AskButton({ words, onAsk }: { words: string; onAsk: () => void }) {
  return <RoundButton label={words} look="off" icon={<MicOff aria-hidden="true" />} data-control="ask" onClick={onAsk} />;
}

interface ItemsWish {
  readonly compact: boolean;
  readonly canShare: boolean;
  readonly sharing: boolean;
  readonly count: number;
  readonly onPeople: () => void;
  readonly onShare: () => void;
  readonly onWhiteboard: () => void;
  readonly onOpen: (dialog: 'host' | 'timer') => void;
}

/** What stands in the menu "More" on account of the meeting: the rarer things, and on a phone what the bar has no place for. */
export function itemsFor(state: MeetingState, wish: ItemsWish, t: Translate): readonly MenuItem[] {
  const { compact, sharing, onOpen } = wish;
  const items: MenuItem[] = [];
  if (compact) items.push({ label: t('controls.people', { count: wish.count }), icon: <Users aria-hidden="true" />, onSelect: wish.onPeople });
  if (compact && wish.canShare) items.push({ label: sharing ? t('controls.unshare') : t('controls.share'), icon: <MonitorUp aria-hidden="true" />, onSelect: wish.onShare });
  if (compact && hasHostControls(state)) items.push({ label: t('host.title'), icon: <ShieldCheck aria-hidden="true" />, onSelect: () => onOpen('host') });
  items.push({ label: t('whiteboard.title'), icon: <Presentation aria-hidden="true" />, onSelect: wish.onWhiteboard });
  if (may(state, 'run_timer')) items.push({ label: t('timer.title'), icon: <Timer aria-hidden="true" />, onSelect: () => onOpen('timer') });
  return items;
}

export function TopMarks({ layer: { state, view } }: { layer: Layer }) {
  const t = useWords();
  return (
    <>
      {state.meeting.is_locked && (
        <span className={css.lock} role="img" aria-label={t('plane.locked')} title={t('plane.locked')}>
          <Lock />
        </span>
      )}
      {state.timer !== null && <TimerMark key={state.timer.ends_at} timer={state.timer} skew={view.skew} />}
    </>
  );
}

/** What is heard and seen of others in passing: reactions, messages, what a host changed. */
export function Passing({ layer, call, live, panel }: { layer: Layer; call: CallSnapshot; live: boolean; panel: PanelId | null }) {
  const { state, view } = layer;
  useChanges(state, call, live);
  const people = state.participants;
  const nameOf = useCallback((id: string) => people.find((one) => one.id === id)?.name ?? '', [people]);
  return (
    <>
      <FlyingReactions reactions={view.reactions} nameOf={nameOf} />
      <ChatToasts chat={view.chat} open={panel === 'chat'} />
    </>
  );
}

function useChanges(state: MeetingState, call: CallSnapshot, live: boolean): void {
  const t = useWords();
  const before = useRef(state);
  useEffect(() => {
    for (const { text, shown } of meetingChanges(before.current, state)) announcer.say(text, { shown });
    before.current = state;
  }, [state]);

  const lastCall = useRef(call);
  useEffect(() => {
    const last = lastCall.current;
    lastCall.current = call;
    // Our own press makes the switch busy first; a device that failed says so itself.
    const byOther = live && last.mic.on && !call.mic.on && !last.mic.busy && !call.mic.busy && call.trouble === null && call.fallback === null;
    if (byOther && !state.me.hard_muted && !state.meeting.suspended) announcer.say(t('plane.mutedByHost'), { shown: true });
  }, [call, live, state, t]);
}
