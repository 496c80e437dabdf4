import type { FlyingReaction } from '@/sdk/meeting/meeting';

/** What a listener is told in one breath: one reaction with its name, several as a count. */
export type Said = { readonly one: FlyingReaction } | { readonly count: number; readonly emojis: readonly string[] };

export const BREATH_MS = 4000;

/**
 * Collects reactions, so that a hall that applauds does not drown out who speaks. The first is told at once,
 * those of the next seconds together. Time comes in; `deadline` says when to come back.
 */
export class ReactionSpeech {
  private waiting: FlyingReaction[] = [];
  private last = -1;
  private quietUntil = -Infinity;

  /** New ones among `reactions`; keys only grow. */
  hear(reactions: readonly FlyingReaction[]): void {
    const fresh = reactions.filter(({ key }) => key > this.last);
    this.last = Math.max(this.last, ...fresh.map(({ key }) => key));
    this.waiting.push(...fresh);
  }

  get deadline(): number | null {
    return this.waiting.length === 0 ? null : this.quietUntil;
  }

  speak(now: number): Said | null {
    const [one] = this.waiting;
    if (one === undefined || now < this.quietUntil) return null;
    const said: Said = this.waiting.length === 1 ? { one } : { count: this.waiting.length, emojis: [...new Set(this.waiting.map(({ emoji }) => emoji))] };
    this.waiting = [];
    this.quietUntil = now + BREATH_MS;
    return said;
  }
}
