import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CameraBackground, type WorkerLike } from './camera_background';
import type { Frames } from './frames';
import type { Order, Report } from './protocol';

class FakeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent<Report>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly orders: Order[] = [];
  ended = false;

  postMessage(order: Order): void {
    this.orders.push(order);
  }

  terminate(): void {
    this.ended = true;
  }

  say(report: Report): void {
    this.onmessage?.({ data: report } as MessageEvent<Report>);
  }

  get shown(): string[] {
    return this.orders.flatMap((order) => (order.do === 'show' ? [order.effect] : []));
  }
}

const track = (id: string) => ({ id, readyState: 'live', enabled: true, muted: false, getSettings: () => ({}) }) as unknown as MediaStreamTrack;
const settle = () => new Promise((resolve) => setTimeout(resolve));

function setUp({ remembered = 'none', frames = true } = {}) {
  localStorage.setItem('parley.background', JSON.stringify(remembered));
  const workers: FakeWorker[] = [];
  const made: (Frames & { read: MediaStreamTrack[]; stopped: boolean })[] = [];
  const background = new CameraBackground({
    createWorker() {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    createFrames() {
      if (!frames) return null;
      const read: MediaStreamTrack[] = [];
      const one = { track: track(`out${made.length}`), read, stopped: false, readFrom: (camera: MediaStreamTrack) => void read.push(camera), onTick: vi.fn(), onFrame: vi.fn(), stop: () => void (one.stopped = true) };
      made.push(one);
      return one;
    },
    loadOwn: () => Promise.resolve(null),
  });
  return { background, workers, made, worker: () => workers.at(-1) ?? new FakeWorker() };
}

beforeEach(() => localStorage.clear());

describe('the background of the camera', () => {
  it('costs nothing while none is chosen', async () => {
    const { background, workers } = setUp();
    expect(background.process(track('camera'))).toBeNull();
    expect(await background.ready()).toBe(true);
    expect(workers).toHaveLength(0);
  });

  it('that is remembered gives a track that is not the camera’s, and lets nobody wait in vain', async () => {
    const { background, worker, made } = setUp({ remembered: 'slight' });
    const camera = track('camera');
    const picture = background.process(camera);
    expect(picture?.id).toBe('out0');
    expect(made[0]?.read).toEqual([camera]);
    const ready = background.ready();
    await settle();
    expect(worker().shown).toEqual(['slight']);
    worker().say({ say: 'ready' });
    expect(await ready).toBe(true);
  });

  it('keeps its track when the camera is another', () => {
    const { background, made } = setUp({ remembered: 'slight' });
    const first = background.process(track('one'));
    expect(background.process(track('two'))).toBe(first);
    expect(made).toHaveLength(1);
    expect(made[0]?.read.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it('is changed without a new worker', async () => {
    const { background, workers, worker } = setUp({ remembered: 'slight' });
    background.process(track('camera'));
    await settle();
    worker().say({ say: 'ready' });
    background.choose('night');
    await settle();
    expect(worker().shown).toEqual(['slight', 'night']);
    expect(workers).toHaveLength(1);
  });

  it('shows a strong blur in place of a picture that is gone', async () => {
    const { background, worker } = setUp({ remembered: 'own' });
    background.process(track('camera'));
    await settle();
    expect(worker().shown).toEqual(['strong']);
  });

  it('frees everything when it is switched off, and remembers that', () => {
    const { background, worker, made } = setUp({ remembered: 'slight' });
    background.process(track('camera'));
    background.choose('none');
    expect(worker().ended).toBe(true);
    expect(made[0]?.stopped).toBe(true);
    expect(background.picture.get()).toBeNull();
    expect(JSON.parse(localStorage.getItem('parley.background') ?? '')).toBe('none');
  });

  it('that breaks keeps its track, so that nobody takes the camera’s instead', async () => {
    const { background, worker, made } = setUp({ remembered: 'slight' });
    background.process(track('camera'));
    worker().say({ say: 'ready' });
    worker().say({ say: 'failed', trouble: 'broken' });
    expect(background.covers).toBe(true);
    expect(background.picture.get()?.id).toBe('out0');
    expect(made[0]?.stopped).toBe(false);
    expect(background.process(track('camera'))).toBeNull();
    expect(worker().ended).toBe(true);
    const again = background.ready();
    await settle();
    worker().say({ say: 'ready' });
    expect(await again).toBe(true);
  });

  it('notices a worker that says nothing any more', () => {
    vi.useFakeTimers();
    try {
      const { background, worker } = setUp({ remembered: 'slight' });
      background.process(track('camera'));
      worker().say({ say: 'ready' });
      vi.advanceTimersByTime(5000);
      worker().say({ say: 'pace', slow: false, framesPerSecond: 30, every: 1, maskMs: 9, frameMs: 3 });
      vi.advanceTimersByTime(5000);
      expect(background.state.get().at).toBe('on');
      vi.advanceTimersByTime(5000);
      expect(background.state.get()).toMatchObject({ at: 'failed', trouble: 'broken' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('where it cannot run says so at once, and leaves a picture that was in view', async () => {
    const inView = setUp({ frames: false });
    inView.background.choose('slight');
    expect(inView.background.state.get()).toEqual({ at: 'off', trouble: 'unsupported' });
    expect(JSON.parse(localStorage.getItem('parley.background') ?? '')).toBe('none');

    const remembered = setUp({ remembered: 'slight', frames: false });
    expect(await remembered.background.ready()).toBe(false);
    expect(remembered.background.covers).toBe(true);
  });
});
