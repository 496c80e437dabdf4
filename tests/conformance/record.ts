// The file that a run leaves, what is wrong with it, and how two of them differ.
import { DIFFERENCES } from './differences.ts';
import { PENDING } from './pending.ts';
import { sleep } from '../harness/wait.ts';
import { NotOffered, Notes, type Observation, type Scenario } from './scenario.ts';
import type { Json } from './stable.ts';
import type { Target } from './target.ts';

export interface Outcome {
  readonly scenario: Scenario;
  readonly observations: readonly Observation[];
  readonly notOffered?: string;
  /** Why it ended early. */
  readonly error?: string;
}

export interface Recording {
  readonly format: 1;
  readonly clients: Record<string, string>;
  readonly scenarios: Record<string, { notOffered?: string; error?: string; seen: Record<string, Json> }>;
}

/** No scenario needs as long; a server that lets clients wait is a finding, not the end of the run. */
const LONGEST_MS = 60_000;

export async function play(scenario: Scenario, target: Target): Promise<Outcome> {
  const notes = new Notes();
  const scope = target.scope(scenario.name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${LONGEST_MS / 1000} s`)), LONGEST_MS);
  });
  try {
    await Promise.race([scenario.run(notes, scope), late]);
    return { scenario, observations: notes.observations };
  } catch (error) {
    if (error instanceof NotOffered) return { scenario, observations: notes.observations, notOffered: error.message };
    const told = error instanceof Error ? error.message : String(error);
    return { scenario, observations: notes.observations, error: told };
  } finally {
    clearTimeout(timer);
    await Promise.race([scope.close(), sleep(5000)]);
  }
}

/** Some at a time, as most of a scenario is waiting; those with engines one after the other. */
export async function playAll(
  scenarios: readonly Scenario[],
  target: Target,
  onEnd: (outcome: Outcome) => void = () => {},
): Promise<Outcome[]> {
  const outcomes = new Map<Scenario, Outcome>();
  const lane = async (queue: Scenario[]) => {
    for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
      const outcome = await play(scenario, target);
      outcomes.set(scenario, outcome);
      onEnd(outcome);
    }
  };
  const heavy = scenarios.filter(({ engines }) => engines);
  const light = scenarios.filter(({ engines }) => !engines);
  await Promise.all([lane(heavy), lane(light), lane(light)]);
  return scenarios.map((scenario) => outcomes.get(scenario)!);
}

export function record(outcomes: readonly Outcome[], clients: Record<string, string>): Recording {
  const scenarios: Recording['scenarios'] = {};
  for (const { scenario, observations, notOffered, error } of outcomes) {
    scenarios[scenario.name] = {
      ...(notOffered === undefined ? {} : { notOffered }),
      ...(error === undefined ? {} : { error }),
      seen: Object.fromEntries(observations.map(({ what, seen }) => [what, seen])),
    };
  }
  return { format: 1, clients, scenarios };
}

const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);
const shown = (value: Json | undefined) => (value === undefined ? '(not seen)' : JSON.stringify(value));

const differenceOf = (scenario: string, what: string) =>
  DIFFERENCES.find((known) => known.scenario === scenario && known.what === what);

/** What is not as LiveKit's protocol has it, nor as this server means to differ. `ours`: it is this server. */
export function faults(outcome: Outcome, ours: boolean): string[] {
  const found: string[] = [];
  for (const { what, seen, expected } of outcome.observations) {
    const known = differenceOf(outcome.scenario.name, what);
    const good = known ? same(seen, known.here) || (!ours && same(seen, expected)) : same(seen, expected);
    const wanted = known && ours ? known.here : expected;
    if (!good) found.push(`${what}\n    expected ${shown(wanted)}\n    seen     ${shown(seen)}`);
  }
  if (outcome.error !== undefined) found.push(`ended early: ${outcome.error}`);
  return found;
}

export type Verdict = 'as expected' | 'differs' | 'pending' | 'pending, but as expected' | 'not offered';

export function verdict(outcome: Outcome, ours: boolean): Verdict {
  if (outcome.notOffered !== undefined) return 'not offered';
  const isFaulty = faults(outcome, ours).length > 0;
  const isPending = ours && (outcome.scenario.feature ?? '') in PENDING;
  if (isPending) return isFaulty ? 'pending' : 'pending, but as expected';
  return isFaulty ? 'differs' : 'as expected';
}

export interface Comparison {
  readonly lines: string[];
  /** Differences that no row of the compatibility page explains. */
  readonly unexplained: number;
}

/** Two recordings, side by side. What only one of them was offered is said, and is no difference. */
export function compare(a: Recording, b: Recording): Comparison {
  const lines: string[] = [];
  let unexplained = 0;
  for (const name of new Set([...Object.keys(a.scenarios), ...Object.keys(b.scenarios)])) {
    const [left, right] = [a.scenarios[name], b.scenarios[name]];
    if (!left || !right) {
      lines.push(`${name}: only in ${left ? 'A' : 'B'}`);
      unexplained += 1;
      continue;
    }
    if (left.notOffered ?? right.notOffered) {
      lines.push(`${name}: not offered by ${left.notOffered ? 'A' : 'B'}: ${left.notOffered ?? right.notOffered}`);
      continue;
    }
    const seen = new Set([...Object.keys(left.seen), ...Object.keys(right.seen)]);
    for (const what of seen) {
      if (same(left.seen[what], right.seen[what])) continue;
      const known = differenceOf(name, what);
      lines.push(`${name}: ${what}${known ? ` (known: ${known.row})` : ''}`);
      lines.push(`    A ${shown(left.seen[what])}`, `    B ${shown(right.seen[what])}`);
      if (!known) unexplained += 1;
    }
    if (left.error !== right.error) {
      lines.push(`${name}: ended early: A ${left.error ?? 'no'}; B ${right.error ?? 'no'}`);
      unexplained += 1;
    }
  }
  return { lines, unexplained };
}
