// The command line.
import path from 'node:path';
import { ROOT } from '../harness/paths.ts';
import type { LiveKitAddress } from './livekit.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

export const USAGE = `usage: node tests/links/run.mjs [OPTION]... [SCENARIO]...

Puts the same emulated links between the same browsers and two servers, and prints one table: Parley and Janus, or
Parley and any server that speaks LiveKit's protocol. All scenarios take 12 minutes for each server.

  --servers LIST    of parley, janus and livekit, with commas between (default: parley,janus)
  --livekit URL     a LiveKit server in Janus's place; needs --key and --secret
  --key KEY, --secret SECRET
  --results FILE    what was measured, as JSON; what it has of other scenarios and servers stays
                    (default: build/links.json)
  --print           the table of that file, without measuring
  --list            the scenarios, and how long each takes
  --help

The table goes to the standard output, progress to the other. Ends with 0, with 1 if something could not be measured,
with 2 if it is not told what to do.
`;

export type ServerName = 'parley' | 'janus' | 'livekit';
const SERVERS: readonly ServerName[] = ['parley', 'janus', 'livekit'];

export interface Options {
  readonly task: 'measure' | 'print' | 'list' | 'help';
  readonly servers: readonly ServerName[];
  readonly livekit?: LiveKitAddress;
  readonly results: string;
  readonly scenarios: readonly Scenario[];
}

/** What is wrong with the command line, in words for who typed it. */
export class UsageError extends Error {}

const WITH_VALUE = ['--servers', '--livekit', '--key', '--secret', '--results'];
const TASKS = new Map<string, Options['task']>([
  ['--print', 'print'],
  ['--list', 'list'],
  ['--help', 'help'],
  ['-h', 'help'],
]);

function addressIn(named: ReadonlyMap<string, string>): LiveKitAddress | undefined {
  const [url, key, secret] = [named.get('--livekit'), named.get('--key'), named.get('--secret')];
  if (url === undefined) return undefined;
  if (!URL.canParse(url)) throw new UsageError(`--livekit: ${url} is no URL`);
  if (!key || !secret) throw new UsageError('--livekit needs --key and --secret');
  return { url, key, secret };
}

function serversIn(list: string, livekit: LiveKitAddress | undefined): ServerName[] {
  const names = [...new Set(list.split(','))];
  const unknown = names.find((name) => !SERVERS.includes(name as ServerName));
  if (unknown !== undefined) throw new UsageError(`no such server: ${unknown}; there are: ${SERVERS.join(' ')}`);
  if (names.includes('livekit') && !livekit) throw new UsageError('a LiveKit server is where --livekit says');
  return names as ServerName[];
}

export function optionsOf(words: readonly string[]): Options {
  const named = new Map<string, string>();
  const names: string[] = [];
  let task: Options['task'] = 'measure';
  for (let i = 0; i < words.length; i++) {
    const [word, given] = words[i]!.startsWith('--') ? (words[i]!.split(/=(.*)/s) as [string, string?]) : [words[i]!];
    if (WITH_VALUE.includes(word)) {
      const value = given ?? words[++i];
      if (!value) throw new UsageError(`${word} needs a value`);
      named.set(word, value);
    } else if (TASKS.has(word)) {
      task = TASKS.get(word)!;
    } else if (word.startsWith('-')) {
      throw new UsageError(`no such option: ${word}`);
    } else {
      names.push(word);
    }
  }
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    throw new UsageError(`no such scenario: ${unknown}; there are: ${SCENARIOS.map(({ name }) => name).join(' ')}`);
  }
  const livekit = addressIn(named);
  return {
    task,
    servers: serversIn(named.get('--servers') ?? (livekit ? 'parley,livekit' : 'parley,janus'), livekit),
    ...(livekit ? { livekit } : {}),
    results: path.resolve(named.get('--results') ?? path.join(ROOT, 'build/links.json')),
    scenarios: SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name)),
  };
}
