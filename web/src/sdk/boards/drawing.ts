import * as Y from 'yjs';
import { newKey } from '../meeting/client';
import { createStore, type Readable } from '../store';

export const KINDS = ['pen', 'line', 'arrow', 'rectangle', 'ellipse', 'text', 'note'] as const;
export type Kind = (typeof KINDS)[number];
export const COLOURS = ['black', 'red', 'orange', 'green', 'blue', 'purple'] as const;
export type Colour = (typeof COLOURS)[number];

/** One thing on the whiteboard. `w` and `h` of a line may be negative: it goes from (x, y) to (x + w, y + h). */
export interface Shape {
  readonly id: string;
  readonly kind: Kind;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly colour: Colour;
  readonly text: string;
  /** Of a pen: x and y in turn, from (x, y). */
  readonly points: readonly number[];
  /** What is larger lies above. */
  readonly z: number;
}
export type NewShape = Omit<Shape, 'id' | 'z'>;

export interface DrawingView {
  /** From the lowest to the topmost. */
  readonly shapes: readonly Shape[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** What a page draws, whatever others write into the document. */
export const MAX_SHAPES = 3000;
export const MAX_POINTS = 1500;
export const MAX_TEXT = 1000;
const FAR = 100_000;

/**
 * The whiteboard as shapes over a Yjs document: a map of maps, so that two people may change two things of one shape.
 * Undo takes back one's own steps alone.
 *
 *  owner     whoever shows it; `close` when it goes
 *  bounded   MAX_SHAPES are shown; what others wrote is read as far as it makes sense
 */
export class Drawing {
  private readonly map: Y.Map<Y.Map<unknown>>;
  private readonly undoes: Y.UndoManager;
  private readonly known = new Map<string, Shape>();
  private readonly views = createStore<DrawingView>({ shapes: [], canUndo: false, canRedo: false });

  constructor(private readonly doc: Y.Doc) {
    this.map = doc.getMap('shapes');
    // What belongs to one step is put into one transaction, so nothing is joined by time.
    this.undoes = new Y.UndoManager(this.map, { trackedOrigins: new Set([this]), captureTimeout: 0 });
    this.map.observeDeep(this.onEvents);
    for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) this.undoes.on(event, this.show);
    for (const id of this.map.keys()) this.learn(id);
    this.show();
  }

  get view(): Readable<DrawingView> {
    return this.views;
  }

  close(): void {
    this.map.unobserveDeep(this.onEvents);
    this.undoes.destroy();
  }

  has(id: string): boolean {
    return this.known.has(id);
  }

  /** Lies above everything that is there. Its id. */
  add(shape: NewShape, id = newKey()): string {
    const top = this.views.get().shapes.at(-1)?.z ?? 0;
    this.step(() => this.map.set(id, new Y.Map(Object.entries({ ...shape, z: top + 1 }))));
    return id;
  }

  change(ids: Iterable<string>, change: (shape: Shape) => Partial<NewShape>): void {
    this.step(() => {
      for (const id of ids) {
        const shape = this.known.get(id);
        const into = this.map.get(id);
        if (shape === undefined || into === undefined) continue;
        for (const [key, value] of Object.entries(change(shape))) if (shape[key as keyof Shape] !== value) into.set(key, value);
      }
    });
  }

  remove(ids: Iterable<string>): void {
    this.step(() => {
      for (const id of ids) this.map.delete(id);
    });
  }

  clear(): void {
    this.remove([...this.map.keys()]);
  }

  undo(): void {
    this.undoes.undo();
  }

  redo(): void {
    this.undoes.redo();
  }

  /** What is typed into one shape is one step. */
  joinSteps(run: () => void): void {
    this.undoes.captureTimeout = 1500;
    run();
    this.undoes.captureTimeout = 0;
  }

  private step(run: () => void): void {
    this.doc.transact(run, this);
  }

  private readonly onEvents = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    for (const event of events) {
      if (event.path.length === 0) for (const id of event.keys.keys()) this.learn(id);
      else this.learn(String(event.path[0]));
    }
    this.show();
  };

  private learn(id: string): void {
    const from: unknown = this.map.get(id);
    const shape = from instanceof Y.Map ? readShape(id, from) : null;
    if (shape === null) this.known.delete(id);
    else this.known.set(id, shape);
  }

  private readonly show = (): void => {
    const shapes = [...this.known.values()].sort((a, b) => a.z - b.z || (a.id < b.id ? -1 : 1)).slice(-MAX_SHAPES);
    this.views.set({ shapes, canUndo: this.undoes.undoStack.length > 0, canRedo: this.undoes.redoStack.length > 0 });
  };
}

/** null: what stands there is no shape. */
export function readShape(id: string, from: { get(key: string): unknown }): Shape | null {
  const kind = KINDS.find((one) => one === from.get('kind'));
  if (kind === undefined) return null;
  const number = (key: string): number => bounded(from.get(key));
  const points: unknown = from.get('points');
  const text: unknown = from.get('text');
  return {
    id,
    kind,
    x: number('x'),
    y: number('y'),
    w: number('w'),
    h: number('h'),
    z: number('z'),
    colour: COLOURS.find((one) => one === from.get('colour')) ?? 'black',
    text: typeof text === 'string' ? text.slice(0, MAX_TEXT) : '',
    points: kind === 'pen' && Array.isArray(points) ? points.slice(0, 2 * MAX_POINTS).map(bounded) : [],
  };
}

function bounded(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(FAR, Math.max(-FAR, value)) : 0;
}
