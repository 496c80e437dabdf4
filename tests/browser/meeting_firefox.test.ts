// The main ways through the meeting page with Firefox on one side and Chromium on the other, each as host once: in by the
// lobby, pictures both ways, chat, a hand, a vote, a breakout room and back.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Browser as FirefoxBrowser, Page as FirefoxPage } from 'puppeteer-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launchChromium, launchFirefox } from '../harness/browser.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

/** What is done on a page here, whichever engine is below it: found by what a person or a screen reader would be told. */
interface Visitor {
  readonly name: string;
  goto(url: string): Promise<unknown>;
  url(): string;
  evaluate<A, R>(act: (argument: A) => R, argument: A): Promise<Awaited<R>>;
  screenshot(file: string): Promise<unknown>;
}

const chromiumVisitor = (page: Page): Visitor => ({
  name: 'Chromium',
  goto: (url) => page.goto(url),
  url: () => page.url(),
  evaluate: (act, argument) => page.evaluate(act as never, argument as never) as never,
  screenshot: (file) => page.screenshot({ path: file }),
});

const firefoxVisitor = (page: FirefoxPage): Visitor => ({
  name: 'Firefox',
  goto: (url) => page.goto(url),
  url: () => page.url(),
  evaluate: (act, argument) => page.evaluate(act as never, argument as never) as never,
  screenshot: (file) => page.screenshot({ path: file as `${string}.png` }),
});

/** A press on what has this name, once it is there. */
async function press(who: Visitor, name: string): Promise<void> {
  await until(`${who.name}: "${name}" can be pressed`, () =>
    who.evaluate((source) => {
      const wanted = new RegExp(source);
      const things = [...document.querySelectorAll<HTMLElement>('button, [role=tab], [role=menuitem], label')];
      const found = things.find((one) => wanted.test(one.getAttribute('aria-label') ?? one.textContent?.trim() ?? '') && one.getClientRects().length > 0);
      if (found === undefined || found.getAttribute('aria-disabled') === 'true') return false;
      found.click();
      return true;
    }, name), Boolean, 20_000, 50);
}

/** Into the field of this name, as a person types: React hears of it. */
async function type(who: Visitor, name: string, text: string): Promise<void> {
  await until(`${who.name}: "${name}" can be typed into`, () =>
    who.evaluate(({ name, text }) => {
      const wanted = new RegExp(name);
      const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
      const field = fields.find((one) => wanted.test(one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? ''));
      if (field === undefined) return false;
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      field.focus();
      Object.getOwnPropertyDescriptor(kind.prototype, 'value')!.set!.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      return true;
    }, { name, text }), Boolean, 20_000, 50);
}

const reads = (who: Visitor, text: string) =>
  until(`${who.name} reads "${text}"`, () => who.evaluate((wanted) => document.body.innerText.includes(wanted) || [...document.querySelectorAll('[aria-label]')].some((one) => one.getAttribute('aria-label')!.includes(wanted)), text), Boolean, 20_000, 50);

/** Frames of the other's picture that were shown; Firefox counts them nowhere else. */
const frames = (who: Visitor) =>
  who.evaluate(() => {
    const others = [...document.querySelectorAll('li[data-identity]')].filter((tile) => !/^Your own picture/.test(tile.getAttribute('aria-label') ?? ''));
    const video = others.map((tile) => tile.querySelector('video')).find((one) => one !== null && one.videoWidth > 0);
    return new Promise<number>((resolve) => {
      video?.requestVideoFrameCallback((_now, { presentedFrames }) => resolve(presentedFrames));
      setTimeout(() => resolve(0), 1000);
    });
  }, null);

async function sees(who: Visitor): Promise<void> {
  const before = await frames(who);
  await until(`${who.name} sees the other's picture move`, () => frames(who), (count) => count > before + 10, 20_000);
}

let server: Server;
let chromium: Browser;
let firefox: FirefoxBrowser;

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'meeting-firefox' });
  [chromium, firefox] = await Promise.all([launchChromium(1), launchFirefox({ 'intl.accept_languages': 'en-GB' })]);
}, 60_000);

afterAll(async () => {
  await Promise.all([chromium?.close(), firefox?.close()]);
  await server?.stop();
});

describe.each(['Firefox', 'Chromium'])('%s as host', (engine) => {
  let host: Visitor;
  let guest: Visitor;

  beforeAll(async () => {
    const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const page = await firefox.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    const both = [firefoxVisitor(page), chromiumVisitor(await context.newPage())];
    [host, guest] = (engine === 'Firefox' ? both : both.reverse()) as [Visitor, Visitor];
  });

  test('a meeting is made, somebody knocks and is let in, and they see each other', async () => {
    await host.goto(server.http.replace('127.0.0.1', 'localhost'));
    await press(host, '^New meeting$');
    await type(host, '^Your name', 'Hana');
    await press(host, '^Join$');
    await reads(host, 'Call controls');
    await guest.goto(host.url());
    await type(guest, '^Your name', 'Gus');
    await press(guest, '^Ask to join$');
    await press(host, '^Admit$');
    await reads(guest, 'Call controls');
    await Promise.all([sees(host), sees(guest)]);
    await host.screenshot(path.join(LOGS, `firefox-meeting-${engine}.png`));
  }, 90_000);

  test('what one writes the other reads', async () => {
    for (const [one, other, text] of [[host, guest, 'Shall we begin?'], [guest, host, 'Yes, let us']] as const) {
      await press(one, '^Chat');
      await type(one, '^Write a message', text);
      await press(one, '^Send$');
      await reads(other, text);
    }
  });

  test('a raised hand is seen', async () => {
    await press(guest, '^Raise hand$');
    await press(host, '^People');
    await reads(host, 'Hand raised, number 1');
    await press(guest, '^Lower hand$');
  });

  test('a vote is counted', async () => {
    await press(host, '^Polls');
    await press(host, 'New poll');
    for (const [field, text] of [['^Question', 'Tea or coffee?'], ['^Option 1', 'Tea'], ['^Option 2', 'Coffee']] as const) await type(host, field, text);
    await press(host, '^(Create|Save|Make)');
    await press(host, '^(Open|Start)( the poll)?$');
    await press(guest, '^Polls');
    await press(guest, '^Tea$');
    await press(guest, '^Vote');
    await reads(host, 'People who voted: 1');
  });

  test('both go into a breakout room and come back', async () => {
    await press(host, '^Rooms');
    await press(host, '^Assign at random$');
    await press(host, '^Save the plan$');
    await press(host, '^Open the rooms$');
    await reads(guest, 'You are in Room');
    await press(host, '^Close now$');
    await until('nobody is in a room', () => guest.evaluate(() => document.body.innerText.includes('You are in Room'), null), (there) => !there, 20_000);
    await Promise.all([sees(host), sees(guest)]);
  });
});
