import { useEffect, useId, useRef } from 'react';
import type { Level } from '@/sdk/level';
import css from './MicIcon.module.css';

/** A microphone that fills with the voice in it. Written to the element directly, 60 times a second. */
export function MicIcon({ level }: { level: Level }) {
  const fill = useRef<SVGRectElement>(null);
  const clip = useId();
  useEffect(() => level.subscribe((now) => fill.current?.style.setProperty('--level', now.toFixed(3))), [level]);
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <clipPath id={clip}>
        <rect x="9" y="2" width="6" height="13" rx="3" />
      </clipPath>
      <g clipPath={`url(#${clip})`} stroke="none">
        <rect ref={fill} className={css.fill} x="8" y="2" width="8" height="13" />
      </g>
      <rect x="9" y="2" width="6" height="13" rx="3" />
      <path d="M19 10v2a7 7 0 0 1-14 0v-2M12 19v3" />
    </svg>
  );
}
