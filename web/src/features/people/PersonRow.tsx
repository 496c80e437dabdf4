import { Ellipsis, Hand, Mic, MicOff, MonitorUp, Speech, Video, VideoOff } from 'lucide-react';
import { memo, useId, type ReactNode } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { Avatar } from '@/shared/ui/Avatar';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './PeoplePanel.module.css';
import { PersonOptions } from './PersonOptions';
import type { Entry } from './roster';

interface Props {
  readonly entry: Entry;
  readonly open: boolean;
  readonly onOpen: (id: string | null) => void;
  readonly pinned: boolean;
  readonly onPin: (id: string) => void;
  readonly onVolume: (id: string, volume: number) => void;
  readonly meeting: Meeting | null;
  readonly state: MeetingState | null;
  readonly onWrite: ((id: string) => void) | null;
}

export const PersonRow = memo(function PersonRow(props: Props) {
  const t = useWords();
  const id = useId();
  const { entry, open, onOpen, state } = props;
  const { name, person, participant, hand } = entry;
  const room = state?.breakouts?.rooms.find((one) => one.id === participant?.breakout);
  const role = participant === null ? null : (participant.role_name ?? (participant.role === 'attendee' ? null : t(`roles.${participant.role}`)));
  const below = [role, room === undefined ? null : t('person.inRoom', { room: room.name })].filter((words) => words !== null).join(' · ');
  return (
    <>
      <div className={css.row}>
        <span className={cx(css.avatar, person?.speaking === true && css.speaking)}>
          <Avatar id={entry.id} name={name} />
        </span>
        <span className={css.who}>
          <span className={css.name}>
            <bdi>{entry.isLocal ? t('nameAndYou', { name }) : name}</bdi>
          </span>
          {below !== '' && <span className={css.below}>{below}</span>}
        </span>
        {hand !== null && (
          <span className={cx(css.hand, 'tabular')}>
            <Hand aria-hidden="true" />
            <span aria-hidden="true">{hand}</span>
            <span className="visually-hidden">{t('person.handRaised', { place: hand })}</span>
          </span>
        )}
        {participant?.allowed_to_speak === true && <Mark icon={<Speech aria-hidden="true" />} words={t('person.maySpeak')} look={css.good} />}
        {person !== null && person.share !== null && <Mark icon={<MonitorUp aria-hidden="true" />} words={t('people.sharing')} look={css.good} />}
        {participant?.share_stopped === true && <Mark icon={<MonitorUp aria-hidden="true" />} words={t('person.shareStopped')} look={css.barred} />}
        {participant?.video_stopped === true ? (
          <Mark icon={<VideoOff aria-hidden="true" />} words={t('person.videoStopped')} look={css.barred} />
        ) : (
          person !== null && (person.camera === null ? <Mark icon={<VideoOff aria-hidden="true" />} words={t('people.cameraOff')} look={css.faint} /> : <Mark icon={<Video aria-hidden="true" />} words={t('people.cameraOn')} />)
        )}
        {participant?.hard_muted === true ? (
          <Mark icon={<MicOff aria-hidden="true" />} words={t('person.hardMuted')} look={css.barred} />
        ) : (
          person !== null && (person.mic === 'off' ? <Mark icon={<MicOff aria-hidden="true" />} words={t('people.micOff')} look={css.bad} /> : <Mark icon={<Mic aria-hidden="true" />} words={t('people.micOn')} />)
        )}
        <RoundButton
          small
          look="ghost"
          className={css.quietTip ?? ''}
          label={t('people.options', { name })}
          icon={<Ellipsis aria-hidden="true" />}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => onOpen(open ? null : entry.id)}
        />
      </div>
      {open && <PersonOptions {...props} id={id} />}
    </>
  );
});

function Mark({ icon, words, look }: { icon: ReactNode; words: string; look?: string | undefined }) {
  return (
    <span className={cx(css.mark, look)} title={words}>
      {icon}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
