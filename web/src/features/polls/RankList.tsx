import { ChevronDown, ChevronUp, GripVertical } from 'lucide-react';
import { useRef, useState, type PointerEvent } from 'react';
import { announcer } from '@/shared/announcer';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { RoundButton } from '@/shared/ui/RoundButton';
import { moved, rowAt } from './order';
import css from './Polls.module.css';

interface Props {
  readonly options: readonly string[];
  /** The options by number, the best first. */
  readonly order: readonly number[];
  readonly onOrder: (order: readonly number[]) => void;
}

/** Put in order by dragging, or by the two buttons of each line. */
export function RankList({ options, order, onOrder }: Props) {
  const t = useWords();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= order.length || from === to) return;
    onOrder(moved(order, from, to));
    announcer.say(t('polls.moved', { option: options[order[from] as number] ?? '', place: to + 1 }));
  };
  const onDrag = (event: PointerEvent, option: number): void => {
    if (dragged !== option || list.current === null) return;
    const rows = [...list.current.children].map((row) => row.getBoundingClientRect());
    move(order.indexOf(option), rowAt(rows, event.clientY));
  };
  return (
    <ol ref={list} className={css.ranks} aria-label={t('polls.rank')}>
      {order.map((option, i) => {
        const text = options[option] ?? '';
        return (
          <li key={option} className={cx(css.rank, dragged === option && css.dragged)}>
            <span
              className={css.grip}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDragged(option);
              }}
              onPointerMove={(event) => onDrag(event, option)}
              onPointerUp={() => setDragged(null)}
              onPointerCancel={() => setDragged(null)}
            >
              <GripVertical aria-hidden="true" />
            </span>
            <span className={cx(css.place, 'tabular')} aria-hidden="true">
              {i + 1}
            </span>
            <span className={css.rankText}>{text}</span>
            <RoundButton small look="ghost" className={css.quietTip ?? ''} label={t('polls.up', { option: text })} icon={<ChevronUp aria-hidden="true" />} aria-disabled={i === 0} onClick={() => move(i, i - 1)} />
            <RoundButton small look="ghost" className={css.quietTip ?? ''} label={t('polls.down', { option: text })} icon={<ChevronDown aria-hidden="true" />} aria-disabled={i === order.length - 1} onClick={() => move(i, i + 1)} />
          </li>
        );
      })}
    </ol>
  );
}
