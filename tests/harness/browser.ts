// Browsers with a test participant in each: Chromium with a file-backed camera and microphone, Firefox with
// a drawn picture and an oscillator. Both are driven through the same typed calls.
import fs from 'node:fs';
import path from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import puppeteer, { type Browser as FirefoxBrowser, type Page as FirefoxPage } from 'puppeteer-core';
import { type Camera, SMALL, cameraFile, microphoneFile, voiceFile } from './media.ts';
import type { PageApi } from './page/main.ts';
import { LOGS } from './paths.ts';

type Methods = { [K in keyof PageApi]: PageApi[K] };
/** The page's functions, called from here: all of them become asynchronous. */
export type Remote = {
  [K in keyof Methods]: (...args: Parameters<Methods[K]>) => Promise<Awaited<ReturnType<Methods[K]>>>;
};

type Call = (name: string, args: unknown[]) => Promise<unknown>;

function remote(call: Call): Remote {
  return new Proxy({} as Remote, {
    get: (_target, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(String(name), args)),
  });
}

const invoke = ([name, args]: [string, unknown[]]) =>
  (window.parley as unknown as Record<string, (...a: unknown[]) => unknown>)[name]!(...args);

export interface Participant {
  /** Which picture and tone it sends. */
  readonly id: number;
  /** Whether its camera and microphone play the picture and the tone; otherwise it draws and plays them. */
  readonly devices: boolean;
  readonly page: Remote;
  /** As a user presses F5: everything the page held is gone. */
  reload(): Promise<void>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

const CHROMIUM = process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.PARLEY_FIREFOX ?? '/usr/bin/firefox-esr';

export const chromiumArguments = (id: number, camera: Camera, speaks = false) => [
  '--no-sandbox', // Tests often run as root in a container.
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${cameraFile(id, camera)}`,
  `--use-file-for-fake-audio-capture=${speaks ? voiceFile(id) : microphoneFile(id)}`,
  '--autoplay-policy=no-user-gesture-required',
  // Addresses as they are: hidden behind .local names, nobody could look them up here.
  '--disable-features=WebRtcHideLocalIpsWithMdns,Translate',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--auto-accept-this-tab-capture',
];

export interface ChromiumOptions {
  readonly camera?: Camera;
  /** The microphone has a voice (`voiceOf`) instead of a tone. */
  readonly speaks?: boolean;
  readonly extraArguments?: string[];
}

export async function launchChromium(id: number, options: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...chromiumArguments(id, options.camera ?? SMALL, options.speaks), ...(options.extraArguments ?? [])],
    ignoreDefaultArgs: ['--mute-audio'],
  });
}

function logPath(name: string): string {
  fs.mkdirSync(LOGS, { recursive: true });
  return path.join(LOGS, name);
}

async function ready(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => 'parley' in window);
}

export async function chromiumParticipant(url: string, id: number, options: ChromiumOptions = {}): Promise<Participant> {
  const browser = await launchChromium(id, options);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  const log = fs.createWriteStream(logPath(`chromium-${id}.log`), { flags: 'a' });
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`error ${error.message}\n`));
  await ready(page, url);
  return {
    id,
    devices: true,
    page: remote((name, args) => page.evaluate(invoke, [name, args] as [string, unknown[]])),
    reload: () => ready(page, url),
    screenshot: async (name) => {
      await page.screenshot({ path: logPath(`${name}.png`) });
    },
    close: () => browser.close(),
  };
}

type Preferences = Readonly<Record<string, boolean | number | string>>;

export async function launchFirefox(preferences: Preferences = {}): Promise<FirefoxBrowser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'media.autoplay.block-webaudio': false,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      // A sound card that is none: without one, nothing that plays or measures sound would run.
      'media.cubeb.force_mock_context': true,
      // Firefox would fetch its H264 codec from the network.
      'media.gmp-manager.updateEnabled': false,
      ...preferences,
    },
  });
}

export async function firefoxParticipant(url: string, id: number, preferences?: Preferences): Promise<Participant> {
  const browser = await launchFirefox(preferences);
  const page: FirefoxPage = await browser.newPage();
  const log = fs.createWriteStream(logPath(`firefox-${id}.log`), { flags: 'a' });
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  const open = async () => {
    await page.goto(url);
    await page.waitForFunction('"parley" in window');
  };
  await open();
  return {
    id,
    devices: false,
    page: remote((name, args) => page.evaluate(invoke, [name, args] as [string, unknown[]])),
    reload: open,
    screenshot: async (name) => {
      await page.screenshot({ path: logPath(`${name}.png`) as `${string}.png` });
    },
    close: () => browser.close(),
  };
}

/** What a suite runs in one after the other: two engines that share no WebRTC code worth mentioning. */
export const BROWSERS: readonly { browser: string; open(url: string, id: number): Promise<Participant> }[] = [
  { browser: 'Chromium', open: chromiumParticipant },
  { browser: 'Firefox', open: firefoxParticipant },
];
