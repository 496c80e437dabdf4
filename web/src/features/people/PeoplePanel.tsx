import { Ellipsis, Mic, MicOff, MonitorUp, Pin, PinOff, Search, Video, VideoOff, Volume2, X } from 'lucide-react';
import { memo, useId, useState } from 'react';
import type { Person } from '@/sdk/call';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { Avatar } from '@/shared/ui/Avatar';
import { Button } from '@/shared/ui/Button';
import { CopyLink } from '@/shared/ui/CopyLink';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextField } from '@/shared/ui/TextField';
import css from './PeoplePanel.module.css';
import { search } from './search';

/** From here on, a list is not taken in at a glance. */
const SEARCH_FROM = 10;

interface Props {
  readonly people: readonly Person[];
  readonly link: string;
  readonly pinned: ReadonlySet<string>;
  readonly onPin: (id: string) => void;
  readonly onVolume: (id: string, volume: number) => void;
  readonly onClose: () => void;
}

export function PeoplePanel({ people, link, pinned, onPin, onVolume, onClose }: Props) {
  const t = useWords();
  const [query, setQuery] = useState('');
  const found = search(people, query);
  return (
    <aside className={css.panel} aria-label={t('people.title', { count: people.length })}>
      <header className={css.header}>
        <h2 className="tabular">{t('people.title', { count: people.length })}</h2>
        <RoundButton small look="ghost" tipAt="below" label={t('close')} icon={<X aria-hidden="true" />} onClick={onClose} />
      </header>
      {people.length >= SEARCH_FROM && (
        <div className={css.search}>
          <TextField label={t('people.search')} labelHidden placeholder={t('people.search')} type="search" icon={<Search aria-hidden="true" />} value={query} onChange={(event) => setQuery(event.target.value)} />
        </div>
      )}
      {/* Scrolls, so it must be reachable by keyboard. */}
      <ul className={css.list} tabIndex={0} aria-label={t('people.title', { count: people.length })}>
        {found.map((person) => (
          <Row key={person.id} person={person} pinned={pinned.has(person.id)} onPin={onPin} onVolume={onVolume} />
        ))}
        {found.length === 0 && <li className={css.nobody}>{t('people.nobody', { query })}</li>}
      </ul>
      <footer className={css.footer}>
        <CopyLink look="plain" link={link} label={t('people.invite')} />
      </footer>
    </aside>
  );
}

interface RowProps extends Pick<Props, 'onPin' | 'onVolume'> {
  readonly person: Person;
  readonly pinned: boolean;
}

const Row = memo(function Row({ person, pinned, onPin, onVolume }: RowProps) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={css.entry}>
      <div className={css.row}>
        <span className={cx(css.avatar, person.speaking && css.speaking)}>
          <Avatar id={person.id} name={person.name} />
        </span>
        <span className={css.name}>
          <bdi>{person.isLocal ? t('nameAndYou', { name: person.name }) : person.name}</bdi>
        </span>
        {person.share !== null && <Mark icon={<MonitorUp aria-hidden="true" />} words={t('people.sharing')} look={css.good} />}
        {person.camera === null ? (
          <Mark icon={<VideoOff aria-hidden="true" />} words={t('people.cameraOff')} look={css.faint} />
        ) : (
          <Mark icon={<Video aria-hidden="true" />} words={t('people.cameraOn')} />
        )}
        {person.mic === 'off' ? (
          <Mark icon={<MicOff aria-hidden="true" />} words={t('people.micOff')} look={css.bad} />
        ) : (
          <Mark icon={<Mic aria-hidden="true" />} words={t('people.micOn')} />
        )}
        <RoundButton
          small
          look="ghost"
          className={css.quietTip ?? ''}
          label={t('people.options', { name: person.name })}
          icon={<Ellipsis aria-hidden="true" />}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        />
      </div>
      {open && (
        <div id={id} className={css.options}>
          {!person.isLocal && (
            <div className={css.volume}>
              <Volume2 aria-hidden="true" />
              <input
                type="range"
                aria-label={t('people.volume', { name: person.name })}
                min="0"
                max="100"
                step="5"
                value={Math.round(person.volume * 100)}
                onChange={(event) => onVolume(person.id, Number(event.target.value) / 100)}
              />
              <span className="tabular" aria-hidden="true">
                {Math.round(person.volume * 100)}
              </span>
            </div>
          )}
          <Button look="quiet" icon={pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />} aria-pressed={pinned} onClick={() => onPin(person.id)}>
            {t(pinned ? 'stage.unpin' : 'stage.pin', { name: person.name })}
          </Button>
        </div>
      )}
    </li>
  );
});

function Mark({ icon, words, look }: { icon: React.ReactNode; words: string; look?: string | undefined }) {
  return (
    <span className={cx(css.mark, look)}>
      {icon}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
