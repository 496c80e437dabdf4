import { useEffect, useState, type ReactNode } from 'react';
import { Leaf } from 'lucide-react';
import type { Cause, Quality } from '@/sdk/call';
import type { DataSaver } from '@/sdk/preferences';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { Bars } from '@/shared/ui/Bars';
import { clock } from '@/shared/clock';
import css from './TopBar.module.css';

interface Props {
  readonly room: string;
  /** When we came in, in milliseconds of the same clock as Date.now(). */
  readonly since: number;
  readonly quality: Quality;
  readonly cause: Cause | null;
  readonly dataSaver: DataSaver;
  readonly away: boolean;
  /** A lock, a countdown: what everybody has to see. They stay when the rest leaves. */
  readonly marks?: ReactNode;
  /** Something is said beside it: it keeps to its corner. */
  readonly beside?: boolean;
}

/** Where we are, for how long, and how well it is connected. Bad news does not leave with the rest. */
export function TopBar({ room, since, quality, cause, dataSaver, away, marks = null, beside = false }: Props) {
  const t = useWords();
  const grade = t(`connection.words.${quality}`);
  const reason = cause === null || quality === 'lost' ? null : t(`connection.causes.${cause}`);
  // Once it hurts, a notice names the cause at length; until then it stands here.
  const words = reason !== null && quality !== 'poor' ? reason : grade;
  const stays = marks !== null || quality === 'poor' || quality === 'lost' || cause !== null;
  return (
    <div className={cx(css.top, marks !== null && css.marked, beside && css.beside, away && !stays && css.away)}>
      <h1 className={css.room}>{room}</h1>
      <Timer since={since} />
      <span className={css.quality} role="img" aria-label={t('connection.label', { words: reason ?? grade })}>
        <Bars quality={reason === null ? quality : 'poor'} />
        <span className={css.words}>{words}</span>
      </span>
      {marks}
      {dataSaver !== 'off' && (
        <span className={css.quality} role="img" aria-label={t(`notices.dataSaver.${dataSaver}`)}>
          <Leaf className={css.leaf} />
        </span>
      )}
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
