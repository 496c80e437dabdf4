import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useImperativeHandle, useLayoutEffect, useRef, type ReactNode, type Ref } from 'react';
import { cx } from '../cx';
import css from './VirtualList.module.css';

export interface ListHandle {
  toEnd(): void;
}

interface Props<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** About how high, in pixels, until it was drawn and measured. */
  readonly estimate: (item: T) => number;
  readonly render: (item: T) => ReactNode;
  readonly label: string;
  /** Like a conversation: begins at the end, stays there, and does not move when older items come in above. */
  readonly fromEnd?: boolean;
  readonly className?: string | undefined;
  readonly handle?: Ref<ListHandle>;
  readonly onScroll?: (at: { readonly start: boolean; readonly end: boolean }) => void;
}

/** This near to an end counts as there. */
const NEAR_PX = 80;
/** Older items are asked for before the last of them is reached. */
const AHEAD_PX = 400;

/** A list of which only the rows in sight exist: ten thousand open as fast as ten. */
export function VirtualList<T>({ items, keyOf, estimate, render, label, fromEnd = false, className, handle, onScroll }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  // The rows are drawn by this component alone, so nothing is memoised by what the virtualizer hands out.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer: Virtualizer<HTMLDivElement, HTMLLIElement> = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(items[index] as T),
    getItemKey: (index) => keyOf(items[index] as T),
    overscan: 8,
    // Before the first measurement, and where nothing is ever measured: enough rows for any screen.
    initialRect: { width: 320, height: 800 },
    ...(fromEnd ? { anchorTo: 'end' as const, followOnAppend: true, scrollEndThreshold: NEAR_PX } : {}),
  });
  useImperativeHandle(handle, () => ({ toEnd: () => virtualizer.scrollToEnd() }), [virtualizer]);
  const filled = items.length > 0;
  useLayoutEffect(() => {
    if (fromEnd && filled) virtualizer.scrollToEnd();
  }, [virtualizer, fromEnd, filled]);
  const total = virtualizer.getTotalSize();
  return (
    <div
      ref={scroller}
      className={cx(css.scroller, className)}
      tabIndex={0}
      role="group"
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        onScroll?.({ start: scrollTop < AHEAD_PX, end: scrollHeight - clientHeight - scrollTop < NEAR_PX })
      }
    >
      <ul className={css.list} style={{ height: total }} aria-label={label}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={String(key)}
            ref={virtualizer.measureElement}
            data-index={index}
            className={css.item}
            style={{ transform: `translateY(${start}px)` }}
            aria-setsize={items.length}
            aria-posinset={index + 1}
          >
            {render(items[index] as T)}
          </li>
        ))}
      </ul>
    </div>
  );
}
