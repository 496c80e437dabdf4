// Two hundred people vote at the same moment: each counts once, as they last said, in whichever database. Some press
// twice, some change their mind, some ask again with the same key because no answer came, some sit at two tabs.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crowd, forAll } from '../harness/crowd.ts';
import type { Json, MeetingClient } from '../harness/meeting_client.ts';
import { Postgres } from '../harness/postgres.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const VOTERS = 200;
const OPTIONS = ['Tea', 'Coffee', 'Water', 'Juice'];

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(async () => {
  await postgres?.stop();
});

/** What somebody does, by their number; the last choice is what has to count. */
interface Behaviour {
  readonly choices: readonly number[];
  readonly also: 'nothing' | 'twice' | 'changes' | 'retries' | 'two tabs';
}

const BEHAVIOURS: readonly Behaviour['also'][] = ['nothing', 'twice', 'changes', 'retries', 'two tabs'];
/** No two options are wanted by as many: a tie would have an end of its own. */
const FIRST = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3];

const alsoOf = (index: number) => BEHAVIOURS[Math.floor(index / FIRST.length) % BEHAVIOURS.length]!;

function behaviourOf(index: number, kind: string): Behaviour {
  const first = FIRST[index % FIRST.length]!;
  const second = (first + 1 + (index % 3)) % OPTIONS.length;
  return { choices: kind === 'single' ? [first] : [first, second], also: alsoOf(index) };
}

interface Ballot {
  readonly who: MeetingClient;
  readonly tab: MeetingClient | null;
  readonly behaviour: Behaviour;
}

/** By the rules of instant run-off: whoever has the fewest goes, until somebody has more than half. */
function winnerOf(ballots: readonly (readonly number[])[]): number {
  const out = new Set<number>();
  for (;;) {
    const counts = new Map(OPTIONS.map((_, option): [number, number] => [option, 0]).filter(([option]) => !out.has(option)));
    for (const order of ballots) {
      const wanted = order.find((option) => !out.has(option));
      if (wanted !== undefined) counts.set(wanted, (counts.get(wanted) ?? 0) + 1);
    }
    const sorted = [...counts].sort(([, a], [, b]) => b - a);
    const all = sorted.reduce((sum, [, votes]) => sum + votes, 0);
    if (sorted[0]![1] * 2 > all || sorted.length === 1) return sorted[0]![0];
    const [fewest] = sorted.slice(-1);
    expect(sorted.filter(([, votes]) => votes === fewest![1]), 'no tie, whose end would be another question').toHaveLength(1);
    out.add(fewest![0]);
  }
}

describe.each(['SQLite', 'PostgreSQL'])('%s', (engine) => {
  let server: Server;
  let crowd: Crowd;
  const tabs = new Map<MeetingClient, MeetingClient>();

  beforeAll(async () => {
    const config = engine === 'PostgreSQL' ? `database:\n  url: "${postgres.url}"` : '';
    server = await Server.start({ name: `voters-${engine}`, config });
    await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 20_000);
    crowd = await Crowd.gather(server.http, VOTERS);
    await forAll(crowd.people.filter((_, index) => alsoOf(index) === 'two tabs'), async (one) => {
      const tab = one.tab();
      await tab.enter();
      tabs.set(one, tab);
    });
  });

  afterAll(async () => {
    crowd?.disperse();
    await server?.stop();
  });

  async function cast(poll: string, { who, tab, behaviour: { choices, also } }: Ballot, anonymous: boolean): Promise<void> {
    const path = `/polls/${poll}/vote`;
    const vote = (client: MeetingClient, wanted: readonly number[], headers?: Record<string, string>) => client.call('PUT', path, { choices: wanted }, headers);
    const fine = async (answer: Promise<{ status: number; body: Json }>) => {
      const { status, body } = await answer;
      expect(status, `${who.name}: ${JSON.stringify(body)}`).toBe(200);
    };
    // In an anonymous poll the first vote is the last: what comes after it is refused, and counts for nothing.
    const again = async (answer: Promise<{ status: number; body: Json }>) => (anonymous ? expect([200, 409]).toContain((await answer).status) : fine(answer));
    switch (also) {
      case 'nothing':
        return fine(vote(who, choices));
      case 'twice': {
        const answers = await Promise.all([vote(who, choices), vote(who, choices)]);
        expect(answers.map(({ status }) => status).sort(), who.name).toEqual(anonymous ? [200, 409] : [200, 200]);
        return;
      }
      case 'changes':
        if (!anonymous) await fine(vote(who, [(choices[0]! + 2) % OPTIONS.length]));
        await fine(vote(who, choices));
        if (anonymous) await again(vote(who, [(choices[0]! + 2) % OPTIONS.length]));
        return;
      case 'retries': {
        const key = { 'Idempotency-Key': randomUUID() };
        await fine(vote(who, choices, key));
        await again(vote(who, choices, key));
        return;
      }
      case 'two tabs': {
        await fine(vote(who, choices));
        await again(vote(tab!, choices));
      }
    }
  }

  test.each([
    { kind: 'single', anonymous: false },
    { kind: 'multiple', anonymous: false },
    { kind: 'ranked', anonymous: false },
    { kind: 'single', anonymous: true },
    { kind: 'multiple', anonymous: true },
    { kind: 'ranked', anonymous: true },
  ])('200 vote at once: $kind, anonymous: $anonymous', async ({ kind, anonymous }) => {
    const { host } = crowd;
    const { id } = await host.do('POST', '/polls', { question: 'What do we drink?', kind, options: OPTIONS, anonymous });
    await host.do('POST', `/polls/${id}/open`);
    const ballots = crowd.people.map((who, index): Ballot => ({ who, tab: tabs.get(who) ?? null, behaviour: behaviourOf(index, kind) }));
    await forAll(ballots, (ballot) => cast(id, ballot, anonymous), VOTERS);

    const closed = await host.do('POST', `/polls/${id}/close`);
    expect(closed.voters).toBe(VOTERS);
    const wanted = ballots.map(({ behaviour }) => behaviour.choices);
    // Of an order what is first, of a choice everything in it.
    const counted = OPTIONS.map((_, option) => wanted.filter((choices) => (kind === 'ranked' ? choices[0] === option : choices.includes(option))).length);
    expect(closed.options.map(({ votes }: Json) => votes)).toEqual(counted);
    if (kind === 'ranked') expect(closed.run_off.winners).toEqual([winnerOf(wanted)]);
    // Everybody is shown the same once it is shared, whoever they are.
    await host.do('POST', `/polls/${id}/share`);
    const [mine] = (await crowd.people[VOTERS - 1]!.state()).polls.filter((poll: Json) => poll.id === id);
    expect(mine.options.map(({ votes }: Json) => votes)).toEqual(counted);
    if (!anonymous) expect(mine.mine.toSorted()).toEqual([...wanted[VOTERS - 1]!].sort());
  }, 90_000);
});
