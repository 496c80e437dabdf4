// make conformance [URL=ws://… KEY=… SECRET=… WEBHOOKS=port OUT=file] [ONLY="scenario…"]
// node tests/conformance/run.mjs --compare A B
import fs from 'node:fs';
import path from 'node:path';
import { dispose } from '@livekit/rtc-node';
import { ROOT } from '../harness/paths.ts';
import { type Outcome, type Recording, compare, faults, playAll, record, verdict } from './record.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { type UnderTest, clients, reach, startOurs } from './under_test.ts';

const USAGE = `node tests/conformance/run.mjs [--url ws://… --key … --secret …] [--webhooks PORT] [--out FILE] [scenario…]
node tests/conformance/run.mjs --compare A B
`;

/** Exit statuses. */
const AS_EXPECTED = 0;
const DIFFERENT = 1;
const COULD_NOT_RUN = 2;

interface Arguments {
  readonly named: Map<string, string>;
  readonly rest: string[];
}

function read(given: readonly string[]): Arguments {
  const named = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const word = given[i]!;
    if (!word.startsWith('--')) rest.push(word);
    else if (word === '--compare') named.set('compare', '');
    else if (['--url', '--key', '--secret', '--webhooks', '--out'].includes(word) && given[i + 1]) named.set(word.slice(2), given[++i]!);
    else throw new Error(`${word} is not understood\n${USAGE}`);
  }
  return { named, rest };
}

function compareFiles(files: readonly string[]): number {
  const [a, b] = files.map((file) => JSON.parse(fs.readFileSync(file, 'utf8')) as Recording);
  if (!a || !b || files.length !== 2) throw new Error(USAGE);
  const { lines, unexplained } = compare(a, b);
  console.log(`A ${files[0]}\nB ${files[1]}`);
  for (const line of lines) console.log(line);
  console.log(`${unexplained} differences that docs/livekit-compatibility.md does not explain`);
  return unexplained === 0 ? AS_EXPECTED : DIFFERENT;
}

function tell(outcome: Outcome, ours: boolean): boolean {
  const is = verdict(outcome, ours);
  const about = is.startsWith('pending') ? ` (${outcome.scenario.feature})` : is === 'not offered' ? ` (${outcome.notOffered})` : '';
  console.log(`${outcome.scenario.name.padEnd(26)} ${String(outcome.observations.length).padStart(3)} seen  ${is}${about}`);
  if (is === 'differs' || is === 'pending') for (const fault of faults(outcome, ours)) console.log(`    ${fault}`);
  return is !== 'differs';
}

async function run({ named, rest }: Arguments): Promise<number> {
  const unknown = rest.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(' ')}; there are: ${SCENARIOS.map(({ name }) => name).join(' ')}`);
  const wanted = SCENARIOS.filter(({ name }) => rest.length === 0 || rest.includes(name));
  const url = named.get('url');
  let server: UnderTest;
  if (url === undefined) {
    server = await startOurs();
  } else {
    const [key, secret] = [named.get('key'), named.get('secret')];
    if (!key || !secret) throw new Error(`a server of somebody else needs a key and a secret\n${USAGE}`);
    const port = named.get('webhooks');
    server = await reach(url, key, secret, port === undefined ? undefined : Number(port));
  }
  try {
    let good = 0;
    const outcomes = await playAll(wanted, server.target, (outcome) => {
      good += tell(outcome, server.ours) ? 1 : 0;
    });
    const out = path.resolve(named.get('out') ?? path.join(ROOT, 'build/conformance.json'));
    fs.mkdirSync(path.dirname(out), { recursive: true });
    fs.writeFileSync(out, `${JSON.stringify(record(outcomes, clients()), null, 1)}\n`);
    console.log(`${good} of ${outcomes.length} scenarios as expected; what clients saw is in ${path.relative(process.cwd(), out)}`);
    return good === outcomes.length ? AS_EXPECTED : DIFFERENT;
  } finally {
    await server.stop();
    await dispose();
  }
}

/** The exit status. */
export async function main(given: readonly string[]): Promise<number> {
  try {
    const words = read(given);
    return words.named.has('compare') ? compareFiles(words.rest) : await run(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return COULD_NOT_RUN;
  }
}
