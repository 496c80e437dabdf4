// node tests/links/run.mjs: see options.ts.
import { type Participant, chromiumParticipant, launchChromium } from '../harness/browser.ts';
import { LIFELIKE } from '../harness/media.ts';
import { servePage } from '../harness/page_server.ts';
import { startJanus } from './janus.ts';
import { reachLiveKit, startParley } from './livekit.ts';
import { measure } from './measure.ts';
import { type Options, type ServerName, USAGE, UsageError, optionsOf } from './options.ts';
import { Progress } from './progress.ts';
import { type Result, readResults, withResult, writeResults } from './results.ts';
import { SCENARIOS, secondsOf } from './scenarios.ts';
import type { Served } from './served.ts';
import { lossesOf, serversOf, tableOf } from './table.ts';

/** Exit statuses. */
const MEASURED = 0;
const NOT_ALL_MEASURED = 1;
const NOT_UNDERSTOOD = 2;

/** What joining, reaching the highest layer and settling take. */
const JOINING_SECONDS = 8;
/** An emulator that is later than this has no business in a table. */
const LATE_MS = 5;

function start(name: ServerName, { livekit }: Options): Promise<Served> {
  switch (name) {
    case 'parley':
      return startParley();
    case 'janus':
      return startJanus();
    case 'livekit':
      return reachLiveKit(livekit!);
  }
}

async function browserVersion(): Promise<string> {
  const browser = await launchChromium(1);
  const version = `Chromium ${browser.version()}`;
  await browser.close();
  return version;
}

/** Browsers for all scenarios of a server: one that publishes, and as many as ever watch. */
async function openBrowsers(url: string, viewers: number) {
  const publisher = await chromiumParticipant(url, 1, { camera: LIFELIKE });
  const watching: Participant[] = [];
  for (let i = 0; i < viewers; i++) watching.push(await chromiumParticipant(url, 2 + i));
  return { publisher, watching };
}

async function measureServer(name: ServerName, options: Options, url: string, browser: string, progress: Progress): Promise<boolean> {
  const server = await start(name, options);
  const { publisher, watching } = await openBrowsers(url, Math.max(...options.scenarios.map(({ viewers }) => viewers)));
  let good = true;
  try {
    await server.publish(publisher);
    for (const scenario of options.scenarios) {
      progress.begin(`${server.name} ${scenario.name}`, secondsOf(scenario) + JOINING_SECONDS);
      try {
        const measured = await measure(server, scenario, watching);
        const result: Result = {
          server: server.name, version: server.version, scenario: scenario.name, at: new Date().toISOString(), browser, ...measured,
        };
        writeResults(options.results, withResult(readResults(options.results), result));
      } catch (error) {
        good = false;
        progress.say(`${server.name} ${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        progress.end();
      }
    }
  } finally {
    for (const one of [publisher, ...watching]) await one.close();
    await server.stop();
  }
  return good;
}

async function measureAll(options: Options): Promise<number> {
  const pages = await servePage();
  const browser = await browserVersion();
  const progress = new Progress(options.servers.length * options.scenarios.length);
  let good = true;
  try {
    for (const name of options.servers) good = (await measureServer(name, options, pages.url, browser, progress)) && good;
  } finally {
    progress.end();
    await pages.close();
  }
  print(options.results);
  return good ? MEASURED : NOT_ALL_MEASURED;
}

function print(file: string): void {
  const results = readResults(file);
  if (results.length === 0) throw new UsageError(`${file}: nothing has been measured yet`);
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
    if (options.task === 'measure') return await measureAll(options);
    if (options.task === 'print') print(options.results);
    else if (options.task === 'list') list();
    else process.stdout.write(USAGE);
    return MEASURED;
  } catch (error) {
    const usage = error instanceof UsageError;
    console.error(`links: ${error instanceof Error ? error.message : String(error)}${usage ? '\nTry --help.' : ''}`);
    return usage ? NOT_UNDERSTOOD : NOT_ALL_MEASURED;
  }
}
