// Pictures of the product in docs/images: taken in a real browser, and made small.
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import UPNG from 'upng-js';
import { ROOT } from '../harness/paths.ts';

const IMAGES = path.join(ROOT, 'docs/images');
const PORTRAIT = fs.readFileSync(path.join(import.meta.dirname, 'portrait.js'), 'utf8');
/** A page with many pictures is still to open at once on a slow line. */
const LARGEST = 200_000;

export const DESK = { viewport: { width: 1280, height: 800 } } as const;
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

/** A browser of their own for somebody whose camera shows a drawn person. */
export async function somebody(browser: Browser, name: string, options: BrowserContextOptions = DESK): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', colorScheme: 'light', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // The test's microphone plays a tone without end; nobody in a picture is to be told that they speak while muted.
  await page.addInitScript({ content: `localStorage.setItem('parley.mutedHint', 'false');\nwindow.portrait = ${JSON.stringify(name)};\n${PORTRAIT}` });
  return page;
}

/** As few colours as the limit asks for: 256 are enough for an interface, and nearly enough for drawn faces. */
function small(png: Buffer): Buffer {
  const image = UPNG.decode(png);
  const { width, height } = image;
  const [frame] = UPNG.toRGBA8(image);
  let made = png;
  for (const colours of [256, 128, 64]) {
    made = Buffer.from(UPNG.encode([frame!], width, height, colours));
    if (made.length <= LARGEST) break;
  }
  return made;
}

export async function take(what: Page | Locator, name: string): Promise<void> {
  const made = small(await what.screenshot());
  expect(made.length, `${name} shows something`).toBeGreaterThan(4000);
  expect(made.length, `${name} is small`).toBeLessThanOrEqual(LARGEST);
  fs.mkdirSync(IMAGES, { recursive: true });
  fs.writeFileSync(path.join(IMAGES, `${name}.png`), made);
}

export const inCall = (page: Page) => page.getByRole('toolbar').waitFor({ timeout: 90_000 });

/** Controls leave when nobody moves; for a picture they are wanted. */
export async function wake(page: Page): Promise<void> {
  await page.mouse.move(600 + Math.random() * 40, 300);
  await page.waitForTimeout(500);
}

/** The focus brings the controls back, and keeps them there. */
export async function press(page: Page, control: string): Promise<void> {
  await page.locator(`[data-control=${control}]`).focus();
  await page.keyboard.press('Enter');
}

/** What the page thinks of the network, whatever it thinks. */
export const judged = (page: Page) => page.locator('[data-verdict]:not([data-verdict=checking])').first().waitFor();
