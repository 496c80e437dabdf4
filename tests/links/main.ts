// node tests/links/run.mjs: see options.ts.
import { USAGE, UsageError, optionsOf } from './options.ts';
import { readResults } from './results.ts';
import { measureAll, told } from './run.ts';
import { SCENARIOS, secondsOf } from './scenarios.ts';
import { lossesOf, serversOf, tableOf } from './table.ts';

/** Exit statuses. */
const MEASURED = 0;
const NOT_ALL_MEASURED = 1;
const NOT_UNDERSTOOD = 2;

/** An emulator that is later than this has no business in a table. */
const LATE_MS = 5;

function print(file: string): void {
  const results = readResults(file);
  if (results.length === 0) throw new Error(`${file}: nothing has been measured yet`);
  const versions = serversOf(results).map((server) => {
    const all = results.filter((result) => result.server === server);
    return `${server} ${[...new Set(all.map(({ version }) => version))].join(' and ')}`;
  });
  console.log(`${[...versions, ...new Set(results.map(({ browser }) => browser))].join(', ')}\n`);
  console.log(tableOf(results));
  const losses = lossesOf(results, 'Parley');
  if (losses.length > 0) console.log(`\nParley is worse:\n${losses.map((line) => `  ${line}`).join('\n')}`);
  const late = results.filter(({ emulatorLateMs }) => emulatorLateMs > LATE_MS);
  for (const { server, scenario, emulatorLateMs } of late) {
    console.log(`\nNot to be believed: ${server} ${scenario}, the emulator itself was ${emulatorLateMs} ms late`);
  }
}

function list(): void {
  for (const scenario of SCENARIOS) {
    console.log(`${scenario.name.padEnd(10)} ${String(secondsOf(scenario)).padStart(3)} s  ${scenario.what}`);
  }
}

/** The exit status. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const options = optionsOf(words);
    const good = options.task !== 'measure' || (await measureAll(options));
    if (options.task === 'measure' || options.task === 'print') print(options.results);
    else if (options.task === 'list') list();
    else process.stdout.write(USAGE);
    return good ? MEASURED : NOT_ALL_MEASURED;
  } catch (error) {
    const usage = error instanceof UsageError;
    console.error(`links: ${told(error)}${usage ? '\nTry --help.' : ''}`);
    return usage ? NOT_UNDERSTOOD : NOT_ALL_MEASURED;
  }
}
