import type { Effect } from './choice';
import type { Trouble } from './machine';

/** To the worker. */
export type Order =
  /** `own`: the person's own picture, where that is what is shown. */
  | { readonly do: 'show'; readonly effect: Effect; readonly own: ImageBitmap | null }
  /** The camera as a stream of frames, and how many a second to expect. */
  | { readonly do: 'read'; readonly frames: ReadableStream<VideoFrame>; readonly rate: number }
  | { readonly do: 'write'; readonly frames: WritableStream<VideoFrame> }
  /** Where there are no streams of frames: asks for ticks, and then brings a frame after each. */
  | { readonly do: 'tick'; readonly rate: number }
  | { readonly do: 'frame'; readonly frame: ImageBitmap };

/** From the worker. */
export type Report =
  | { readonly say: 'progress'; readonly part: number }
  | { readonly say: 'ready' }
  | { readonly say: 'failed'; readonly trouble: Trouble }
  | { readonly say: 'tick' }
  | { readonly say: 'frame'; readonly frame: ImageBitmap }
  /** Once a second while there are frames: also a sign of life. */
  | { readonly say: 'pace'; readonly slow: boolean; readonly framesPerSecond: number; readonly every: number; readonly maskMs: number; readonly frameMs: number };
