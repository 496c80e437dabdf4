import { useEffect, useRef } from 'react';
import type { Level } from '@/sdk/level';
import css from './Meter.module.css';

/** The level of the microphone as a bar that fills. Decorative: the words beside it say the same. */
export function Meter({ level }: { level: Level }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => level.subscribe((now) => bar.current?.style.setProperty('--level', now.toFixed(3))), [level]);
  return (
    <div ref={bar} className={css.meter} aria-hidden="true">
      <div className={css.fill} />
    </div>
  );
}
