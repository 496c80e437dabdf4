import { ChartColumn, CirclePause, CloudOff, DoorOpen, LayoutGrid, Megaphone, MicOff, X } from 'lucide-react';
import { useState } from 'react';
import type { Meeting, MeetingView } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { clock } from '@/shared/clock';
import { useNow } from '@/shared/hooks/use_now';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Notice } from '@/shared/ui/Notice';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './CallNotices.module.css';

interface Props {
  readonly meeting: Meeting;
  readonly view: MeetingView;
  readonly state: MeetingState;
  readonly onSee: (panel: 'people' | 'polls' | 'rooms') => void;
  /** Nothing is announced that is open in front of us. */
  readonly panel: string | null;
}

/** What the meeting asks of us or keeps from us right now; whoever shows it shows the first few. */
export function MeetingNotices({ meeting, view, state, onSee, panel }: Props) {
  const t = useWords();
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const { me } = state;
  const waiting = state.lobby ?? [];
  const poll = state.polls.find((one) => one.state === 'open' && one.mine === null && !dismissed.has(one.id));
  const dismiss = (onClick: () => void) => <RoundButton small look="ghost" tipAt="below" label={t('dismiss')} icon={<X aria-hidden="true" />} onClick={onClick} />;
  return (
    <>
      {view.away && <Notice look="warn" icon={<CloudOff aria-hidden="true" />}>{t('plane.away')}</Notice>}
      {state.meeting.suspended && (
        <Notice
          look="bad"
          icon={<CirclePause aria-hidden="true" />}
          action={may(state, 'suspend_all') ? <Button onClick={() => void carryOut(meeting.setSuspended(false))}>{t('host.resume')}</Button> : undefined}
        >
          {may(state, 'suspend_all') ? t('plane.suspendedHost') : t('plane.suspended')}
        </Notice>
      )}
      {view.broadcast !== null && (
        <Notice icon={<Megaphone aria-hidden="true" />} action={dismiss(() => meeting.dismissBroadcast())}>
          {t('plane.broadcast', { name: view.broadcast.from_name, text: view.broadcast.text })}
        </Notice>
      )}
      {may(state, 'admit') && waiting.length > 0 && panel !== 'people' && (
        <Notice
          icon={<DoorOpen aria-hidden="true" />}
          action={
            <span className={css.actions}>
              <Button look="quiet" onClick={() => onSee('people')}>{t('waiting.see')}</Button>
              <Button look="primary" onClick={() => void carryOut(meeting.admit())}>{waiting.length === 1 ? t('waiting.admit') : t('waiting.admitAll')}</Button>
            </span>
          }
        >
          {waiting.length === 1 ? t('waiting.one', { name: waiting[0]?.name ?? '' }) : t('waiting.title', { count: waiting.length })}
        </Notice>
      )}
      <RoomNotice meeting={meeting} state={state} skew={view.skew} choose={panel === 'rooms' ? null : () => onSee('rooms')} />
      {me.hard_muted && !state.meeting.suspended && (
        <Notice
          look="warn"
          icon={<MicOff aria-hidden="true" />}
          action={may(state, 'raise_hand') && me.hand_at === null ? <Button onClick={() => void carryOut(meeting.raiseHand(true))}>{t('hand.raise')}</Button> : undefined}
        >
          {may(state, 'raise_hand') && me.hand_at === null ? t('plane.hardMutedAsk') : t('plane.hardMuted')}
        </Notice>
      )}
      {poll !== undefined && may(state, 'vote') && panel !== 'polls' && (
        <Notice
          icon={<ChartColumn aria-hidden="true" />}
          action={
            <span className={css.actions}>
              <Button look="primary" onClick={() => onSee('polls')}>{t('polls.vote')}</Button>
              {dismiss(() => setDismissed(new Set([...dismissed, poll.id])))}
            </span>
          }
        >
          {t('polls.notice', { question: poll.question })}
        </Notice>
      )}
    </>
  );
}

/** In a breakout: where we are, for how long, and the way back. Outside of one: that there are some. */
function RoomNotice({ meeting, state, skew, choose }: { meeting: Meeting; state: MeetingState; skew: number; choose: (() => void) | null }) {
  const t = useWords();
  const { breakouts, me } = state;
  const now = useNow(typeof breakouts?.ends_at === 'string');
  if (breakouts === null || breakouts.state === 'planned') return null;
  const inside = me.room !== state.meeting.room;
  const mayMove = breakouts.may_hop || may(state, 'manage_breakouts');
  const time = breakouts.ends_at === null ? null : clock(Math.ceil((Date.parse(breakouts.ends_at) - now - skew) / 1000) * 1000);
  // It ticks, and must not be read out each time.
  const end = time !== null && (
    <span className="tabular" role="timer" aria-live="off">
      {breakouts.state === 'closing' ? t('rooms.closesIn', { time }) : t('rooms.timeLeft', { time })}
    </span>
  );
  if (inside) {
    const room = breakouts.rooms.find(({ participants }) => participants.includes(me.participant));
    return (
      <Notice
        look={breakouts.state === 'closing' ? 'warn' : 'plain'}
        icon={<LayoutGrid aria-hidden="true" />}
        action={mayMove ? <Button onClick={() => void carryOut(meeting.moveTo(me.participant, null))}>{t('rooms.back')}</Button> : undefined}
      >
        {t('rooms.inRoom', { room: room?.name ?? '' })} {end}
      </Notice>
    );
  }
  // Who runs the rooms has opened them and needs no word about it.
  if (choose === null || !breakouts.may_hop || breakouts.state !== 'open' || may(state, 'manage_breakouts')) return null;
  return (
    <Notice icon={<LayoutGrid aria-hidden="true" />} action={<Button look="primary" onClick={choose}>{t('rooms.choose')}</Button>}>
      {t('rooms.available')} {end}
    </Notice>
  );
}
