import { LayoutGrid } from 'lucide-react';
import { useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { Breakouts, MeetingState } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { may } from '@/shared/capability';
import { clock } from '@/shared/clock';
import { useNow } from '@/shared/hooks/use_now';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Empty } from '@/shared/ui/Empty';
import { TextField } from '@/shared/ui/TextField';
import { PlanForm } from './PlanForm';
import { RoomCard } from './RoomCard';
import css from './Rooms.module.css';

/** For so long everybody can say goodbye before the rooms close. */
const GOODBYE_SECONDS = 60;

export function RoomsPanel({ meeting, state, skew }: { meeting: Meeting; state: MeetingState; skew: number }) {
  const t = useWords();
  const [editing, setEditing] = useState(false);
  const { breakouts } = state;
  const manages = may(state, 'manage_breakouts');
  const planning = manages && (breakouts === null || (breakouts.state === 'planned' && editing));
  const nothing = !manages && (breakouts === null || breakouts.state === 'planned');
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={t('panel.rooms')}>
      {nothing && <Empty icon={<LayoutGrid aria-hidden="true" />} title={t('rooms.empty')} hint={t('rooms.emptyHint')} />}
      {planning && (
        <PlanForm
          state={state}
          before={breakouts}
          onSave={async (rooms, minutes, mayHop) => {
            const done = await carryOut(meeting.planBreakouts(rooms, minutes, mayHop));
            if (done) setEditing(false);
            return done;
          }}
          onCancel={breakouts === null ? null : () => setEditing(false)}
        />
      )}
      {!planning && !nothing && breakouts !== null && (
        <>
          <Status breakouts={breakouts} skew={skew} />
          {breakouts.rooms.map((room) => (
            <RoomCard key={room.id} room={room} meeting={meeting} state={state} breakouts={breakouts} />
          ))}
          {manages && breakouts.state === 'planned' && (
            <div className={css.acts}>
              <Button look="quiet" onClick={() => void carryOut(meeting.discardBreakouts())}>
                {t('rooms.discard')}
              </Button>
              <Button onClick={() => setEditing(true)}>{t('rooms.edit')}</Button>
              <Button look="primary" onClick={() => void carryOut(meeting.openBreakouts())}>
                {t('rooms.openAll')}
              </Button>
            </div>
          )}
          {breakouts.state !== 'planned' && may(state, 'broadcast') && <Broadcast meeting={meeting} />}
          {manages && breakouts.state !== 'planned' && (
            <div className={css.acts}>
              {breakouts.state === 'open' && <Button onClick={() => void carryOut(meeting.closeBreakouts(GOODBYE_SECONDS))}>{t('rooms.closeIn', { seconds: GOODBYE_SECONDS })}</Button>}
              <Button look="danger" onClick={() => void carryOut(meeting.closeBreakouts(0))}>
                {t('rooms.closeNow')}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Status({ breakouts: { state, ends_at }, skew }: { breakouts: Breakouts; skew: number }) {
  const t = useWords();
  const now = useNow(ends_at !== null);
  const words = t(state === 'planned' ? 'rooms.planned' : state === 'open' ? 'rooms.isOpen' : 'rooms.closing');
  return (
    <p className={css.status}>
      <strong>{words}</strong>
      {ends_at !== null && (
        <span className="tabular" role="timer">
          {t('rooms.timeLeft', { time: clock(Math.ceil((Date.parse(ends_at) - now - skew) / 1000) * 1000) })}
        </span>
      )}
    </p>
  );
}

function Broadcast({ meeting }: { meeting: Meeting }) {
  const t = useWords();
  const [text, setText] = useState('');
  const send = async (): Promise<void> => {
    const wanted = text.trim();
    if (wanted === '' || !(await carryOut(meeting.broadcast(wanted)))) return;
    setText('');
    announcer.say(t('rooms.sent'), { shown: true });
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextField label={t('rooms.broadcast')} maxLength={500} value={text} onChange={(event) => setText(event.target.value)} />
      <Button type="submit" aria-disabled={text.trim() === ''}>
        {t('rooms.broadcastSend')}
      </Button>
    </form>
  );
}
