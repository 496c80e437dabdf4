// Takes docs/images/call.png; see README.md.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { ROOT } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { sleep } from '../harness/wait.ts';

test('four people meet', { timeout: 120_000 }, async () => {
  const server = await Server.start({ name: 'picture' });
  const browser = await launchChromium(1);
  const portrait = fs.readFileSync(path.join(import.meta.dirname, 'portrait.js'), 'utf8');
  const address = `${server.http.replace('127.0.0.1', 'localhost')}/m/morning-coffee`;
  const pages = [];
  for (const name of ['Dev', 'Chloé', 'Ben', 'Ann']) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
    const page = await context.newPage();
    await page.addInitScript({ content: `window.portrait = ${JSON.stringify(name)};\n${portrait}` });
    await page.goto(address);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.getByRole('toolbar', { name: 'Call controls' }).waitFor();
    // One at a time speaks.
    if (name !== 'Ben') await page.keyboard.press('m');
    pages.push(page);
  }
  const viewer = pages.at(-1)!;
  await viewer.getByRole('button', { name: 'People (4)' }).waitFor({ timeout: 20_000 });
  await sleep(8000);
  await viewer.mouse.move(640, 500);
  await sleep(400);
  const file = path.join(ROOT, 'docs/images/call.png');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await viewer.screenshot({ path: file });
  expect(fs.statSync(file).size).toBeGreaterThan(20_000);
  await browser.close();
  await server.stop();
});
