import { useCallback, useEffect, useState } from 'react';
import type { Account, SessionInfo } from '@/sdk/meeting/account';
import type { Done } from '@/sdk/meeting/desk';
import { ago } from '@/shared/ago';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import css from './Account.module.css';
import { problemOf } from './problem';

/** Where one is signed in. `round` grows when something has changed that. */
export function SessionsPart({ account, round }: { account: Account; round: number }) {
  const t = useWords();
  const shown = useStore(language);
  const [sessions, setSessions] = useState<readonly SessionInfo[]>([]);
  const [now, setNow] = useState(0);
  const [problem, setProblem] = useState('');
  const load = useCallback(async (): Promise<void> => {
    const read = await account.sessions();
    setNow(Date.now());
    if (read.ok) setSessions(read.value);
    else setProblem(problemOf(read.refusal));
  }, [account]);
  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- what is set is what a server answers, later
    void load();
  }, [load, round]);
  const end = async (ending: Promise<Done<null>>): Promise<void> => {
    const done = await ending;
    setProblem(done.ok ? '' : problemOf(done.refusal));
    await load();
  };
  return (
    <section className={css.part}>
      <h3>{t('account.sessions')}</h3>
      <ul className={css.sessions}>
        {sessions.map(({ id, client, used_at, is_current }) => {
          const name = client === '' ? t('account.unknown') : client;
          return (
            <li key={id} className={css.session}>
              <span>
                <bdi>{name}</bdi>
                <span className={css.hint}>{is_current ? t('account.here') : t('account.used', { when: ago(Date.parse(used_at), now, shown) })}</span>
              </span>
              {!is_current && (
                <Button look="quiet" aria-label={t('account.endOf', { client: name })} onClick={() => void end(account.endSession(id))}>
                  {t('account.end')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <p className={css.problem} role="alert">
        {problem}
      </p>
      {sessions.length > 1 && <Button onClick={() => void end(account.endOtherSessions())}>{t('account.endOthers')}</Button>}
    </section>
  );
}
