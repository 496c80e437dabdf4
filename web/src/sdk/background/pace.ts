/** For how long to look before a judgement. */
const WINDOW_MS = 1000;
/** Of the time between two frames: more is too much, less leaves room for a mask more often. */
const TOO_MUCH = 0.85;
const ROOM = 0.5;
const CALM_WINDOWS = 5;
const SLOW_WINDOWS = 3;
/** Below this the person is told. */
const FEW_FPS = 12;
const SPARSEST = 3;

/**
 * How often the person is looked for, by how long that takes here. A mask may be a frame or two old; frames
 * that are missing are seen by everybody, so the mask gives way first.
 *
 * Reads no clock: it is told when a frame was done and what it cost.
 */
export class Pace {
  private nth = 1;
  private since: number | null = null;
  private frames = 0;
  private masks = 0;
  private maskMs = 0;
  private restMs = 0;
  private calm = 0;
  private few = 0;
  private enough = 0;
  private isSlow = false;
  private fps = 0;

  /** `rate`: frames a second that the camera gives. */
  constructor(private rate = 30) {}

  setRate(rate: number): void {
    this.rate = rate;
  }

  /** The person is looked for in one of so many frames. */
  get every(): number {
    return this.nth;
  }

  get slow(): boolean {
    return this.isSlow;
  }

  get framesPerSecond(): number {
    return this.fps;
  }

  /** A pause is not slowness. */
  restart(): void {
    this.since = null;
  }

  /** `maskMs`: null if this frame went with the mask of an earlier one. True after each judgement. */
  frame(now: number, maskMs: number | null, restMs: number): boolean {
    if (this.since === null) {
      this.since = now;
      this.frames = this.masks = this.maskMs = this.restMs = 0;
      return false;
    }
    this.frames++;
    this.restMs += restMs;
    if (maskMs !== null) {
      this.masks++;
      this.maskMs += maskMs;
    }
    const span = now - this.since;
    if (span < WINDOW_MS) return false;
    this.judge(span);
    this.since = now;
    this.frames = this.masks = this.maskMs = this.restMs = 0;
    return true;
  }

  private judge(span: number): void {
    const interval = 1000 / this.rate;
    const rest = this.restMs / this.frames;
    const mask = this.masks === 0 ? 0 : this.maskMs / this.masks;
    const costAt = (every: number): number => rest + mask / every;
    this.fps = (1000 * this.frames) / span;
    if (costAt(this.nth) > TOO_MUCH * interval && this.nth < SPARSEST) {
      this.nth++;
      this.calm = 0;
    } else if (this.nth > 1 && costAt(this.nth - 1) < ROOM * interval) {
      if (++this.calm >= CALM_WINDOWS) {
        this.nth--;
        this.calm = 0;
      }
    } else {
      this.calm = 0;
    }
    const wanted = Math.min(FEW_FPS, 0.75 * this.rate);
    this.few = this.fps < wanted ? this.few + 1 : 0;
    this.enough = this.fps >= wanted ? this.enough + 1 : 0;
    if (this.few >= SLOW_WINDOWS) this.isSlow = true;
    if (this.enough >= SLOW_WINDOWS) this.isSlow = false;
  }
}
