import type { Shape } from '@/sdk/boards/drawing';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Area extends Point {
  readonly w: number;
  readonly h: number;
}
/** Where the board's origin is on screen, and how large a unit is. */
export interface Sight extends Point {
  readonly scale: number;
}

export const LEAST_SCALE = 0.1;
export const MOST_SCALE = 5;

export function toBoard(sight: Sight, at: Point): Point {
  return { x: (at.x - sight.x) / sight.scale, y: (at.y - sight.y) / sight.scale };
}

/** Closer or further, while what is at `at` on screen stays there. */
export function zoomed(sight: Sight, factor: number, at: Point): Sight {
  const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, sight.scale * factor));
  const real = scale / sight.scale;
  return { scale, x: at.x - (at.x - sight.x) * real, y: at.y - (at.y - sight.y) * real };
}

/** Of positive width and height, whichever way it was drawn. */
export function areaOf(shape: Pick<Shape, 'kind' | 'x' | 'y' | 'w' | 'h' | 'points'>): Area {
  if (shape.kind === 'pen') {
    const xs = shape.points.filter((_, i) => i % 2 === 0);
    const ys = shape.points.filter((_, i) => i % 2 === 1);
    const left = Math.min(0, ...xs);
    const top = Math.min(0, ...ys);
    return { x: shape.x + left, y: shape.y + top, w: Math.max(0, ...xs) - left, h: Math.max(0, ...ys) - top };
  }
  return { x: Math.min(shape.x, shape.x + shape.w), y: Math.min(shape.y, shape.y + shape.h), w: Math.abs(shape.w), h: Math.abs(shape.h) };
}

export function around(areas: readonly Area[]): Area | null {
  if (areas.length === 0) return null;
  const x = Math.min(...areas.map((one) => one.x));
  const y = Math.min(...areas.map((one) => one.y));
  return { x, y, w: Math.max(...areas.map((one) => one.x + one.w)) - x, h: Math.max(...areas.map((one) => one.y + one.h)) - y };
}

export function isWithin(inner: Area, outer: Area): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w && inner.y + inner.h <= outer.y + outer.h;
}

/** All of `area` in a box of this size, in its middle, never larger than life. */
export function fitting(area: Area, width: number, height: number, margin = 40): Sight {
  const scale = Math.min(1, Math.max(LEAST_SCALE, Math.min((width - 2 * margin) / Math.max(1, area.w), (height - 2 * margin) / Math.max(1, area.h))));
  return { scale, x: width / 2 - (area.x + area.w / 2) * scale, y: height / 2 - (area.y + area.h / 2) * scale };
}

/** A stroke as a path: through the middles of its points, so that it has no corners. */
export function penPath(points: readonly number[]): string {
  const [x0 = 0, y0 = 0] = points;
  if (points.length <= 2) return `M${x0} ${y0}l0.01 0`;
  let path = `M${x0} ${y0}`;
  for (let i = 2; i + 3 < points.length; i += 2) {
    const [x = 0, y = 0, nextX = 0, nextY = 0] = points.slice(i, i + 4);
    path += `Q${x} ${y} ${round((x + nextX) / 2)} ${round((y + nextY) / 2)}`;
  }
  return `${path}L${points.at(-2) ?? 0} ${points.at(-1) ?? 0}`;
}

/** The two strokes of an arrow's head. */
export function arrowHead(w: number, h: number): string {
  const angle = Math.atan2(h, w);
  const size = Math.min(18, 6 + Math.hypot(w, h) / 6);
  const wing = (turn: number): string => `${round(w - size * Math.cos(angle + turn))} ${round(h - size * Math.sin(angle + turn))}`;
  return `M${wing(0.5)}L${w} ${h}L${wing(-0.5)}`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
