// All wanted scenarios with one server after the other; each result is kept as soon as there is one.
import fs from 'node:fs';
import { type Participant, chromiumParticipant, launchChromium } from '../harness/browser.ts';
import { LIFELIKE } from '../harness/media.ts';
import { servePage } from '../harness/page_server.ts';
import { BINARY } from '../harness/server.ts';
import { startJanus } from './janus.ts';
import { janusToUse } from './janus_process.ts';
import { reachLiveKit, startParley } from './livekit.ts';
import { measure } from './measure.ts';
import type { Options, ServerName } from './options.ts';
import { Progress } from './progress.ts';
import { readResults, withResult, writeResults } from './results.ts';
import { secondsOf } from './scenarios.ts';
import type { Served } from './served.ts';

/** What joining, reaching the highest layer and settling take. */
const JOINING_SECONDS = 8;

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

/** What would only come out after minutes: throws if a server cannot be measured here. */
async function check(name: ServerName, { livekit }: Options): Promise<void> {
  if (name === 'parley' && !fs.existsSync(BINARY)) throw new Error(`${BINARY} is not built: make build`);
  if (name === 'janus') janusToUse();
  if (name === 'livekit') await (await reachLiveKit(livekit!)).stop();
}

async function browserVersion(): Promise<string> {
  const browser = await launchChromium(1);
  const version = `Chromium ${browser.version()}`;
  await browser.close();
  return version;
}

/** What went wrong, for people. */
export const told = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function measureServer(name: ServerName, options: Options, url: string, browser: string, progress: Progress): Promise<boolean> {
  const server = await start(name, options);
  const open: Participant[] = [];
  const browse = async (...how: Parameters<typeof chromiumParticipant>) => {
    const participant = await chromiumParticipant(...how);
    open.push(participant);
    return participant;
  };
  let good = true;
  try {
    await server.publish(await browse(url, 1, { camera: LIFELIKE }));
    const viewers: Participant[] = [];
    for (const scenario of options.scenarios) {
      while (viewers.length < scenario.viewers) viewers.push(await browse(url, 2 + viewers.length));
      progress.begin(`${server.name} ${scenario.name}`, secondsOf(scenario) + JOINING_SECONDS);
      try {
        const measured = await measure(server, scenario, viewers.slice(0, scenario.viewers));
        const about = { server: server.name, version: server.version, scenario: scenario.name, at: new Date().toISOString(), browser };
        writeResults(options.results, withResult(readResults(options.results), { ...about, ...measured }));
      } catch (error) {
        good = false;
        progress.say(`${server.name} ${scenario.name}: ${told(error)}`);
      } finally {
        progress.end();
      }
    }
  } finally {
    for (const one of open) await one.close();
    await server.stop();
  }
  return good;
}

/** Whether everything could be measured. */
export async function measureAll(options: Options): Promise<boolean> {
  for (const name of options.servers) await check(name, options);
  const pages = await servePage();
  const browser = await browserVersion();
  const progress = new Progress(options.servers.length * options.scenarios.length);
  let good = true;
  for (const name of options.servers) {
    try {
      good = (await measureServer(name, options, pages.url, browser, progress)) && good;
    } catch (error) {
      good = false;
      progress.say(`${name}: ${told(error)}`);
    }
  }
  await pages.close();
  return good;
}
