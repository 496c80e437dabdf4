import { Mic, MicOff, MonitorUp, Search, Video, VideoOff, X } from 'lucide-react';
import { memo, useState } from 'react';
import type { Person } from '@/sdk/call';
import { cx } from '@/shared/cx';
import { t } from '@/shared/messages';
import { Avatar } from '@/shared/ui/Avatar';
import { CopyLink } from '@/shared/ui/CopyLink';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextField } from '@/shared/ui/TextField';
import css from './PeoplePanel.module.css';
import { search } from './search';

/** From here on, a list is not taken in at a glance. */
const SEARCH_FROM = 10;

export function PeoplePanel({ people, link, onClose }: { people: readonly Person[]; link: string; onClose: () => void }) {
  const [query, setQuery] = useState('');
  const found = search(people, query);
  return (
    <aside className={css.panel} aria-label={t.people.title(people.length)}>
      <header className={css.header}>
        <h2 className="tabular">{t.people.title(people.length)}</h2>
        <RoundButton small look="ghost" tipAt="below" label={t.close} icon={<X aria-hidden="true" />} onClick={onClose} />
      </header>
      {people.length >= SEARCH_FROM && (
        <div className={css.search}>
          <TextField label={t.people.search} labelHidden placeholder={t.people.search} type="search" icon={<Search aria-hidden="true" />} value={query} onChange={(event) => setQuery(event.target.value)} />
        </div>
      )}
      {/* Scrolls, so it must be reachable by keyboard. */}
      <ul className={css.list} tabIndex={0} aria-label={t.people.title(people.length)}>
        {found.map((person) => (
          <Row key={person.id} person={person} />
        ))}
        {found.length === 0 && <li className={css.nobody}>{t.people.nobody(query)}</li>}
      </ul>
      <footer className={css.footer}>
        <CopyLink look="plain" link={link} label={t.people.invite} />
      </footer>
    </aside>
  );
}

const Row = memo(function Row({ person }: { person: Person }) {
  return (
    <li className={css.row}>
      <span className={cx(css.avatar, person.speaking && css.speaking)}>
        <Avatar id={person.id} name={person.name} />
      </span>
      <span className={css.name}>
        <bdi>{person.isLocal ? t.nameAndYou(person.name) : person.name}</bdi>
      </span>
      {person.share !== null && <Mark icon={<MonitorUp aria-hidden="true" />} words={t.people.sharing} look={css.good} />}
      {person.camera === null ? (
        <Mark icon={<VideoOff aria-hidden="true" />} words={t.people.cameraOff} look={css.faint} />
      ) : (
        <Mark icon={<Video aria-hidden="true" />} words={t.people.cameraOn} />
      )}
      {person.mic === 'off' ? (
        <Mark icon={<MicOff aria-hidden="true" />} words={t.people.micOff} look={css.bad} />
      ) : (
        <Mark icon={<Mic aria-hidden="true" />} words={t.people.micOn} />
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
