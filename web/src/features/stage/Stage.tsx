import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type CSSProperties, type PointerEvent, type ReactNode } from 'react';
import type { Person } from '@/sdk/call';
import { view as viewStore } from '@/sdk/preferences';
import { announcer } from '@/shared/announcer';
import { cx } from '@/shared/cx';
import { useBox } from '@/shared/hooks/use_box';
import { useStore } from '@/shared/hooks/use_store';
import { isRightToLeft, useWords } from '@/shared/i18n';
import { RoundButton } from '@/shared/ui/RoundButton';
import type { Rect } from './grid';
import { isNarrow, layOut, type Item, type Mode, type Room } from './layout';
import css from './Stage.module.css';
import { Tile, type Mark } from './Tile';
import { useSpotlight } from './use_spotlight';

interface Props {
  readonly people: readonly Person[];
  readonly mode: Mode;
  readonly room: Room;
  readonly pinned: ReadonlySet<string>;
  /** Whom a host wants large for everyone. */
  readonly forAll?: readonly string[];
  /** What people show besides their picture. */
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly onPin: (id: string) => void;
  readonly onShowPeople: () => void;
  /** A finger turned on from the last page. */
  readonly onPastLast?: (() => void) | undefined;
  /** Shown in the middle while nobody else is there. */
  readonly invitation: ReactNode;
}

interface Entry {
  readonly item: Item;
  readonly person: Person;
}

const NOBODY: readonly string[] = [];

/** In the order of arrival, screens after people: the order of the elements never changes on screen. */
function entriesOf(people: readonly Person[]): Entry[] {
  const upright = (aspect: number | null | undefined): boolean => (aspect ?? 2) < 1;
  const cameras = people.map((person): Entry => ({
    item: { id: person.id, kind: 'camera', isLocal: person.isLocal, upright: person.camera === null || upright(person.camera.aspect) },
    person,
  }));
  // Our own screen is in front of us anyway; a picture of it would hold a picture of it.
  const screens = people
    .filter((person) => person.share !== null && !person.isLocal)
    .map((person): Entry => ({
      item: { id: `${person.id}:screen`, kind: 'screen', isLocal: false, upright: upright(person.share?.aspect) },
      person,
    }));
  return [...cameras, ...screens];
}

export function Stage({ people, mode, room, pinned, forAll = NOBODY, marks, onPin, onShowPeople, onPastLast, invitation }: Props) {
  const t = useWords();
  const ref = useRef<HTMLDivElement>(null);
  const box = useBox(ref);
  const [page, setPage] = useState(0);
  const spotlight = useSpotlight(people);
  const { selfView, mirror } = useStore(viewStore);
  // Alone, it is the only sign that the camera works.
  const shown = useMemo(() => (selfView || people.length <= 1 ? people : people.filter((person) => !person.isLocal)), [people, selfView]);
  const entries = useMemo(() => entriesOf(shown), [shown]);
  const layout = useMemo(
    () => (box === null ? null : layOut({ items: entries.map((e) => e.item), mode, spotlight, pinned, forAll, page, box, room })),
    [entries, mode, spotlight, pinned, forAll, page, box, room],
  );
  const swipe = useSwipe(layout?.pages ?? 1, layout?.page ?? 0, setPage, onPastLast);

  useEffect(() => {
    const name = people.find((person) => person.id === spotlight)?.name;
    if (mode !== 'grid' && name !== undefined) announcer.say(t('stage.nowShowing', { name }));
    // Said when the spotlight moves, not whenever anything about a person changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [mode, spotlight]);

  // The layout counts from the left; read from the right, its first place is at the right.
  const fromStart = (rect: Rect): number => (isRightToLeft() && box !== null ? box.width - rect.x - rect.width : rect.x);
  const alone = people.length <= 1 && !entries.some((entry) => entry.item.kind === 'screen');
  return (
    <div ref={ref} className={css.stage} {...swipe}>
      {alone && (
        <div className={css.alone} style={{ paddingBottom: room.bottom }}>
          {invitation}
        </div>
      )}
      <ul className={css.tiles} aria-label={t('stage.label')}>
        {layout !== null &&
          entries.map(({ item, person }) => {
            const placed = layout.placed.find((one) => one.id === item.id);
            if (placed === undefined) return null;
            const { y, width, height } = placed.rect;
            return (
              <Tile
                key={item.id}
                id={item.id}
                person={person}
                mirrored={mirror && person.isLocal && item.kind === 'camera'}
                kind={item.kind}
                role={placed.role}
                x={fromStart(placed.rect)}
                y={y}
                width={width}
                height={height}
                mark={item.kind === 'camera' ? marks?.get(person.id) : undefined}
                pinned={pinned.has(item.id)}
                onPin={entries.length > 2 || pinned.size > 0 ? onPin : null}
              />
            );
          })}
        {layout?.hiddenAt && (
          <li className={css.more} style={{ transform: `translate(${fromStart(layout.hiddenAt)}px, ${layout.hiddenAt.y}px)`, width: layout.hiddenAt.width, height: layout.hiddenAt.height }}>
            <button type="button" onClick={onShowPeople}>
              {t('stage.more', { count: layout.hidden })}
            </button>
          </li>
        )}
      </ul>
      {layout !== null && layout.pages > 1 && (
        <nav className={cx(css.pager, box !== null && isNarrow(box) && css.centred)} style={{ '--room': `${room.bottom}px` } as CSSProperties} aria-label={t('stage.page', { page: layout.page + 1, pages: layout.pages })}>
          <RoundButton small look="ghost" label={t('stage.previous')} icon={<ChevronLeft className={css.turn} aria-hidden="true" />} aria-disabled={layout.page === 0} onClick={() => setPage(Math.max(0, layout.page - 1))} />
          <span className="tabular" aria-live="polite">
            {t('stage.pageShort', { page: layout.page + 1, pages: layout.pages })}
          </span>
          <RoundButton small look="ghost" label={t('stage.next')} icon={<ChevronRight className={css.turn} aria-hidden="true" />} aria-disabled={layout.page === layout.pages - 1} onClick={() => setPage(Math.min(layout.pages - 1, layout.page + 1))} />
        </nav>
      )}
    </div>
  );
}

const SWIPE_PX = 56;

/** Turns pages by a finger; a mouse has the arrows. */
function useSwipe(pages: number, page: number, setPage: (page: number) => void, onPastLast: (() => void) | undefined) {
  const start = useRef<{ x: number; y: number } | null>(null);
  return {
    onPointerDown(event: PointerEvent) {
      start.current = event.pointerType === 'touch' ? { x: event.clientX, y: event.clientY } : null;
    },
    onPointerUp(event: PointerEvent) {
      if (start.current === null) return;
      const dx = event.clientX - start.current.x;
      const dy = event.clientY - start.current.y;
      start.current = null;
      if (Math.abs(dx) < SWIPE_PX || Math.abs(dx) < 2 * Math.abs(dy)) return;
      const onwards = isRightToLeft() ? dx > 0 : dx < 0;
      if (onwards && page === pages - 1) onPastLast?.();
      setPage(Math.min(pages - 1, Math.max(0, page + (onwards ? 1 : -1))));
    },
    onPointerCancel() {
      start.current = null;
    },
  };
}
