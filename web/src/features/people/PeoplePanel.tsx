import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Person } from '@/sdk/call';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState, Waiting } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { CopyLink } from '@/shared/ui/CopyLink';
import { TextField } from '@/shared/ui/TextField';
import { VirtualList } from '@/shared/ui/VirtualList';
import css from './PeoplePanel.module.css';
import { PersonRow } from './PersonRow';
import { roster, type Entry } from './roster';
import { search } from './search';
import { WaitingHead, WaitingMessage, WaitingRow } from './WaitingRows';

/** From here on, a list is not taken in at a glance. */
const SEARCH_FROM = 10;

interface Props {
  readonly people: readonly Person[];
  readonly link: string;
  readonly pinned: ReadonlySet<string>;
  readonly onPin: (id: string) => void;
  readonly onVolume: (id: string, volume: number) => void;
  /** Both null in a call without an application plane. */
  readonly meeting: Meeting | null;
  readonly state: MeetingState | null;
  /** To write to somebody alone; null where we may not. */
  readonly onWrite: ((id: string) => void) | null;
}

/** All are rows of one list: who waits may be as many as who is here. */
type Row =
  | { readonly kind: 'head' | 'message'; readonly key: string }
  | { readonly kind: 'waiting'; readonly key: string; readonly waiting: Waiting }
  | { readonly kind: 'person'; readonly key: string; readonly entry: Entry };

const HEIGHTS = { head: 52, message: 112, waiting: 48, person: 48 };

export function PeoplePanel({ people, link, pinned, onPin, onVolume, meeting, state, onWrite }: Props) {
  const t = useWords();
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState<string | null>(null);
  const participants = state?.participants;
  const lobby = state?.lobby;
  const all = useMemo(() => roster(people, participants ?? []), [people, participants]);
  const found = search(all, query);
  const rows = useMemo((): readonly Row[] => {
    const waiting = query.trim() === '' ? (lobby ?? []) : [];
    return [
      ...(waiting.length > 0 ? [{ kind: 'head', key: 'head' } as const] : []),
      ...waiting.map((one): Row => ({ kind: 'waiting', key: `waiting ${one.id}`, waiting: one })),
      ...(waiting.length > 0 ? [{ kind: 'message', key: 'message' } as const] : []),
      ...found.map((entry): Row => ({ kind: 'person', key: entry.id, entry })),
    ];
  }, [lobby, found, query]);

  const render = (row: Row) => {
    switch (row.kind) {
      case 'head':
        return meeting !== null && <WaitingHead meeting={meeting} count={lobby?.length ?? 0} />;
      case 'waiting':
        return meeting !== null && <WaitingRow meeting={meeting} waiting={row.waiting} />;
      case 'message':
        return meeting !== null && <WaitingMessage meeting={meeting} text={state?.lobby_message ?? ''} />;
      case 'person':
        return (
          <PersonRow
            entry={row.entry}
            open={opened === row.entry.id}
            onOpen={setOpened}
            pinned={pinned.has(row.entry.id)}
            onPin={onPin}
            onVolume={onVolume}
            meeting={meeting}
            state={state}
            onWrite={onWrite}
          />
        );
    }
  };
  return (
    <>
      {all.length >= SEARCH_FROM && (
        <div className={css.search}>
          <TextField label={t('people.search')} labelHidden placeholder={t('people.search')} type="search" icon={<Search aria-hidden="true" />} value={query} onChange={(event) => setQuery(event.target.value)} />
        </div>
      )}
      {rows.length === 0 ? (
        <p className={css.nobody}>{t('people.nobody', { query })}</p>
      ) : (
        <VirtualList className={css.list} items={rows} keyOf={(row) => row.key} estimate={(row) => HEIGHTS[row.kind]} render={render} label={t('people.title', { count: all.length })} />
      )}
      <footer className={css.footer}>
        <CopyLink look="plain" link={link} label={t('people.invite')} />
      </footer>
    </>
  );
}
