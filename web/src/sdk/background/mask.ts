/** What a doubtful pixel takes of the newest answer. The rest is what was answered before. */
const DOUBTFUL = 0.3;

/**
 * Calms the mask over time. Where the model is sure, its newest answer counts, so that a hand that moves
 * is followed at once; where it is in doubt, which is where an edge would flicker, the answers are averaged.
 *
 *  owner     the worker, one per camera; `reset` when the picture is another
 */
export class SteadyMask {
  private readonly before: Float32Array;
  private fresh = true;
  /** 0 the room, 255 the person. */
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(size: number) {
    this.before = new Float32Array(size);
    this.bytes = new Uint8Array(size);
  }

  reset(): void {
    this.fresh = true;
  }

  /** `now`: for each pixel, how likely it is the person. */
  add(now: Float32Array): void {
    const { before, bytes, fresh } = this;
    for (let i = 0; i < bytes.length; i++) {
      const likely = now[i] ?? 0;
      const sure = (2 * likely - 1) ** 2;
      const share = fresh ? 1 : DOUBTFUL + (1 - DOUBTFUL) * sure;
      const old = before[i] ?? 0;
      const next = old + (likely - old) * share;
      before[i] = next;
      bytes[i] = Math.round(255 * Math.min(1, Math.max(0, next)));
    }
    this.fresh = false;
  }
}
