import type { Box } from '@/shared/hooks/use_box';
import { fitGrid, placeGrid, type Rect } from './grid';

/** Everyone alike; the speaker large above the others; or beside them. */
export type Mode = 'grid' | 'speaker' | 'sidebar';

/** One picture to place: a person's camera, or a screen that is shared. */
export interface Item {
  readonly id: string;
  readonly kind: 'camera' | 'screen';
  readonly isLocal: boolean;
  /** May fill an upright screen: the picture of a phone held upright, or no picture at all. */
  readonly upright: boolean;
}

/** `full` reaches the edges, `main` is the large one of several, `card` is our own in a corner. */
export type Role = 'full' | 'main' | 'tile' | 'card';

export interface Placed {
  readonly id: string;
  readonly role: Role;
  readonly rect: Rect;
}

export interface Layout {
  readonly placed: readonly Placed[];
  readonly pages: number;
  readonly page: number;
  /** How many people have no tile now, and where it says so. */
  readonly hidden: number;
  readonly hiddenAt: Rect | null;
}

export interface Scene {
  readonly items: readonly Item[];
  readonly mode: Mode;
  /** Who is large in the speaker view; a shared screen goes before. */
  readonly spotlight: string | null;
  /** What this person wants large, whatever else happens. */
  readonly pinned: ReadonlySet<string>;
  /** Whom a host wants large for everyone; one's own pins go before. */
  readonly forAll: readonly string[];
  readonly page: number;
  readonly box: Box;
  /** Free room above and below for notices and controls, so that they cover nobody. */
  readonly room: Room;
}

export interface Room {
  readonly top: number;
  readonly bottom: number;
  /** What the line with the name takes. Large tiles lend it a corner; where they are small, it lies above them. */
  readonly line: number;
  /** Above a picture that reaches the edges; controls float over that one. */
  readonly fullTop: number;
  /** Below it: on a low stage, what is written would lie on the face. */
  readonly fullBottom?: number;
}

const GAP = 8;
const EDGE = 8;
const WIDE_SHAPES = [16 / 9, 4 / 3];
const UPRIGHT_SHAPES = [3 / 4, 1, 4 / 3, 16 / 9];
/** A lower stage has its others at the side: a row would take what the speaker needs. */
const HIGH_ENOUGH_FOR_A_ROW = 400;
const STRIP_SHAPES = [16 / 9, 4 / 3, 1];
const MAX_TILES = 49;
const MAX_TILES_ON_A_PHONE = 6;
const SMALLEST_IN_STRIP = 104;
/** A tile as high as this has a corner to spare: below, the name of the meeting would lie on a face. */
const SPARES_A_CORNER = 220;
/** On a narrow screen the page turner has a row of its own; on a wide one it stands beside the controls. */
export const PAGER_ROOM = 44;
export const isNarrow = (box: Box): boolean => box.width < 700;

const isPhone = (box: Box): boolean => Math.min(box.width, box.height) < 500;

/**
 * The whole stage as a function of who is there and how large it is. Tiles keep the order of `items`,
 * which is the order of arrival: nothing here depends on who speaks but the one large tile.
 */
export function layOut(scene: Scene): Layout {
  const { items, mode, box, room } = scene;
  const inside = insideOf(box, room.top, room.bottom);
  const belowLine = insideOf(box, Math.max(room.top, room.line), room.bottom);
  const self = items.find((item) => item.isLocal && item.kind === 'camera');
  const others = items.filter((item) => item !== self);

  const pinned = items.filter((item) => scene.pinned.has(item.id));
  if (pinned.length > 0) return focus(scene, inside, pinned);
  const screens = items.filter((item) => item.kind === 'screen');
  const lit = items.filter((item) => item.kind === 'camera' && scene.forAll.includes(item.id));
  if (lit.length > 0 && items.length > 2) return focus(scene, screens.length > 0 ? belowLine : inside, [...screens, ...lit]);
  // What is on a screen begins in its first corner.
  if (screens.length > 0) return focus(scene, belowLine, screens);
  // With two people, the other one is the interface. Alone, the room belongs to the invitation.
  if (items.length <= 2) {
    const cards = self === undefined ? [] : [card(self, scene)];
    return single([...others.map((other) => full(other, scene)), ...cards]);
  }
  if (mode !== 'grid') {
    const main = others.find((item) => item.id === scene.spotlight) ?? others[0];
    if (main !== undefined) return focus(scene, inside, [main], mode === 'speaker' && inside.height >= HIGH_ENOUGH_FOR_A_ROW);
  }
  const over = grid(scene, inside);
  return (over.placed[0]?.rect.height ?? 0) >= SPARES_A_CORNER ? over : grid(scene, belowLine);
}

function insideOf(box: Box, top: number, bottom: number): Rect {
  const y = Math.max(EDGE, top);
  return { x: EDGE, y, width: Math.max(1, box.width - 2 * EDGE), height: Math.max(1, box.height - y - Math.max(EDGE, bottom)) };
}

function single(placed: Placed[]): Layout {
  return { placed, pages: 1, page: 0, hidden: 0, hiddenAt: null };
}

function grid({ items, page, box }: Scene, all: Rect): Layout {
  const perPage = isPhone(box) ? MAX_TILES_ON_A_PHONE : MAX_TILES;
  const pages = Math.ceil(items.length / perPage);
  const pager = pages > 1 && isNarrow(box) ? PAGER_ROOM : 0;
  const inside = { ...all, height: Math.max(1, all.height - pager) };
  const current = Math.min(Math.max(0, page), pages - 1);
  const shown = items.slice(current * perPage, (current + 1) * perPage);
  const shapes = inside.height > inside.width ? UPRIGHT_SHAPES : WIDE_SHAPES;
  // A last page that is not full keeps the tile size of the others: nothing jumps on turning pages.
  const size = fitGrid(pages > 1 ? perPage : shown.length, inside, GAP, shapes);
  const rows = Math.ceil(shown.length / size.columns);
  const rects = placeGrid(shown.length, { ...size, rows }, inside, GAP);
  const placed = shown.map((item, i): Placed => ({ id: item.id, role: 'tile', rect: rects[i] as Rect }));
  return { placed, pages, page: current, hidden: 0, hiddenAt: null };
}

/** Some large, at three quarters, and the others in a strip: at the side, or below in a row, and always so on an upright screen. */
function focus({ items }: Scene, inside: Rect, mains: readonly Item[], row = false): Layout {
  const others = items.filter((item) => !mains.includes(item));
  if (others.length === 0) return single(large(mains, inside));
  const upright = inside.height > inside.width;
  const [mainRect, stripRect] = upright ? splitBelow(inside, mains) : row ? splitRow(inside) : splitSide(inside);
  const size = fitStrip(others.length, stripRect);
  const capacity = size.columns * size.rows;
  const fits = others.length <= capacity;
  const shown = fits ? others : others.slice(0, capacity - 1);
  const rects = placeGrid(fits ? shown.length : capacity, size, stripRect, GAP);
  const placed: Placed[] = [
    ...large(mains, mainRect),
    ...shown.map((item, i): Placed => ({ id: item.id, role: 'tile', rect: rects[i] as Rect })),
  ];
  const hidden = others.length - shown.length;
  return { placed, pages: 1, page: 0, hidden, hiddenAt: hidden > 0 ? (rects[shown.length] ?? null) : null };
}

/** One fills its place; several share it like a grid of their own. */
function large(mains: readonly Item[], place: Rect): Placed[] {
  const [only] = mains;
  if (mains.length === 1 && only !== undefined) return [{ id: only.id, role: 'main', rect: place }];
  const size = fitGrid(mains.length, place, GAP, place.height > place.width ? UPRIGHT_SHAPES : WIDE_SHAPES);
  const rects = placeGrid(mains.length, size, place, GAP);
  return mains.map((item, i): Placed => ({ id: item.id, role: 'main', rect: rects[i] as Rect }));
}

function splitSide({ x, y, width, height }: Rect): [Rect, Rect] {
  const strip = Math.max(Math.min(SMALLEST_IN_STRIP * 1.25, width / 3), Math.round(width / 4));
  const rest = width - strip - GAP;
  return [
    { x, y, width: rest, height },
    { x: x + rest + GAP, y, width: strip, height },
  ];
}

function splitRow({ x, y, width, height }: Rect): [Rect, Rect] {
  const row = Math.round(Math.min(150, height / 4));
  return [
    { x, y, width, height: height - row - GAP },
    { x, y: y + height - row, width, height: row },
  ];
}

function splitBelow({ x, y, width, height }: Rect, mains: readonly Item[]): [Rect, Rect] {
  // A screen is wide: on an upright display it needs no more than its own height.
  const screens = mains.every((main) => main.kind === 'screen');
  const wanted = (screens ? width / (16 / 10) : width / (3 / 4)) * mains.length;
  const large = Math.round(Math.min(wanted, height * (screens || mains.length > 1 ? 0.75 : 0.6)));
  return [
    { x, y, width, height: large },
    { x, y: y + large + GAP, width, height: height - large - GAP },
  ];
}

/** All of them if their tiles stay recognisable, else as many as do. */
function fitStrip(count: number, strip: Rect): ReturnType<typeof fitGrid> {
  for (let shown = count; shown > 1; shown--) {
    const size = fitGrid(shown, strip, GAP, STRIP_SHAPES);
    if (size.width >= Math.min(SMALLEST_IN_STRIP, strip.width)) return size;
  }
  return fitGrid(1, strip, GAP, STRIP_SHAPES);
}

/** To the edges, but no face cut in half: a wide picture on an upright screen keeps some of its width. */
function full(item: Item, { box, room }: Scene): Placed {
  const narrowest = item.upright ? 9 / 21 : 4 / 5;
  const free = Math.max(1, box.height - room.fullTop - (room.fullBottom ?? 0));
  const height = Math.round(Math.min(free, box.width / narrowest));
  const rect = { x: 0, y: room.fullTop + Math.round((free - height) / 2), width: box.width, height };
  return { id: item.id, role: 'full', rect };
}

function card(item: Item, { box, room }: Scene): Placed {
  const phone = isPhone(box);
  const shape = item.upright || (phone && box.height > box.width) ? 3 / 4 : 16 / 9;
  const area = phone ? 112 * 84 : Math.min(40_000, Math.max(20_000, box.width * box.height * 0.026));
  const width = Math.round(Math.sqrt(area * shape));
  const height = Math.round(width / shape);
  const margin = phone ? 12 : 16;
  // Beside the controls where there is room, above them where there is not.
  const lift = box.width - 2 * (width + margin) >= 560 ? margin : Math.max(margin, room.bottom);
  return { id: item.id, role: 'card', rect: { x: box.width - width - margin, y: box.height - height - lift, width, height } };
}
