import { Shuffle } from 'lucide-react';
import { useState } from 'react';
import type { Breakouts, MeetingState } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { CheckField } from '@/shared/ui/CheckField';
import { SelectField } from '@/shared/ui/SelectField';
import { TextField } from '@/shared/ui/TextField';
import { assign, finish, MOST_ROOMS, planOf, rename, sendable, shuffle, type PlannedRoom } from './plan';
import css from './Rooms.module.css';

interface Props {
  readonly state: MeetingState;
  readonly before: Breakouts | null;
  readonly onSave: (rooms: readonly PlannedRoom[], minutes: number | null, mayHop: boolean) => Promise<boolean>;
  readonly onCancel: (() => void) | null;
}

/** About so many people make a talk in which everybody has a turn. */
const PEOPLE_IN_A_ROOM = 4;

export function PlanForm({ state, before, onSave, onCancel }: Props) {
  const t = useWords();
  const people = sendable(state.participants);
  const [count, setCount] = useState(() => String(before?.rooms.length ?? Math.max(2, Math.min(MOST_ROOMS, Math.ceil(people.length / PEOPLE_IN_A_ROOM)))));
  const [rooms, setRooms] = useState<readonly PlannedRoom[] | null>(before === null ? null : planOf(before));
  const [minutes, setMinutes] = useState('');
  const [mayHop, setMayHop] = useState(before?.may_hop ?? false);
  const wanted = Number(count);
  const good = Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST_ROOMS;
  const nameOf = (number: number): string => t('rooms.name', { number });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        const time = Number(minutes);
        if (rooms !== null) void onSave(finish(rooms, state.participants, nameOf), time > 0 ? time : null, mayHop);
      }}
    >
      <p className={css.meta}>{t('rooms.intro')}</p>
      <TextField label={t('rooms.count')} type="number" min="1" max={MOST_ROOMS} value={count} aria-invalid={!good} onChange={(event) => setCount(event.target.value)} />
      <div className={css.acts}>
        <Button
          icon={<Shuffle aria-hidden="true" />}
          look={rooms === null ? 'primary' : 'plain'}
          aria-disabled={!good}
          onClick={() => {
            if (good) setRooms(shuffle(people, wanted, nameOf, Math.random));
          }}
        >
          {t('rooms.shuffle')}
        </Button>
        <Button
          aria-disabled={!good}
          onClick={() => {
            if (good) setRooms(shuffle([], wanted, nameOf, Math.random));
          }}
        >
          {t('rooms.byHand')}
        </Button>
      </div>
      {rooms !== null && (
        <>
          {rooms.map((room, i) => (
            <TextField key={i} label={t('rooms.nameLabel', { number: i + 1 })} maxLength={60} value={room.name} onChange={(event) => setRooms(rename(rooms, i, event.target.value))} />
          ))}
          {state.participants.map(({ id, name }) => {
            const at = rooms.findIndex(({ participants }) => participants.includes(id));
            return (
              <SelectField
                key={id}
                label={t('rooms.roomOf', { name })}
                value={String(at)}
                options={[{ value: '-1', label: t('rooms.mainRoom') }, ...rooms.map((room, i) => ({ value: String(i), label: room.name }))]}
                onChange={(next) => setRooms(assign(rooms, id, next === '-1' ? null : Number(next)))}
              />
            );
          })}
          <TextField label={t('rooms.minutes')} type="number" min="1" max="1440" value={minutes} onChange={(event) => setMinutes(event.target.value)} />
          <CheckField checked={mayHop} onChange={(event) => setMayHop(event.target.checked)}>
            {t('rooms.mayHop')}
          </CheckField>
          <div className={css.acts}>
            {onCancel !== null && (
              <Button look="quiet" onClick={onCancel}>
                {t('panel.cancel')}
              </Button>
            )}
            <Button type="submit" look="primary">
              {t('rooms.save')}
            </Button>
          </div>
        </>
      )}
    </form>
  );
}
