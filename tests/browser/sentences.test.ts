// What a screen reader is given of the main screens: it is to read like sentences, in the order in which things are looked
// for. And the way through all of them by keyboard alone, with the focus always to be seen.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../harness/browser.ts';
import { Server } from '../harness/server.ts';

let server: Server;
let browser: Browser;
let page: Page;
let other: Page;

beforeAll(async () => {
  server = await Server.start({ name: 'sentences' });
  browser = await launchChromium(1);
  const open = async () => (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' })).newPage();
  page = await open();
  other = await open();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The tree without what differs from run to run. */
async function tree(root = 'main'): Promise<string[]> {
  const snapshot = await page.locator(root).first().ariaSnapshot();
  return snapshot.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('- option') && !line.startsWith('- /'));
}

/** Where the focus is: its name, and whether one can see it. */
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    if (at === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const inside = box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    return { name: at.getAttribute('aria-label') ?? at.textContent ?? '', seen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && inside };
  });

test('before the meeting: the picture, the name, the devices, the button', { timeout: 120_000 }, async () => {
  await page.goto(server.http.replace('127.0.0.1', 'localhost'));
  await page.getByRole('button', { name: 'New meeting' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Your name').waitFor({ timeout: 20_000 });
  await page.locator('[data-verdict=good]').waitFor({ timeout: 30_000 });
  await page.keyboard.type('Ann');
  const lines = await tree();
  const order = ['region "How others will see you"', 'Mute microphone', 'Turn camera off', 'Your network is good for video', 'heading', 'textbox "Your name"', 'combobox "Microphone"', 'button "Join"'];
  const places = order.map((part) => lines.findIndex((line) => line.includes(part)));
  expect(places.every((place) => place >= 0), `all of ${JSON.stringify(order)} in\n${lines.join('\n')}`).toBe(true);
  expect(places, lines.join('\n')).toEqual([...places].sort((a, b) => a - b));
});

test('in the meeting: each person in one sentence, then what one can do', { timeout: 120_000 }, async () => {
  await page.keyboard.press('Enter');
  await page.getByRole('toolbar').waitFor({ timeout: 30_000 });
  await other.goto(`${page.url().split('?')[0]}?autojoin=1&name=Ben&mic=0`);
  // A guest asks to come in; the host lets them in from where they are.
  await page.getByRole('button', { name: 'Admit', exact: true }).focus({ timeout: 30_000 });
  await page.keyboard.press('Enter');
  await page.getByRole('listitem', { name: /^Ben, muted, camera on/ }).waitFor({ timeout: 30_000 });
  const lines = await tree();
  expect(lines.some((line) => /^- list "Pictures of the people in the meeting"/.test(line)), lines.join('\n')).toBe(true);
  expect(lines.some((line) => /^- listitem "Your own picture, microphone on, camera on/.test(line)), lines.join('\n')).toBe(true);
  expect(lines.some((line) => /^- listitem "Ben, muted, camera on"/.test(line)), lines.join('\n')).toBe(true);
  expect(lines.some((line) => /^- toolbar "Call controls"/.test(line)), lines.join('\n')).toBe(true);
  // No button without a name, and no picture that only has a colour to say.
  expect(lines.filter((line) => /^- (button|img|checkbox|combobox|textbox|menuitem)(?! ")/.test(line))).toEqual([]);
});

test('Tab reaches every control in turn, and shows where it is', { timeout: 120_000 }, async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const seen: string[] = [];
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    const at = await focused();
    // Past the last one the browser's own controls have it for a moment.
    if (at === null) continue;
    if (seen.includes(at.name)) break;
    expect(at.seen, `the focus on “${at.name}” can be seen`).toBe(true);
    seen.push(at.name);
  }
  for (const wanted of [/^Mute microphone/, /^Turn camera off/, /^Share screen/, /^Raise hand/, /^People \(2\)/, /^More/, /^Leave/]) {
    expect(seen.some((name) => wanted.test(name)), `${wanted} in ${seen.join(', ')}`).toBe(true);
  }
});

test('what is opened takes the focus, and gives it back', { timeout: 120_000 }, async () => {
  const more = page.locator('[data-control=more]');
  await more.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('menuitem');
  await page.keyboard.press('Escape');
  expect(await more.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.locator('[data-control=people]').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('complementary').getByRole('tab', { name: /People/ }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab');
  await page.keyboard.press('Escape');
  await page.getByRole('complementary').waitFor({ state: 'detached' });
});

test('nothing is lost 320 pixels wide: no side to scroll to, and every control of the bar in reach', { timeout: 120_000 }, async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.mouse.move(150, 200);
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  const lost = await page.getByRole('toolbar').getByRole('button').evaluateAll((buttons) =>
    buttons
      .filter((button) => {
        const { left, right, top, bottom } = button.getBoundingClientRect();
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return left < 0 || right > innerWidth || hit === null || !(button.contains(hit) || hit.contains(button));
      })
      .map((button) => button.getAttribute('aria-label')),
  );
  expect(lost).toEqual([]);
});
