// What a scenario is: a named area of the protocol, played by clients that others wrote, and what they saw.
import { type Json, stable } from './stable.ts';
import type { Target } from './target.ts';

export interface Observation {
  readonly what: string;
  readonly seen: Json;
  /** What LiveKit's protocol has a client expect. */
  readonly expected: Json;
}

export class Notes {
  readonly observations: Observation[] = [];

  /** Writes down what a client saw, and what it should have; goes on either way. */
  readonly see = (what: string, seen: unknown, expected: unknown): void => {
    if (this.observations.some((other) => other.what === what)) throw new Error(`seen twice: ${what}`);
    this.observations.push({ what, seen: stable(seen), expected: stable(expected) });
  };

  /** The part of the protocol that this scenario is about is not switched on where it runs. */
  readonly notOffered = (why: string): never => {
    throw new NotOffered(why);
  };
}

export class NotOffered extends Error {}

export interface Scenario {
  readonly name: string;
  /** It has people with a real engine in it, which is work for the machine: one such scenario at a time. */
  readonly engines?: true;
  /** What it needs of the server; named in pending.ts as long as that is not there. */
  readonly feature?: string;
  run(notes: Notes, target: Target): Promise<void>;
}
