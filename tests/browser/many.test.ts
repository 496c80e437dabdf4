// A page in a meeting of five hundred, with ten thousand messages in its chat: it holds what is in sight, and no more.
// How smooth that is, `bench/run meeting` measures.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { Crowd } from '../harness/crowd.ts';
import { fillChat } from '../harness/long_chat.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const PEOPLE = 500;
const MESSAGES = 10_000;
/** In sight at most, and a few beyond both edges, so that scrolling finds them drawn. */
const ROWS = 60;

let server: Server;
let crowd: Crowd;
let browser: Browser;
let page: Page;

const panel = () => page.getByRole('complementary');
const rows = () => panel().getByRole('listitem');
const scrolled = (to: number) => panel().getByRole('group').first().evaluate((list, top) => list.scrollTo(0, top < 0 ? list.scrollHeight : top), to);

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'many' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
  // The host and the page are two of them.
  crowd = await Crowd.gather(server.http, PEOPLE - 2);
  await fillChat(server, crowd.people.slice(0, 8), MESSAGES);
  browser = await launchChromium(1);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  const log = fs.createWriteStream(path.join(LOGS, 'many.log'));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  await page.goto(`${server.http.replace('127.0.0.1', 'localhost')}/m/${crowd.link}?autojoin=1&name=Zoe`);
  await page.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 20_000 });
}, 120_000);

afterAll(async () => {
  crowd?.disperse();
  await browser?.close();
  await server?.stop();
});

test('five hundred people are a list of which some rows exist, and all can be reached', async () => {
  await page.getByRole('button', { name: /^People \(/ }).click();
  await panel().getByText('Person 1', { exact: true }).waitFor();
  expect(await rows().first().getAttribute('aria-setsize')).toBe(String(PEOPLE));
  const seen = new Set<string>();
  for (let at = 0; at < PEOPLE * 48; at += 500) {
    await scrolled(at);
    await until('rows are drawn there', () => panel().getByText(/^Person \d+$/).allTextContents(), (names) => names.length > 5, 5000, 20);
    for (const name of await panel().getByText(/^Person \d+$/).allTextContents()) seen.add(name);
    expect(await rows().count()).toBeLessThanOrEqual(ROWS);
  }
  expect(seen.size).toBe(PEOPLE - 2);
});

test('one of five hundred is found by name', async () => {
  await panel().getByRole('searchbox').fill('person 437');
  await panel().getByText('Person 437', { exact: true }).waitFor();
  expect(await rows().count()).toBe(1);
  await panel().getByRole('searchbox').fill('');
  await panel().screenshot({ path: path.join(LOGS, 'many-people.png') });
});

test('a chat of ten thousand opens at its end, and what is older comes when it is scrolled to', async () => {
  await panel().getByRole('tab', { name: /^Chat/ }).click();
  await panel().getByText(`Message ${MESSAGES}`, { exact: false }).first().waitFor();
  expect(await rows().count()).toBeLessThanOrEqual(ROWS);
  await panel().screenshot({ path: path.join(LOGS, 'many-chat.png') });
  const numbers = async () => (await panel().getByText(/^Message \d+/).allTextContents()).map((text) => Number(/\d+/.exec(text)![0]));
  const seen = new Set<number>();
  const look = async () => {
    const now = await numbers();
    expect(now, 'in their order').toEqual(now.toSorted((a, b) => a - b));
    for (const one of now) seen.add(one);
    return Math.min(...seen);
  };
  // Upwards, as a wheel does it: further than four pages of fifty.
  await panel().getByRole('group').first().hover();
  await until('older messages come', async () => {
    await page.mouse.wheel(0, -400);
    expect(await rows().count()).toBeLessThanOrEqual(ROWS);
    return look();
  }, (oldest) => oldest <= MESSAGES - 250, 60_000, 30);
  const oldest = Math.min(...seen);
  expect(seen.size, 'none is left out').toBe(MESSAGES - oldest + 1);
  // What comes in meanwhile does not move who reads.
  await crowd.host.do('POST', '/chat', { text: 'A new one' });
  await panel().getByRole('button', { name: /^New messages/ }).click();
  await panel().getByText('A new one', { exact: true }).waitFor();
});
