// One scenario with one server: everybody watches over a good link, then the steps follow.
import type { Participant } from '../harness/browser.ts';
import type { MediaLink } from '../harness/link.ts';
import { sleep, until } from '../harness/wait.ts';
import { type Figures, type Mark, figuresOf, worstOf } from './figures.ts';
import { HIGH, type Scenario, type Step, goodLink } from './scenarios.ts';
import type { Served } from './served.ts';
import { Watching, sampleOf } from './watching.ts';

export interface Measured {
  /** Whose link was as the scenario says. */
  readonly figures: Figures;
  /** The worst that any of the others had, whose links stayed good. */
  readonly others?: Figures;
  /** Packets that the link lost on their way to the viewer, and by how much it was late itself at worst. */
  readonly lostPackets: number;
  readonly sentPackets: number;
  readonly emulatorLateMs: number;
}

const SEEN_WITHIN_MS = 25_000;
const SETTLE_MS = 2000;

async function seesTheBest(viewer: Participant): Promise<void> {
  await until(
    'the highest layer and the sound over a good link',
    () => sampleOf(viewer),
    ({ lines, frames, sound }) => lines === HIGH && frames > 10 && sound > 0,
    SEEN_WITHIN_MS,
  );
}

async function take(step: Step, link: MediaLink): Promise<Mark | undefined> {
  await link.set(step.network ?? {});
  if (step.trace) await link.follow(step.trace);
  const from = performance.now();
  await sleep(1000 * step.seconds);
  return step.goal && { goal: step.goal, from, until: performance.now() };
}

/** The first of the viewers gets what the scenario says. */
export async function measure(server: Served, scenario: Scenario, viewers: readonly Participant[]): Promise<Measured> {
  const links: MediaLink[] = [];
  try {
    for (const viewer of viewers) {
      await viewer.reload();
      links.push(await server.watch(viewer, goodLink(scenario.delay)));
    }
    for (const viewer of viewers) await seesTheBest(viewer);
    await sleep(SETTLE_MS);
    const link = links[0]!;
    await link.clear();
    const watching = viewers.map((viewer) => new Watching(viewer));
    const marks: Mark[] = [];
    for (const step of scenario.steps) {
      const mark = await take(step, link);
      if (mark) marks.push(mark);
    }
    const [first, ...rest] = await Promise.all(watching.map((one) => one.stop()));
    const { down } = await link.stats();
    return {
      figures: figuresOf(first!, marks),
      ...(rest.length > 0 ? { others: worstOf(rest.map((samples) => figuresOf(samples))) } : {}),
      lostPackets: Object.values(down.lost).reduce((sum, count) => sum + count, 0),
      sentPackets: down.in.packets,
      emulatorLateMs: down.late_ms.p99,
    };
  } finally {
    // Who goes on sending after its link has gone would do so for the next scenario, too.
    for (const viewer of viewers) await viewer.reload();
    for (const link of links) await link.stop();
  }
}
