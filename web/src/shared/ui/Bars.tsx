import type { Quality } from '@/sdk/call';
import { cx } from '../cx';
import css from './Bars.module.css';

const FILLED: Record<Quality, number> = { unknown: 0, lost: 0, poor: 1, good: 3, excellent: 4 };

/** The connection as bars. Always next to its word: a colour or a height alone says nothing. */
export function Bars({ quality }: { quality: Quality }) {
  return (
    <svg className={cx(css.bars, css[quality])} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {[0, 1, 2, 3].map((i) => (
        <rect
          key={i}
          className={i < FILLED[quality] ? css.full : css.empty}
          x={1 + i * 3.75}
          y={11 - i * 3}
          width="2.75"
          height={4 + i * 3}
          rx="1"
        />
      ))}
      {quality === 'lost' && <path className={css.cross} d="M2 2l5 5M7 2l-5 5" />}
    </svg>
  );
}
