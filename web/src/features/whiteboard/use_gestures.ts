import { useMemo, useRef, useState, type MouseEvent, type PointerEvent, type RefObject } from 'react';
import type { Draft } from '@/sdk/boards/drafts';
import { MAX_POINTS, type Colour, type Drawing, type Kind, type NewShape, type Shape } from '@/sdk/boards/drawing';
import { newKey } from '@/sdk/meeting/client';
import { areaOf, isWithin, round, toBoard, zoomed, type Area, type Point, type Sight } from './geometry';
import { isWritten, USUAL_SIZE, type Tool } from './tools';

/** Nearer than this on screen, two presses are one place. */
const STILL_PX = 4;
/** Points of a pen closer than this say nothing new. */
const STEP_PX = 2;

/** What is under way between a press and its release. */
type Gesture =
  | { readonly kind: 'draw'; readonly from: Point; readonly id: string; readonly shape: NewShape }
  | { readonly kind: 'move'; readonly from: Point; readonly by: Point }
  | { readonly kind: 'size'; readonly id: string; readonly from: Point; readonly by: Point }
  | { readonly kind: 'frame'; readonly from: Point; readonly to: Point }
  | { readonly kind: 'pan' };

interface Wish {
  readonly canvas: RefObject<SVGSVGElement | null>;
  readonly drawing: Drawing;
  readonly shapes: readonly Shape[];
  readonly sight: Sight;
  readonly tool: Tool;
  readonly colour: Colour;
  readonly mayEdit: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSight: (change: (sight: Sight) => Sight) => void;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly onMade: (id: string, kind: Kind) => void;
  readonly onWrite: (id: string) => void;
  /** Where the pointer is on the board; null: elsewhere. */
  readonly onPoint: (at: Point | null) => void;
}

interface Shown {
  /** Not yet in the document: it is when the finger is lifted. */
  readonly draft: Draft | null;
  readonly shifted: { readonly ids: ReadonlySet<string>; readonly by: Point } | null;
  readonly sized: { readonly id: string; readonly by: Point } | null;
  readonly frame: Area | null;
}

/** Mouse, finger and pen: one draws, moves or frames; two fingers move the board and come closer. */
export function useGestures(wish: Wish) {
  const { canvas, drawing, sight, tool, mayEdit, selected } = wish;
  const [gesture, setGesture] = useState<Gesture | null>(null);
  const down = useRef(new Map<number, Point>());

  const placeOf = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };

  const begin = (event: PointerEvent, at: Point): Gesture | null => {
    const target = event.target instanceof Element ? event.target : null;
    const id = target?.closest('[data-shape]')?.getAttribute('data-shape') ?? null;
    const board = toBoard(sight, at);
    if (tool === 'hand' || !mayEdit || event.button === 1) return { kind: 'pan' };
    if (tool !== 'select') {
      const { x, y } = board;
      return { kind: 'draw', from: at, id: newKey(), shape: { kind: tool, x: round(x), y: round(y), w: 0, h: 0, colour: wish.colour, text: '', points: tool === 'pen' ? [0, 0] : [] } };
    }
    const sizer = target?.closest('[data-sizer]')?.getAttribute('data-sizer');
    if (typeof sizer === 'string') return { kind: 'size', id: sizer, from: board, by: { x: 0, y: 0 } };
    if (id === null) {
      if (!event.shiftKey) wish.onSelect(new Set());
      return { kind: 'frame', from: board, to: board };
    }
    if (event.shiftKey) wish.onSelect(selected.has(id) ? new Set([...selected].filter((one) => one !== id)) : new Set([...selected, id]));
    else if (!selected.has(id)) wish.onSelect(new Set([id]));
    return { kind: 'move', from: board, by: { x: 0, y: 0 } };
  };

  const onPointerDown = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.button > 1) return;
    const at = placeOf(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    down.current.set(event.pointerId, at);
    // A second finger means that the first one meant something else.
    setGesture(down.current.size > 1 ? { kind: 'pan' } : begin(event, at));
  };

  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const at = placeOf(event);
    wish.onPoint(toBoard(sight, at));
    const before = down.current.get(event.pointerId);
    if (before === undefined || gesture === null) return;
    if (gesture.kind === 'pan') {
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      down.current.set(event.pointerId, at);
      wish.onSight((now) => (other === undefined ? { ...now, x: now.x + at.x - before.x, y: now.y + at.y - before.y } : pinched(now, before, at, other)));
      return;
    }
    down.current.set(event.pointerId, at);
    const board = toBoard(sight, at);
    if (gesture.kind === 'move' || gesture.kind === 'size') setGesture({ ...gesture, by: { x: board.x - gesture.from.x, y: board.y - gesture.from.y } });
    else if (gesture.kind === 'frame') setGesture({ ...gesture, to: board });
    else {
      // Between two frames a pen has been in more places than one.
      const places = gesture.shape.kind === 'pen' ? coalesced(event).map((one) => toBoard(sight, placeOf(one))) : [board];
      setGesture({ ...gesture, shape: drawn(gesture.shape, places, sight.scale, event.shiftKey) });
    }
  };

  const onPointerUp = (event: PointerEvent<SVGSVGElement>): void => {
    const at = placeOf(event);
    down.current.delete(event.pointerId);
    if (down.current.size > 0) return;
    setGesture(null);
    if (gesture !== null) finish(gesture, at);
  };

  const finish = (done: Gesture, at: Point): void => {
    if (done.kind === 'draw') {
      const still = Math.hypot(at.x - done.from.x, at.y - done.from.y) < STILL_PX;
      const shape = settled(done.shape, still);
      if (shape !== null) wish.onMade(drawing.add(shape, done.id), shape.kind);
    } else if (done.kind === 'move') {
      const { x, y } = done.by;
      if (Math.hypot(x, y) * sight.scale >= STILL_PX) drawing.change(selected, (shape) => ({ x: round(shape.x + x), y: round(shape.y + y) }));
    } else if (done.kind === 'size') {
      drawing.change([done.id], (shape) => resized(shape, done.by));
    } else if (done.kind === 'frame') {
      const frame = frameOf(done);
      const caught = wish.shapes.filter((shape) => isWithin(areaOf(shape), frame)).map(({ id }) => id);
      if (caught.length > 0) wish.onSelect(new Set([...selected, ...caught]));
    }
  };

  // The same as long as nothing is drawn on: others are told of each one.
  const draft = useMemo(() => (gesture?.kind === 'draw' ? { ...gesture.shape, id: gesture.id } : null), [gesture]);
  const shown: Shown = {
    draft,
    shifted: gesture?.kind === 'move' ? { ids: selected, by: gesture.by } : null,
    sized: gesture?.kind === 'size' ? gesture : null,
    frame: gesture?.kind === 'frame' ? frameOf(gesture) : null,
  };
  return {
    shown,
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: (event: PointerEvent<SVGSVGElement>) => {
        down.current.delete(event.pointerId);
        setGesture(null);
      },
      onPointerLeave: () => wish.onPoint(null),
      onDoubleClick: (event: MouseEvent) => {
        const id = event.target instanceof Element ? event.target.closest('[data-shape]')?.getAttribute('data-shape') : null;
        const shape = wish.shapes.find((one) => one.id === id);
        if (mayEdit && shape !== undefined && isWritten(shape.kind)) wish.onWrite(shape.id);
      },
    },
  };
}

const frameOf = ({ from, to }: { from: Point; to: Point }): Area => ({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) });

/** Two fingers: what is between them stays between them. */
function pinched(sight: Sight, before: Point, at: Point, other: Point): Sight {
  const factor = Math.hypot(at.x - other.x, at.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
  const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
  const moved = { ...sight, x: sight.x + (at.x - before.x) / 2, y: sight.y + (at.y - before.y) / 2 };
  return zoomed(moved, factor, middle);
}

function coalesced(event: PointerEvent): readonly { clientX: number; clientY: number }[] {
  const all = typeof event.nativeEvent.getCoalescedEvents === 'function' ? event.nativeEvent.getCoalescedEvents() : [];
  return all.length > 0 ? all : [event];
}

export function drawn(shape: NewShape, places: readonly Point[], scale: number, straight: boolean): NewShape {
  const last = places.at(-1);
  if (last === undefined) return shape;
  if (shape.kind !== 'pen') {
    const w = round(last.x - shape.x);
    const h = round(last.y - shape.y);
    if (!straight) return { ...shape, w, h };
    // Held down, Shift makes squares and circles, and lines that lie or stand.
    if (shape.kind === 'line' || shape.kind === 'arrow') return Math.abs(w) > Math.abs(h) ? { ...shape, w, h: 0 } : { ...shape, w: 0, h };
    const side = Math.max(Math.abs(w), Math.abs(h));
    return { ...shape, w: Math.sign(w) * side, h: Math.sign(h) * side };
  }
  const points = [...shape.points];
  for (const { x, y } of places) {
    const nextX = round(x - shape.x);
    const nextY = round(y - shape.y);
    const far = Math.hypot(nextX - (points.at(-2) ?? 0), nextY - (points.at(-1) ?? 0)) * scale >= STEP_PX;
    if (far && points.length < 2 * MAX_POINTS) points.push(nextX, nextY);
  }
  return { ...shape, points };
}

/** As it goes into the document; null: it was no more than a slip of the hand. */
export function settled(shape: NewShape, still: boolean): NewShape | null {
  if (shape.kind === 'pen') return shape;
  const [w, h] = USUAL_SIZE[shape.kind];
  if (isWritten(shape.kind)) {
    if (still) return { ...shape, w, h };
    const area = areaOf(shape);
    return { ...shape, x: area.x, y: area.y, w: Math.max(area.w, 60), h: Math.max(area.h, USUAL_SIZE.text[1]) };
  }
  if (still) return null;
  if (shape.kind === 'line' || shape.kind === 'arrow') return shape;
  return { ...shape, ...areaOf(shape) };
}

export function resized(shape: Pick<Shape, 'kind' | 'w' | 'h'>, by: Point): { w: number; h: number } {
  const least = shape.kind === 'line' || shape.kind === 'arrow' ? Number.NEGATIVE_INFINITY : isWritten(shape.kind) ? 40 : 4;
  return { w: round(Math.max(least, shape.w + by.x)), h: round(Math.max(least, shape.h + by.y)) };
}
