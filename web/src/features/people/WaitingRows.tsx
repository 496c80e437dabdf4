import { Check, UserX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { Waiting } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { language, useWords } from '@/shared/i18n';
import { useStore } from '@/shared/hooks/use_store';
import { carryOut } from '@/shared/refusal';
import { Avatar } from '@/shared/ui/Avatar';
import { Button } from '@/shared/ui/Button';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextField } from '@/shared/ui/TextField';
import css from './PeoplePanel.module.css';

export function WaitingHead({ meeting, count }: { meeting: Meeting; count: number }) {
  const t = useWords();
  return (
    <div className={css.waitingHead}>
      <h3 className="tabular">{t('waiting.title', { count })}</h3>
      <Button look="primary" onClick={() => void carryOut(meeting.admit())}>
        {t('waiting.admitAll')}
      </Button>
    </div>
  );
}

/** For so long a "no" can be taken back. */
const UNDO_MS = 5000;

export function WaitingRow({ meeting, waiting: { id, name, since } }: { meeting: Meeting; waiting: Waiting }) {
  const t = useWords();
  const locale = useStore(language);
  const [denied, setDenied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const deny = (): void => {
    timer.current = null;
    void carryOut(meeting.deny([id]));
  };
  const latest = useRef(deny);
  useEffect(() => {
    latest.current = deny;
  });
  useEffect(
    () => () => {
      // The list was closed: nobody can take it back any more.
      if (timer.current === null) return;
      clearTimeout(timer.current);
      latest.current();
    },
    [],
  );
  const undo = (): void => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    setDenied(false);
  };
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(since));
  return (
    <div className={css.row}>
      <span className={css.avatar}>
        <Avatar id={id} name={name} />
      </span>
      <span className={css.who}>
        <span className={css.name}>{denied ? t('waiting.denied', { name }) : <bdi>{name}</bdi>}</span>
        {!denied && <span className={css.below}>{t('waiting.since', { time })}</span>}
      </span>
      {denied ? (
        <Button look="quiet" onClick={undo}>
          {t('panel.undo')}
        </Button>
      ) : (
        <>
          <RoundButton
            small
            look="ghost"
            className={css.quietTip ?? ''}
            label={t('waiting.denyOne', { name })}
            icon={<UserX aria-hidden="true" />}
            onClick={() => {
              setDenied(true);
              announcer.say(t('waiting.denied', { name }));
              timer.current = setTimeout(() => latest.current(), UNDO_MS);
            }}
          />
          <RoundButton small className={css.quietTip ?? ''} label={t('waiting.admitOne', { name })} icon={<Check aria-hidden="true" />} onClick={() => void carryOut(meeting.admit([id]))} />
        </>
      )}
    </div>
  );
}

export function WaitingMessage({ meeting, text }: { meeting: Meeting; text: string }) {
  const t = useWords();
  const [next, setNext] = useState(text);
  return (
    <form
      className={css.message}
      onSubmit={(event) => {
        event.preventDefault();
        void carryOut(meeting.setLobbyMessage(next.trim())).then((done) => {
          if (done) announcer.say(t('waiting.told'), { shown: true });
        });
      }}
    >
      <TextField label={t('waiting.message')} value={next} maxLength={500} onChange={(event) => setNext(event.target.value)} />
      <Button type="submit">{t('waiting.send')}</Button>
    </form>
  );
}
