// @vitest-environment node
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Manifest } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WEB } from './sources';

/** Everything until somebody is in a call, and the part of it until something can be read. */
const CALL_BUDGET = 300 * 1024;
const LOBBY_BUDGET = 160 * 1024;
/** What a meeting adds, with its words: fetched once somebody is in, while they see and hear the others already. */
const MEETING_BUDGET = 20 * 1024;

const run = promisify(execFile);

let dist = '';
let manifest: Manifest = {};

beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'parley-web-'));
  // A process of its own: in this one NODE_ENV is "test", and React would be built for debugging.
  const vite = join(WEB, 'node_modules/vite/bin/vite.js');
  await run(process.execPath, [vite, 'build', '--outDir', dist, '--emptyOutDir', '--logLevel', 'error'], {
    cwd: WEB,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
}, 120_000);

afterAll(() => rmSync(dist, { recursive: true, force: true }));

/**
 * What is fetched only by who asks for it, or by those who speak that language; of the languages, one is.
 * English, which comes with the page, stands for any of them: none is larger by more than a kilobyte.
 */
const ON_REQUEST = /words\/|PastChat|MeetingRating|SignIn|OwnAccount|MeetingDialog|MeetingSettingsDialog|features\/background|features\/captions|PermissionHelp|SettingsDialog|ShortcutsDialog|SidePanel|media_probe|live\/noise|noto-sans/;
/** Asked for by a call that runs, for nobody who is on the way into one. */
const ONCE_INSIDE = 'src/app/meeting/parts.tsx';
const READ_ALONG = 'src/sdk/live/transcripts.ts';

/** The files of a chunk and of all it cannot do without; with `later`, of what it loads on demand too. */
function filesOf(name: string, later: boolean, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`no chunk ${name}`);
  if (seen.has(chunk.file)) return seen;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const next of [...(chunk.imports ?? []), ...(later ? (chunk.dynamicImports ?? []).filter((other) => !ON_REQUEST.test(other) && other !== ONCE_INSIDE && other !== READ_ALONG) : [])]) filesOf(next, later, seen);
  return seen;
}

function weight(files: Iterable<string>): number {
  let bytes = gzipSync(readFileSync(join(dist, 'index.html'))).length;
  for (const file of files) bytes += gzipSync(readFileSync(join(dist, file))).length;
  return bytes;
}

/** Browsers fetch the faces that a page's letters need: for Latin text, this one. */
const textFace = () => readdirSync(join(dist, 'assets')).filter((name) => /text-face.*\.woff2$/.test(name)).map((name) => `assets/${name}`);

describe('the first load', () => {
  it('of the lobby is small, and holds nothing of the call', () => {
    const files = filesOf('index.html', false);
    expect(weight([...files, ...textFace()])).toBeLessThanOrEqual(LOBBY_BUDGET);
    for (const file of files) expect(readFileSync(join(dist, file), 'utf8')).not.toContain('RTCPeerConnection');
  });

  it('up to being in a call stays within 300 KB', () => {
    const files = filesOf('index.html', true);
    const call = [...files].filter((file) => readFileSync(join(dist, file), 'utf8').includes('RTCPeerConnection'));
    expect(call).toHaveLength(1);
    expect(weight([...files, ...textFace()])).toBeLessThanOrEqual(CALL_BUDGET);
  });

  it('is followed by what a meeting adds, and by no panel before it is opened', () => {
    const before = filesOf('index.html', true);
    const added = [...filesOf(ONCE_INSIDE, false), ...filesOf('src/shared/words/later/en.json', false)].filter((file) => !before.has(file));
    expect(added.length).toBeGreaterThan(1);
    expect(weight(added)).toBeLessThanOrEqual(MEETING_BUDGET);
    for (const panel of ['SidePanel', 'ChatPanel', 'PollsPanel', 'QuestionsPanel', 'RoomsPanel', 'NotesPanel', 'Whiteboard']) expect(added.join(' ')).not.toContain(panel);
  });

  it('asks for its text face at once', () => {
    expect(readFileSync(join(dist, 'index.html'), 'utf8')).toContain(`href="/${textFace()[0] ?? 'missing'}"`);
  });

  it('runs under a policy without inline scripts and styles', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('names no other server in its page and its styles', () => {
    const files = ['index.html', ...[...filesOf('index.html', true)].filter((file) => file.endsWith('.css'))];
    for (const file of files) {
      const foreign = readFileSync(join(dist, file), 'utf8').match(/(?:https?:)?\/\/[a-z][\w.-]+\.[a-z]{2,}/gi) ?? [];
      expect(foreign, file).toEqual([]);
    }
  });

  it('leaves the gallery at home', () => {
    const names = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('gallery'))).toEqual([]);
  });
});
