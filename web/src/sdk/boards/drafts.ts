import { createStore, type Readable } from '../store';
import type { ParticipantId } from '../meeting/types';
import type { Board } from './board';
import { readShape, type Drawing, type NewShape, type Shape } from './drawing';

/** Under the id that it will have in the document. */
export interface Draft extends NewShape {
  readonly id: string;
}

/** Of somebody else. */
export interface Sketch {
  readonly client: number;
  readonly participant: ParticipantId;
  readonly shape: Shape;
}

/** A presence is refused beyond 2048 bytes; what is not points takes 300 of them at most. */
const MAX_POINT_CHARACTERS = 1700;
/** Of a line that is left out, in the board's own units: to begin with, less than an eye sees. */
const FINEST = 0.5;
/** The document may be a little later than the word that somebody is done. */
export const LINGER_MS = 1000;

/**
 * What others draw at this moment, before it is in the document: it travels with their pointers. A draft goes when its
 * shape has come, so that nothing is missing in between.
 *
 *  owner     whoever shows the drawing; `close` when it goes
 *  bounded   one for each of the presence's clients, and those that ended within LINGER_MS
 */
export class Drafts {
  private readonly views = createStore<readonly Sketch[]>([]);
  private readonly current = new Map<number, Sketch>();
  /** By the id of the shape. */
  private readonly ended = new Map<string, { readonly sketch: Sketch; readonly timer: ReturnType<typeof setTimeout> }>();
  /** Of the current ones: in the document already. Whoever removes such a shape does not bring its draft back. */
  private readonly arrived = new Set<string>();
  private readonly stop: () => void;

  constructor(
    private readonly board: Board,
    private readonly drawing: Drawing,
  ) {
    const { awareness } = board.presence;
    const onChange = ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }, origin: unknown): void => {
      if (origin !== 'local') this.read([...added, ...updated, ...removed]);
    };
    awareness.on('change', onChange);
    const stopWatching = drawing.view.subscribe(() => this.onDrawing());
    this.stop = () => {
      awareness.off('change', onChange);
      stopWatching();
    };
    this.read([...awareness.getStates().keys()].filter((client) => client !== awareness.clientID));
  }

  get view(): Readable<readonly Sketch[]> {
    return this.views;
  }

  close(): void {
    this.stop();
    for (const { timer } of this.ended.values()) clearTimeout(timer);
  }

  private read(clients: readonly number[]): void {
    const { presence } = this.board;
    for (const client of clients) {
      const participant = presence.ownerOf(client);
      const shape = readDraft(presence.awareness.getStates().get(client)?.draft);
      const before = this.current.get(client);
      if (before !== undefined && before.shape.id !== shape?.id) this.end(before);
      if (shape !== null && participant !== null) this.current.set(client, { client, participant, shape });
      else this.current.delete(client);
    }
    this.onDrawing();
  }

  private end(sketch: Sketch): void {
    const { id } = sketch.shape;
    if (this.arrived.delete(id) || this.ended.has(id)) return;
    const timer = setTimeout(() => {
      this.ended.delete(id);
      this.show();
    }, LINGER_MS);
    this.ended.set(id, { sketch, timer });
  }

  private onDrawing(): void {
    for (const { shape } of this.current.values()) if (this.drawing.has(shape.id)) this.arrived.add(shape.id);
    for (const [id, { timer }] of this.ended) {
      if (!this.drawing.has(id)) continue;
      clearTimeout(timer);
      this.ended.delete(id);
    }
    this.show();
  }

  private show(): void {
    const current = [...this.current.values()].filter(({ shape }) => !this.arrived.has(shape.id));
    const all = [...current, ...[...this.ended.values()].map(({ sketch }) => sketch)];
    if (all.length > 0 || this.views.get().length > 0) this.views.set(all);
  }
}

/** Tells the others what is drawn here. null: it is done, which is said once its shape has been acknowledged. Returns how to stop. */
export function tellDraft(board: Board, draft: Draft | null): () => void {
  const { awareness } = board.presence;
  if (draft !== null) {
    awareness.setLocalStateField('draft', { ...draft, points: thinned(draft.points) });
    return () => undefined;
  }
  const clear = (): void => {
    const told: unknown = awareness.getLocalState()?.draft ?? null;
    if (told !== null && !board.view.get().unsent) awareness.setLocalStateField('draft', null);
  };
  clear();
  return board.view.subscribe(clear);
}

/** null: what stands there is no draft. */
function readDraft(told: unknown): Shape | null {
  if (typeof told !== 'object' || told === null) return null;
  const members = new Map(Object.entries(told));
  const id = members.get('id') as unknown;
  return typeof id === 'string' && id !== '' ? readShape(id, members) : null;
}

/** The same line with as few points as fit, x and y in turn. */
export function thinned(points: readonly number[]): readonly number[] {
  let kept = points;
  for (let tolerance = FINEST; JSON.stringify(kept).length > MAX_POINT_CHARACTERS; tolerance *= 2) kept = simplified(points, tolerance);
  return kept;
}

/** By Ramer, Douglas and Peucker: what is nearer than `tolerance` to the line without it is left out. */
function simplified(points: readonly number[], tolerance: number): readonly number[] {
  const last = points.length / 2 - 1;
  const kept = new Set<number>([0, last]);
  const parts: (readonly [number, number])[] = [[0, last]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    let farthest = -1;
    let distance = tolerance;
    for (let i = from + 1; i < to; i++) {
      const far = distanceTo(points, i, from, to);
      if (far > distance) [farthest, distance] = [i, far];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    parts.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept.has(i >> 1));
}

/** Of a point from the stretch between two others. */
function distanceTo(points: readonly number[], at: number, from: number, to: number): number {
  const [x, y] = [points[2 * at] ?? 0, points[2 * at + 1] ?? 0];
  const [fromX, fromY] = [points[2 * from] ?? 0, points[2 * from + 1] ?? 0];
  const [w, h] = [(points[2 * to] ?? 0) - fromX, (points[2 * to + 1] ?? 0) - fromY];
  const length = w * w + h * h;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - fromX) * w + (y - fromY) * h) / length));
  return Math.hypot(x - fromX - part * w, y - fromY - part * h);
}
