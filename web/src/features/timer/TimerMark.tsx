import { Timer as TimerIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Timer } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { clock } from '@/shared/clock';
import { cx } from '@/shared/cx';
import { useNow } from '@/shared/hooks/use_now';
import { useWords } from '@/shared/i18n';
import css from './TimerMark.module.css';

/** How long after its end it still says so. */
const AFTER_MS = 60_000;

/** The countdown that everybody sees. `skew` is the server's clock minus ours. */
export function TimerMark({ timer: { ends_at, label }, skew }: { timer: Timer; skew: number }) {
  const t = useWords();
  const now = useNow();
  const left = Date.parse(ends_at) - (now + skew);
  const over = left <= 0;
  const was = useRef(over);
  useEffect(() => {
    if (over && !was.current) announcer.say(label === '' ? t('timer.over') : t('timer.overFor', { label }), { shown: true });
    was.current = over;
  }, [over, label, t]);
  if (left < -AFTER_MS) return null;
  // Rounded up: a countdown of five minutes begins with 5:00 and ends as it shows 0:00.
  const time = clock(Math.ceil(left / 1000) * 1000);
  return (
    <span className={cx(css.timer, over && css.over)} role="timer" aria-label={over ? t('timer.over') : label === '' ? t('timer.left', { time }) : t('timer.leftFor', { label, time })}>
      <TimerIcon aria-hidden="true" />
      <span className="tabular">{time}</span>
      {label !== '' && <bdi className={css.label}>{label}</bdi>}
    </span>
  );
}
