import { createStore, type Readable } from '../store';
import { rememberBackground, rememberedBackground, type Background, type Effect } from './choice';
import { createFrames, type Frames } from './frames';
import { covers, initial, step, type BackgroundInput, type BackgroundState } from './machine';
import { ownPicture } from './own_picture';
import type { Order, Report } from './protocol';

/** No word from the worker for so long, while there is a camera: it hangs. */
const SILENCE_MS = 8000;

export type Pace = Extract<Report, { say: 'pace' }>;

/** As much of a Worker as is used; tests have one without a thread. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent<Report>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(order: Order, transfer: Transferable[]): void;
  terminate(): void;
}

export interface Outside {
  createWorker(): WorkerLike;
  createFrames(tell: (order: Order, transfer: Transferable[]) => void): Frames | null;
  loadOwn(): Promise<Blob | null>;
}

const BROWSER: Outside = {
  createWorker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'background' }),
  createFrames,
  loadOwn: () => ownPicture.load(),
};

/**
 * What is behind the person: gives for the camera's track another one with the effect in it.
 *
 * What was chosen holds from the first frame, and a failure does not undo it: then the picture stands still,
 * and `state` says why. Before the call and in it this is the same object, so that joining changes nothing.
 *
 *  owner     the visit, one; `dispose` ends it
 *  bounded   one worker and one track at a time, and none while it is off
 */
export class CameraBackground {
  private readonly store = createStore<BackgroundState>(initial(rememberedBackground()));
  private readonly pictures = createStore<MediaStreamTrack | null>(null);
  private readonly paces = createStore<Pace | null>(null);
  private worker: WorkerLike | null = null;
  private frames: Frames | null = null;
  private camera: MediaStreamTrack | null = null;
  private watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly outside: Outside = BROWSER) {}

  get state(): Readable<BackgroundState> {
    return this.store;
  }

  /** The picture with the effect in it; null while nothing is applied. */
  get picture(): Readable<MediaStreamTrack | null> {
    return this.pictures;
  }

  /** How fast it goes here, as last judged. */
  get pace(): Readable<Pace | null> {
    return this.paces;
  }

  /** Whether the camera as it is must not be seen. */
  get covers(): boolean {
    return covers(this.store.get());
  }

  choose(background: Background): void {
    rememberBackground(background);
    this.tell({ on: 'chosen', background });
    if (background === 'none') this.free();
    else if (this.store.get().at === 'loading' && this.worker === null) this.start();
    else void this.show(background);
  }

  /** The track to be seen instead of the camera's, without a frame until the effect is there; null if there is none to come. */
  process(camera: MediaStreamTrack): MediaStreamTrack | null {
    if (this.store.get().at === 'idle') this.tell({ on: 'needed' });
    if (this.worker === null && this.store.get().at === 'loading') this.start();
    const { frames } = this;
    if (frames === null) return null;
    if (camera !== this.camera && camera.readyState === 'live') {
      this.camera = camera;
      frames.readFrom(camera);
      this.watch();
    }
    this.pictures.set(frames.track);
    return frames.track;
  }

  /** Once nothing has to be waited for: false if the camera must stay off. A failure is tried once more. */
  ready(): Promise<boolean> {
    if (this.store.get().at === 'off') return Promise.resolve(true);
    this.tell({ on: 'needed' });
    if (this.worker === null && this.store.get().at === 'loading') this.start();
    return new Promise((resolve) => {
      const look = (): void => {
        const { at } = this.store.get();
        if (at === 'loading') return;
        unsubscribe();
        resolve(at !== 'failed' && at !== 'idle');
      };
      const unsubscribe = this.store.subscribe(look);
      look();
    });
  }

  /** There is no camera any more; what was chosen stays chosen. */
  release(): void {
    this.tell({ on: 'released' });
    this.free();
  }

  dispose(): void {
    this.release();
  }

  private tell(input: BackgroundInput): void {
    this.store.update((state) => step(state, input));
  }

  private start(): void {
    const state = this.store.get();
    if (state.at === 'off') return;
    this.free();
    const tellWorker = (order: Order, transfer: Transferable[]): void => this.worker?.postMessage(order, transfer);
    try {
      const worker = this.outside.createWorker();
      this.worker = worker;
      worker.onmessage = ({ data }) => this.onReport(data);
      worker.onerror = () => this.fail('unsupported');
      this.frames = this.outside.createFrames(tellWorker);
    } catch {
      this.frames = null;
    }
    if (this.frames === null) this.fail('unsupported');
    else void this.show(state.wanted);
  }

  private async show(effect: Effect): Promise<void> {
    const { worker } = this;
    let own: ImageBitmap | null = null;
    if (effect === 'own') {
      const blob = await this.outside.loadOwn();
      own = blob === null ? null : await createImageBitmap(blob).catch(() => null);
    }
    const state = this.store.get();
    // Meanwhile it may be another one that is wanted, or none.
    if (state.at === 'off' || state.wanted !== effect || worker !== this.worker) own?.close();
    // A picture that is gone was still meant to hide the room.
    else worker?.postMessage({ do: 'show', effect: effect === 'own' && own === null ? 'strong' : effect, own }, own === null ? [] : [own]);
  }

  private onReport(report: Report): void {
    switch (report.say) {
      case 'progress':
        this.tell({ on: 'progress', part: report.part });
        break;
      case 'ready':
        this.tell({ on: 'ready' });
        this.watch();
        break;
      case 'pace':
        this.tell({ on: 'pace', slow: report.slow });
        this.watch();
        this.paces.set(report);
        break;
      case 'failed':
        this.fail(report.trouble);
        break;
      case 'tick':
        this.frames?.onTick();
        break;
      case 'frame':
        this.frames?.onFrame(report.frame);
    }
  }

  private fail(trouble: 'unsupported' | 'unreachable' | 'broken'): void {
    const { frames } = this;
    this.tell({ on: 'failed', trouble });
    this.stopWorker();
    // The track stays, with its last picture: whoever shows or sends it shows nothing else.
    this.frames = null;
    this.camera = null;
    if (this.store.get().at === 'off') {
      frames?.stop();
      this.pictures.set(null);
      rememberBackground('none');
    }
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      const alive = this.camera?.readyState === 'live' && this.camera.enabled && !this.camera.muted;
      if (this.store.get().at === 'on' && alive) this.fail('broken');
    }, SILENCE_MS);
  }

  private stopWorker(): void {
    clearTimeout(this.watchdog);
    this.worker?.terminate();
    this.worker = null;
  }

  private free(): void {
    this.stopWorker();
    this.frames?.stop();
    this.frames = null;
    this.camera = null;
    this.pictures.set(null);
  }
}
