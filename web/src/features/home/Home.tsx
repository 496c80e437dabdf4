import { ArrowRight, Clock, Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Recent } from '@/sdk/memory';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords } from '@/shared/i18n';
import { newRoomName, roomOf } from '@/shared/room_name';
import { Button } from '@/shared/ui/Button';
import { GeneralSettings } from '@/shared/ui/GeneralSettings';
import { Logo, LogoMark } from '@/shared/ui/Logo';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextField } from '@/shared/ui/TextField';
import css from './Home.module.css';
import { ago } from './ago';

/** What a code looks like; in every language it is written in these letters. */
const CODE_EXAMPLE = 'abc-defg-hij';

interface Props {
  readonly recents: readonly Recent[];
  readonly now: number;
  readonly origin: string;
  readonly onEnter: (room: string) => void;
  readonly onForget: (room: string) => void;
}

export function Home({ recents, now, origin, onEnter, onForget }: Props) {
  const t = useWords();
  const shown = useStore(language);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);

  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    const room = roomOf(typed, origin);
    if (room !== null) onEnter(room);
    else setError(typed.trim() === '' ? t('home.codeEmpty') : t('home.codeBad'));
  };

  return (
    <div className={css.page}>
      <header className={css.header}>
        <Logo />
        <GeneralSettings />
      </header>
      <div className={css.ornament} aria-hidden="true">
        <LogoMark />
      </div>
      <main className={css.main}>
        <h1>{t('home.title')}</h1>
        <p className={css.lead}>{t('home.lead')}</p>
        <div className={css.ways}>
          <Button look="primary" size="large" icon={<Plus aria-hidden="true" />} onClick={() => onEnter(newRoomName())}>
            {t('home.start')}
          </Button>
          <form className={css.form} onSubmit={submit} noValidate>
            <TextField
              className={css.code}
              label={t('home.codeLabel')}
              labelHidden
              placeholder={CODE_EXAMPLE}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              error={error}
              onChange={(event) => {
                setTyped(event.target.value);
                setError(null);
              }}
            />
            <Button type="submit" size="large">
              {t('home.join')}
            </Button>
          </form>
        </div>
        {recents.length > 0 && (
          <section className={css.recents} aria-labelledby="recents">
            <h2 id="recents">{t('home.recents')}</h2>
            <ul>
              {recents.map((recent) => (
                <li key={recent.room} className={css.recent}>
                  <button type="button" className={css.enter} onClick={() => onEnter(recent.room)}>
                    <Clock aria-hidden="true" />
                    <span className={css.room}>{recent.room}</span>
                    <span className={css.when}>{ago(recent.at, now, shown)}</span>
                    <ArrowRight className={css.arrow} aria-hidden="true" />
                  </button>
                  <RoundButton
                    small
                    look="ghost"
                    label={t('home.forget', { room: recent.room })}
                    icon={<X aria-hidden="true" />}
                    onClick={() => onForget(recent.room)}
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </div>
  );
}
