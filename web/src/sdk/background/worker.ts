// Everything that takes time runs here: the page stays as quick as without an effect, and the ticks of a worker
// go on while the page's tab is in the background.
import modelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import { download } from './download';
import { Filter } from './filter';
import type { Trouble } from './machine';
import type { Order, Report } from './protocol';
import { Segmenter, startTensors } from './segmenter';

/** What is to come, in bytes, so that progress can be shown; roughly is good enough. */
const EXPECTED_BYTES = 675_000;

const scope = self as unknown as {
  postMessage(report: Report, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
};

let filter: Filter | null = null;
let writer: WritableStreamDefaultWriter<VideoFrame> | null = null;
let shown: Extract<Order, { do: 'show' }> | null = null;
let rate = 30;
let failed = false;

function fail(trouble: Trouble): void {
  // From here on nothing leaves: neither a frame of before nor one of the room.
  failed = true;
  filter = null;
  scope.postMessage({ say: 'failed', trouble });
}

async function load(): Promise<void> {
  const received = new Map<string, number>();
  const note = (url: string) => (bytes: number) => {
    received.set(url, bytes);
    let sum = 0;
    for (const part of received.values()) sum += part;
    scope.postMessage({ say: 'progress', part: sum / EXPECTED_BYTES });
  };
  let model: ArrayBuffer;
  try {
    // The second is fetched again by the library, from the browser's cache.
    [model] = await Promise.all([download(modelUrl, note(modelUrl)), download(simdUrl, note(simdUrl))]);
  } catch {
    fail('unreachable');
    return;
  }
  try {
    await startTensors({ simd: simdUrl, plain: plainUrl });
    const segmenter = new Segmenter(model);
    // The first time takes far longer than the next ones: not at the cost of a frame that somebody waits for.
    const { width, height } = segmenter;
    segmenter.run(new Uint8ClampedArray(4 * width * height), new Float32Array(width * height));
    filter = new Filter(segmenter, () => fail('broken'));
    if (shown !== null) filter.show(shown.effect, shown.own);
    filter.begin(rate);
    scope.postMessage({ say: 'ready' });
  } catch {
    fail('unsupported');
  }
}

function compose(frame: VideoFrame | ImageBitmap, width: number, height: number): OffscreenCanvas | null {
  if (filter === null) return null;
  try {
    const { canvas, judged } = filter.draw(frame, { width, height });
    if (judged) {
      const { slow, framesPerSecond, every } = filter.pace;
      scope.postMessage({ say: 'pace', slow, framesPerSecond, every, ...filter.costs });
    }
    return canvas;
  } catch {
    fail('broken');
    return null;
  }
}

async function read(frames: ReadableStream<VideoFrame>): Promise<void> {
  const reader = frames.getReader();
  while (!failed) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    const canvas = compose(frame, frame.displayWidth, frame.displayHeight);
    const composed = canvas === null ? null : new VideoFrame(canvas, { timestamp: frame.timestamp, alpha: 'discard' });
    frame.close();
    // A writer whose track was stopped takes nothing any more.
    if (composed !== null) await (writer?.write(composed) ?? Promise.resolve()).catch(() => undefined).finally(() => composed.close());
  }
  await reader.cancel().catch(() => undefined);
}

function onFrame(frame: ImageBitmap): void {
  const canvas = compose(frame, frame.width, frame.height);
  frame.close();
  if (canvas === null) return;
  const composed = canvas.transferToImageBitmap();
  scope.postMessage({ say: 'frame', frame: composed }, [composed]);
}

let ticking: ReturnType<typeof setInterval> | undefined;

scope.onmessage = ({ data: order }) => {
  switch (order.do) {
    case 'show':
      shown = order;
      filter?.show(order.effect, order.own);
      break;
    case 'read':
      rate = order.rate;
      filter?.begin(rate);
      read(order.frames).catch(() => undefined);
      break;
    case 'write':
      writer = order.frames.getWriter();
      break;
    case 'tick':
      rate = order.rate;
      filter?.begin(rate);
      clearInterval(ticking);
      ticking = setInterval(() => scope.postMessage({ say: 'tick' }), 1000 / rate);
      break;
    case 'frame':
      onFrame(order.frame);
  }
};

void load();
