import { useEffect, useState } from 'react';
import type { Quality } from '@/sdk/call';
import { cx } from '@/shared/cx';
import { t } from '@/shared/messages';
import { Bars } from '@/shared/ui/Bars';
import { clock } from './clock';
import css from './TopBar.module.css';

interface Props {
  readonly room: string;
  /** When we came in, in milliseconds of the same clock as Date.now(). */
  readonly since: number;
  readonly quality: Quality;
  readonly away: boolean;
}

/** Where we are, for how long, and how well it is connected. Bad news does not leave with the rest. */
export function TopBar({ room, since, quality, away }: Props) {
  const stays = quality === 'poor' || quality === 'lost';
  return (
    <div className={cx(css.top, away && !stays && css.away)}>
      <h1 className={css.room}>{room}</h1>
      <Timer since={since} />
      <span className={css.quality} role="img" aria-label={t.connection.label(t.connection.words[quality])}>
        <Bars quality={quality} />
        <span className={css.words}>{t.connection.words[quality]}</span>
      </span>
    </div>
  );
}

function Timer({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className={cx(css.timer, 'tabular')} role="timer">
      {clock(now - since)}
    </span>
  );
}
