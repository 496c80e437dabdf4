import { isPicture, type Effect, type Picture } from './choice';
import { Compositor } from './compositor';
import { contain, type Size } from './geometry';
import { SteadyMask } from './mask';
import { Pace } from './pace';
import { paint } from './painting';
import type { Segmenter } from './segmenter';

const PICTURE_SIZE: Size = { width: 1280, height: 720 };

export interface Costs {
  readonly maskMs: number;
  readonly frameMs: number;
}

/**
 * The way of one frame: find the person, calm the mask, compose.
 *
 *  owner     the worker, one
 */
export class Filter {
  readonly pace = new Pace();
  private readonly mask: SteadyMask;
  private readonly likely: Float32Array;
  private readonly small: OffscreenCanvasRenderingContext2D;
  private readonly compositor: Compositor;
  private size: Size = { width: 0, height: 0 };
  private count = 0;
  private spent: Costs = { maskMs: 0, frameMs: 0 };

  constructor(
    private readonly segmenter: Segmenter,
    onLost: () => void,
  ) {
    const { width, height } = segmenter;
    this.mask = new SteadyMask(width * height);
    this.likely = new Float32Array(width * height);
    // To be read back for each frame: drawn where it can be read at once.
    const small = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (small === null) throw new Error('no canvas here');
    this.small = small;
    this.compositor = new Compositor(segmenter, onLost);
  }

  /** What the newest frame cost. */
  get costs(): Costs {
    return this.spent;
  }

  show(effect: Effect, own: ImageBitmap | null): void {
    if (effect === 'own' && own !== null) this.compositor.showPicture(own);
    else if (isPicture(effect)) this.compositor.showPicture(painted(effect));
    else this.compositor.blurRoom(effect === 'slight' ? 'slight' : 'strong');
    own?.close();
  }

  /** Another camera, or the same one after a pause. */
  begin(rate: number): void {
    this.pace.setRate(rate);
    this.restart();
  }

  /** The composed frame; to be taken before anything else is drawn. True as often as there is a judgement of the pace. */
  draw(frame: VideoFrame | ImageBitmap, size: Size): { readonly canvas: OffscreenCanvas; readonly judged: boolean } {
    if (size.width !== this.size.width || size.height !== this.size.height) this.restart();
    this.size = size;
    const began = performance.now();
    const look = this.count++ % this.pace.every === 0;
    if (look) this.find(frame, size);
    const found = performance.now();
    this.compositor.draw(frame, size, look ? this.mask.bytes : null);
    const done = performance.now();
    this.spent = { maskMs: look ? found - began : this.spent.maskMs, frameMs: done - found };
    const judged = this.pace.frame(done, look ? found - began : null, done - found);
    return { canvas: this.compositor.canvas, judged };
  }

  private restart(): void {
    this.pace.restart();
    this.mask.reset();
    this.count = 0;
  }

  private find(frame: VideoFrame | ImageBitmap, size: Size): void {
    const { width, height } = this.segmenter;
    const { x, y, width: wide, height: high } = contain(size, { width, height });
    if (wide < width || high < height) this.small.clearRect(0, 0, width, height);
    this.small.drawImage(frame, x, y, wide, high);
    this.segmenter.run(this.small.getImageData(0, 0, width, height).data, this.likely);
    this.mask.add(this.likely);
  }
}

function painted(picture: Picture): OffscreenCanvas {
  const { width, height } = PICTURE_SIZE;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas here');
  paint(context, picture, width, height);
  return canvas;
}
