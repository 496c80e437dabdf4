import type { Order } from './protocol';

/** Chromium's, not in the types of the DOM: a track as a stream of frames, and a stream of frames as a track. */
declare global {
  interface Window {
    readonly MediaStreamTrackProcessor?: new (options: { track: MediaStreamTrack; maxBufferSize?: number }) => { readonly readable: ReadableStream<VideoFrame> };
    readonly MediaStreamTrackGenerator?: new (options: { kind: 'video' }) => MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };
  }
}

/** How frames get from the camera to the worker, and from there into a track that can be sent. */
export interface Frames {
  /** The composed picture. The same track whatever the camera. */
  readonly track: MediaStreamTrack;
  /** From now on the frames come from this camera. */
  readFrom(camera: MediaStreamTrack): void;
  onTick(): void;
  onFrame(frame: ImageBitmap): void;
  stop(): void;
}

type Tell = (order: Order, transfer: Transferable[]) => void;

const DEFAULT_RATE = 30;
const rateOf = (camera: MediaStreamTrack): number => camera.getSettings().frameRate ?? DEFAULT_RATE;

/** Null where neither way is open. */
export function createFrames(tell: Tell): Frames | null {
  const { MediaStreamTrackProcessor: Reader, MediaStreamTrackGenerator: Writer } = window;
  if (Reader !== undefined && Writer !== undefined) return new StreamedFrames(tell, Reader, Writer);
  if (typeof OffscreenCanvas === 'function' && typeof HTMLCanvasElement.prototype.captureStream === 'function') return new CarriedFrames(tell);
  return null;
}

/** The SDK and the lists of devices ask a track which camera it is, and how large, before its first frame. */
function speakFor(track: MediaStreamTrack, camera: () => MediaStreamTrack | null): void {
  const own = track.getSettings.bind(track);
  track.getSettings = () => camera()?.getSettings() ?? own();
}

/** Streams that belong to the worker: no frame touches the page's thread. */
class StreamedFrames implements Frames {
  readonly track: MediaStreamTrack;
  private camera: MediaStreamTrack | null = null;

  constructor(
    private readonly tell: Tell,
    private readonly Reader: NonNullable<Window['MediaStreamTrackProcessor']>,
    Writer: NonNullable<Window['MediaStreamTrackGenerator']>,
  ) {
    const generator = new Writer({ kind: 'video' });
    this.track = generator;
    speakFor(generator, () => this.camera);
    tell({ do: 'write', frames: generator.writable }, [generator.writable]);
  }

  readFrom(camera: MediaStreamTrack): void {
    this.camera = camera;
    // Of what waits, the newest alone: a frame that is late is of no use.
    const { readable } = new this.Reader({ track: camera, maxBufferSize: 1 });
    this.tell({ do: 'read', frames: readable, rate: rateOf(camera) }, [readable]);
  }

  onTick(): void {
    // Streams come by themselves.
  }

  onFrame(frame: ImageBitmap): void {
    frame.close();
  }

  stop(): void {
    this.track.stop();
  }
}

/** Elsewhere: from a video element, as a bitmap to the worker and back, into a canvas that is a track. */
class CarriedFrames implements Frames {
  readonly track: MediaStreamTrack;
  private readonly video = document.createElement('video');
  private readonly canvas = document.createElement('canvas');
  private readonly context: ImageBitmapRenderingContext | null;
  private camera: MediaStreamTrack | null = null;
  private carrying = false;
  private seen = -1;

  constructor(private readonly tell: Tell) {
    this.video.muted = true;
    this.video.playsInline = true;
    this.context = this.canvas.getContext('bitmaprenderer');
    const [track] = this.canvas.captureStream().getVideoTracks();
    if (track === undefined) throw new Error('a canvas without a track');
    this.track = track;
    speakFor(track, () => this.camera);
  }

  readFrom(camera: MediaStreamTrack): void {
    this.camera = camera;
    this.seen = -1;
    this.video.srcObject = new MediaStream([camera]);
    void this.video.play().catch(() => undefined);
    this.tell({ do: 'tick', rate: rateOf(camera) }, []);
  }

  onTick(): void {
    const { video } = this;
    // One frame on its way at a time, and none twice.
    if (this.carrying || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.currentTime === this.seen || this.camera?.readyState !== 'live') return;
    this.carrying = true;
    this.seen = video.currentTime;
    createImageBitmap(video).then(
      (frame) => this.tell({ do: 'frame', frame }, [frame]),
      () => (this.carrying = false),
    );
  }

  onFrame(frame: ImageBitmap): void {
    this.carrying = false;
    if (this.canvas.width !== frame.width || this.canvas.height !== frame.height) {
      this.canvas.width = frame.width;
      this.canvas.height = frame.height;
    }
    this.context?.transferFromImageBitmap(frame);
  }

  stop(): void {
    this.track.stop();
    this.video.srcObject = null;
    this.canvas.width = this.canvas.height = 0;
  }
}
