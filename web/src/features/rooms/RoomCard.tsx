import type { Meeting } from '@/sdk/meeting/meeting';
import type { Breakouts, MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { SelectField } from '@/shared/ui/SelectField';
import css from './Rooms.module.css';

interface Props {
  readonly room: Breakouts['rooms'][number];
  readonly breakouts: Breakouts;
  readonly meeting: Meeting;
  readonly state: MeetingState;
}

const MAIN = '';

/** A room, who is in it, and the way into it; who runs the rooms sends people from one to another. */
export function RoomCard({ room, breakouts, meeting, state }: Props) {
  const t = useWords();
  const { me } = state;
  const manages = may(state, 'manage_breakouts');
  const here = room.participants.includes(me.participant);
  const running = breakouts.state !== 'planned';
  const mayEnter = breakouts.state === 'open' && !here && (breakouts.may_hop || manages);
  const names = new Map(state.participants.map(({ id, name }) => [id, name]));
  const people = room.participants.filter((id) => names.has(id));
  return (
    <section className={css.card}>
      <header className={css.head}>
        <h3 dir="auto">{room.name}</h3>
        {here && running && <span className={css.here}>{t('rooms.here')}</span>}
        {mayEnter && <Button onClick={() => void carryOut(meeting.moveTo(me.participant, room.id))}>{t('rooms.join', { room: room.name })}</Button>}
        {here && running && (breakouts.may_hop || manages) && <Button onClick={() => void carryOut(meeting.moveTo(me.participant, null))}>{t('rooms.back')}</Button>}
      </header>
      {people.length === 0 && <p className={css.meta}>{t('rooms.nobody')}</p>}
      <ul className={css.people}>
        {people.map((id) => (
          <li key={id}>
            {manages && running && id !== me.participant ? (
              <SelectField
                label={t('rooms.roomOf', { name: names.get(id) ?? '' })}
                value={room.id}
                options={[{ value: MAIN, label: t('rooms.mainRoom') }, ...breakouts.rooms.map((one) => ({ value: one.id, label: one.name }))]}
                onChange={(next) => void carryOut(meeting.moveTo(id, next === MAIN ? null : next))}
              />
            ) : (
              <bdi>{names.get(id)}</bdi>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
