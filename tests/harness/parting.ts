// A crowd in its media: people who part into rooms and come back, and where each of them is.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ParticipantInfo_State } from '@livekit/protocol';
import { RoomServiceClient } from 'livekit-server-sdk';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './browser.ts';
import { Crowd } from './crowd.ts';
import { placeOf } from './meeting_api.ts';
import type { Json, MeetingClient } from './meeting_client.ts';
import { LOGS } from './paths.ts';
import { BINARY, type Server } from './server.ts';
import { KEY, SECRET } from './tokens.ts';
import { until } from './wait.ts';

export interface Group {
  readonly room: string;
  /** Identities, sorted. */
  readonly members: readonly string[];
}

/** In browsers of their own, both in the first group; the others are clients of `parley load`. */
const BROWSERS = 2;
/** Of the others, who have their microphones on. */
const SPEAKERS = 8;
const PATIENCE_MS = 40_000;

interface PageRoom {
  readonly name: string;
  readonly remoteParticipants: Map<string, unknown>;
}

/** What the page itself knows: in which room it is, and with whom. */
const seenBy = (page: Page) =>
  page.evaluate(() => {
    const { room } = window.parley as unknown as { room: PageRoom };
    return { room: room.name, others: [...room.remoteParticipants.keys()].sort() };
  });

export class Parting {
  readonly groups: readonly Group[];
  /** The body of `PUT …/breakouts`. */
  readonly plan: Json;
  private readonly main: Group;
  private readonly service: RoomServiceClient;

  private constructor(
    server: Server,
    private readonly crowd: Crowd,
    private readonly load: ChildProcess,
    private readonly browsers: readonly Browser[],
    readonly pages: readonly Page[],
    private readonly ofPages: readonly string[],
    count: number,
  ) {
    const all = [...ofPages, ...crowd.all.map(({ participant }) => participant)];
    this.main = { room: crowd.host.room, members: all.toSorted() };
    this.groups = Array.from({ length: count }, (_, i) => ({
      room: `${this.main.room}-b${i + 1}`,
      members: all.slice((i * all.length) / count, ((i + 1) * all.length) / count).sort(),
    }));
    this.plan = { rooms: this.groups.map(({ members }, i) => ({ name: `Room ${i + 1}`, participants: members })), minutes: 0, may_hop: false };
    this.service = new RoomServiceClient(server.http, KEY, SECRET);
  }

  get host(): MeetingClient {
    return this.crowd.host;
  }

  /** So many people, to part into so many groups of one size. */
  static async gather(server: Server, people: number, groups: number): Promise<Parting> {
    const crowd = await Crowd.gather(server.http, people - BROWSERS - 1);
    const tokens = path.join(LOGS, 'parting-tokens');
    fs.writeFileSync(tokens, crowd.all.map(({ token }) => token).join('\n'));
    const load = spawn(BINARY, [
      'load', 'livestream', '--url', server.ws, '--tokens', tokens, '--no-video', '--duration', '1h',
      '--publishers', `${SPEAKERS}`, '--subscribers', `${crowd.all.length - SPEAKERS}`,
    ], { stdio: ['ignore', fs.openSync(path.join(LOGS, 'parting-load.log'), 'w'), 'inherit'] });
    const browsers = await Promise.all(Array.from({ length: BROWSERS }, (_, i) => launchChromium(i + 1, { camera: { width: 320, height: 180, fps: 10 } })));
    const pages = await Promise.all(browsers.map(async (browser, i) => {
      const page = await (await browser.newContext({ viewport: { width: 1000, height: 700 }, locale: 'en-GB' })).newPage();
      await page.goto(`${server.http.replace('127.0.0.1', 'localhost')}/m/${crowd.link}?autojoin=1&mic=0&test=1&name=Page+${i + 1}`);
      await page.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 30_000 });
      return page;
    }));
    const ofPages = await Promise.all(pages.map((page) => placeOf(page, crowd.link)));
    const parting = new Parting(server, crowd, load, browsers, pages, ofPages, groups);
    await parting.allBack();
    return parting;
  }

  /** Opens the rooms; how long it took, from the request on, until the last one was in theirs with their media. */
  async open(): Promise<number> {
    await this.host.do('PUT', '/breakouts', this.plan);
    const start = performance.now();
    await this.host.do('POST', '/breakouts/open');
    await this.settled([...this.groups, { room: this.main.room, members: [] }]);
    return performance.now() - start;
  }

  /** Closes them; how long it took until everybody was back. */
  async close(): Promise<number> {
    const start = performance.now();
    await this.host.do('POST', '/breakouts/close', { seconds: 0 });
    await this.allBack();
    return performance.now() - start;
  }

  async allBack(): Promise<void> {
    await this.settled([this.main, ...this.groups.map(({ room }) => ({ room, members: [] }))]);
  }

  /** Whose media is connected in a room; none where there is no such room. */
  private async activeIn(room: string): Promise<string[]> {
    const listed = await this.service.listParticipants(room).catch(() => []);
    return listed.filter(({ state }) => state === ParticipantInfo_State.ACTIVE).map(({ identity }) => identity).sort();
  }

  private async settled(groups: readonly Group[]): Promise<void> {
    const wanted = groups.map(({ room, members }) => `${room}: ${members.join()}`);
    const where = () => Promise.all(groups.map(async ({ room }) => `${room}: ${(await this.activeIn(room)).join()}`));
    await until('the media plane has everybody where they belong', where, (now) => now.join() === wanted.join(), PATIENCE_MS, 30);
    await Promise.all(
      this.pages.map(async (page, i) => {
        const me = this.ofPages[i]!;
        const mine = groups.find(({ members }) => members.includes(me))!;
        const told = JSON.stringify({ room: mine.room, others: mine.members.filter((one) => one !== me) });
        await until(`page ${i + 1} sees its group around it`, () => seenBy(page), (now) => JSON.stringify(now) === told, PATIENCE_MS, 20);
      }),
    );
  }

  async disperse(): Promise<void> {
    this.crowd.disperse();
    this.load.kill('SIGINT');
    await Promise.all(this.browsers.map((browser) => browser.close()));
  }
}
