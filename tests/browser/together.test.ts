// What people do together beside picture and sound, by the pages' own buttons: two browsers, video flowing meanwhile.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { LOGS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
const browsers: Browser[] = [];
let ann: Page;
let ben: Page;

async function person(id: number): Promise<Page> {
  const browser = await launchChromium(id);
  browsers.push(browser);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  const log = fs.createWriteStream(path.join(LOGS, `together-${id}.log`));
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  return page;
}

async function enter(page: Page, name: string, press: string) {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: press, exact: true }).click();
}

const panel = (page: Page) => page.getByRole('complementary');
const tab = (page: Page, name: string) => panel(page).getByRole('tab', { name: new RegExp(`^${name}`) }).click();

/** The decoded frames of the largest video that is not one's own. */
const frames = (page: Page) =>
  page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('video')].map((video) => video.getVideoPlaybackQuality().totalVideoFrames)));

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'together' });
  [ann, ben] = await Promise.all([person(1), person(2)]);
  await ann.goto(server.http.replace('127.0.0.1', 'localhost'));
  await ann.getByRole('button', { name: 'New meeting' }).click();
  await enter(ann, 'Ann', 'Join');
  await ann.getByRole('toolbar', { name: 'Call controls' }).waitFor();
  await ben.goto(ann.url());
  await enter(ben, 'Ben', 'Ask to join');
  await ann.getByRole('button', { name: 'Admit', exact: true }).click();
  await ben.getByRole('toolbar', { name: 'Call controls' }).waitFor({ timeout: 15_000 });
}, 60_000);

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

test('the host lets somebody in by a press, and both see each other', async () => {
  for (const page of [ann, ben]) {
    const before = await frames(page);
    await until('pictures move', () => frames(page), (count) => count > before + 10, 15_000);
  }
});

test('what one writes the other reads', async () => {
  for (const page of [ann, ben]) {
    await page.keyboard.press('c');
    await panel(page).getByRole('textbox').last().waitFor();
  }
  await panel(ann).getByRole('textbox').last().fill('Shall we begin?');
  await ann.keyboard.press('Enter');
  await panel(ben).getByText('Shall we begin?').waitFor();
  await panel(ben).getByRole('textbox').last().fill('Yes');
  await ben.keyboard.press('Enter');
  await panel(ann).getByText('Yes', { exact: true }).waitFor();
  await ann.screenshot({ path: path.join(LOGS, 'together-chat.png') });
});

test('a raised hand and a reaction are seen by the other', async () => {
  await ben.getByRole('button', { name: 'Raise hand' }).click();
  await tab(ann, 'People');
  await panel(ann).getByText(/hand/i).first().waitFor();
  await ben.getByRole('button', { name: /Lower hand|Lower your hand/ }).click();
  await ben.getByRole('button', { name: 'Reactions' }).click();
  await ben.getByRole('menuitem').first().click();
  await ann.getByText('👍').first().waitFor({ timeout: 3000, state: 'attached' });
});

test('a poll is made, opened, voted in and its result shown', async () => {
  await tab(ann, 'Polls');
  await panel(ann).getByRole('button', { name: /New poll/ }).click();
  await ann.screenshot({ path: path.join(LOGS, 'together-poll-form.png') });
  await panel(ann).getByRole('textbox').nth(0).fill('Tea or coffee?');
  await panel(ann).getByRole('textbox').nth(1).fill('Tea');
  await panel(ann).getByRole('textbox').nth(2).fill('Coffee');
  await panel(ann).getByRole('button', { name: /Create|Save|Make/ }).last().click();
  await panel(ann).getByRole('button', { name: /^(Open|Start)/ }).click();
  await tab(ben, 'Polls');
  await panel(ben).getByRole('radio', { name: 'Tea' }).check();
  await panel(ben).getByRole('button', { name: /^Vote/ }).click();
  await panel(ann).getByText('People who voted: 1').waitFor();
  await panel(ann).screenshot({ path: path.join(LOGS, 'together-poll.png') });
});

test('a question is asked, voted for and answered', async () => {
  await tab(ben, 'Q&A');
  await panel(ben).getByRole('textbox').last().fill('When do we end?');
  await panel(ben).getByRole('button', { name: 'Ask', exact: true }).click();
  await tab(ann, 'Q&A');
  await panel(ann).getByText('When do we end?').waitFor();
  await panel(ann).getByRole('button', { name: /^Vote for this question/ }).click();
  await panel(ben).getByRole('button', { name: /votes so far: 1/ }).waitFor();
  await panel(ann).getByRole('button', { name: 'Answer', exact: true }).click();
  await panel(ann).getByRole('textbox', { name: /Answer in writing/ }).fill('At noon');
  await panel(ann).getByRole('button', { name: 'Mark as answered' }).click();
  await panel(ben).getByText('At noon').waitFor();
});

test('people part into rooms, see whom they are with, and come back', async () => {
  await tab(ann, 'Rooms');
  await panel(ann).getByLabel('Number of rooms').fill('2');
  await panel(ann).getByRole('button', { name: 'Assign at random' }).click();
  await panel(ann).getByLabel('Room of Ben').selectOption({ label: 'Room 2' });
  await panel(ann).getByRole('button', { name: 'Save the plan' }).click();
  await panel(ann).getByRole('button', { name: 'Open the rooms' }).click();
  await ben.getByText('You are in Room 2.').first().waitFor({ timeout: 10_000 });
  await ann.getByText('You are the only one here').waitFor({ timeout: 10_000 });
  await ann.screenshot({ path: path.join(LOGS, 'together-rooms.png') });
  await panel(ann).getByRole('button', { name: 'Close now' }).click();
  await ann.getByText('You are the only one here').waitFor({ state: 'detached', timeout: 15_000 });
});

test('pictures went on all the while', async () => {
  for (const page of [ann, ben]) {
    const before = await frames(page);
    await until('pictures move', () => frames(page), (count) => count > before + 10, 15_000);
  }
  expect(await ann.getByText('Something went wrong').count()).toBe(0);
});
