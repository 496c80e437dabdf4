import { useEffect, useRef, type ReactNode } from 'react';
import type { DevicesState, InputKind } from '@/sdk/devices/devices';
import type { WaitFor } from '@/sdk/join/machine';
import type { Level } from '@/sdk/level';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import type { BrowserFamily } from '@/shared/browser_family';
import css from './Lobby.module.css';
import { Page } from './Page';
import { Preview } from './Preview';

interface Props {
  readonly title: string;
  readonly why: WaitFor;
  /** From the host to those who wait; '' none. */
  readonly message: string;
  /** We cannot hear what happens; the place is kept. */
  readonly away: boolean;
  readonly name: string;
  readonly devices: DevicesState;
  readonly micLevel: Level;
  readonly picture?: MediaStreamTrack | null | undefined;
  readonly instead?: ReactNode;
  readonly browser: BrowserFamily;
  readonly host: string;
  readonly onToggle: (kind: InputKind, on: boolean) => void;
  readonly onLeave: () => void;
  readonly onHome: () => void;
}

/** In front of the door: whom we wait for, what happens next, and what the host has to say meanwhile. */
export function Waiting(props: Props) {
  const t = useWords();
  const { why, message } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Page onHome={props.onHome}>
      <main className={css.main} data-screen="waiting">
        <section className={css.left} aria-label={t('lobby.preview')}>
          <Preview devices={props.devices} name={props.name} micLevel={props.micLevel} browser={props.browser} host={props.host} picture={props.picture} instead={props.instead} onToggle={props.onToggle} />
        </section>
        <section className={css.waiting} aria-live="polite">
          <p className={css.title}>{props.title}</p>
          <h1 ref={heading} tabIndex={-1}>
            {t(`wait.${why}.title`)}
          </h1>
          <p className={css.next}>{props.away ? t('wait.away') : t(`wait.${why}.next`)}</p>
          {message !== '' && (
            <div className={css.message}>
              <h2>{t('wait.message')}</h2>
              <p>{message}</p>
            </div>
          )}
          <Button size="large" onClick={props.onLeave}>
            {t('wait.leave')}
          </Button>
        </section>
      </main>
    </Page>
  );
}
