// Starts the development server and a browser, and opens gallery pages in it.
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

export const SIZES = [
  [360, 740],
  [740, 360],
  [768, 1024],
  [1280, 800],
  [2560, 1440],
];

export const THEMES = ['light', 'dark'];

const call = (params) => ({ screen: 'call', ...params });

/** Every screen worth a look, by name. */
export const PAGES = {
  home: { screen: 'home' },
  'home-settings': { screen: 'home', click: 'Settings' },
  'home-ar': { screen: 'home', recents: 1, lang: 'ar' },
  'lobby-ar': { screen: 'lobby', lang: 'ar', network: 'detour' },
  'lobby-denied-hi': { screen: 'lobby', lang: 'hi', camera: 'denied', both: 1 },
  'lobby-ja': { screen: 'lobby', lang: 'ja', network: 'slow' },
  'lobby-blocked': { screen: 'lobby', network: 'blocked' },
  'call-9-ar': call({ people: 9, lang: 'ar', quality: 'poor', cause: 'sending' }),
  'call-panel-ar': call({ people: 4, panel: 1, lang: 'ar' }),
  'call-2-ar': call({ people: 2, lang: 'ar', saver: 'low' }),
  'call-settings': call({ people: 4, press: ',' }),
  'call-settings-de': call({ people: 4, press: ',', lang: 'de' }),
  'call-settings-ar': call({ people: 4, press: ',', lang: 'ar' }),
  'call-shortcuts': call({ people: 4, press: '?' }),
  'call-menu': call({ people: 4, click: 'More' }),
  'call-muted-speech': call({ people: 3, off: 1, speech: 1 }),
  'call-fallback': call({ people: 3, fallback: 1, cause: 'delay', quality: 'poor', saver: 'audio' }),
  'call-options': call({ people: 4, panel: 1, click: 'Options for Grace Hopper' }),
  'call-pins': call({ people: 8, click: 'Pin Grace Hopper' }),
  'home-recents': { screen: 'home', recents: 1 },
  lobby: { screen: 'lobby' },
  'lobby-off': { screen: 'lobby', camera: 'off', name: '' },
  'lobby-asking': { screen: 'lobby', camera: 'asking' },
  'lobby-denied': { screen: 'lobby', camera: 'denied', both: 1 },
  'lobby-in-use': { screen: 'lobby', camera: 'in-use' },
  'lobby-insecure': { screen: 'lobby', camera: 'insecure', both: 1 },
  'lobby-retrying': { screen: 'lobby', progress: 'retrying' },
  'call-1': call({ people: 1 }),
  'call-2': call({ people: 2 }),
  'call-2-upright': call({ people: 2, upright: 1 }),
  'call-2-voices': call({ people: 2, cameras: 0, off: 1 }),
  'call-3': call({ people: 3 }),
  'call-9': call({ people: 9 }),
  'call-16': call({ people: 16 }),
  'call-49': call({ people: 49 }),
  'call-60': call({ people: 60, cameras: 0 }),
  'call-speaker': call({ people: 7, layout: 'speaker' }),
  'call-share': call({ people: 6, share: 1 }),
  'call-share-49': call({ people: 49, share: 1 }),
  'call-own-share': call({ people: 4, own: 1 }),
  'call-panel': call({ people: 4, panel: 1 }),
  'call-panel-16': call({ people: 16, panel: 1 }),
  'call-repair': call({ people: 3, join: 'media' }),
  'call-trouble': call({ people: 3, trouble: 'camera:in-use', off: 1, quality: 'poor' }),
  'call-blocked': call({ people: 2, blocked: 1, quality: 'poor' }),
  ended: { screen: 'ended' },
  'ended-duplicate': { screen: 'ended', why: 'duplicate' },
  'problem-server': { screen: 'problem', kind: 'server-away' },
  'problem-media': { screen: 'problem', kind: 'media-blocked' },
  'problem-refused': { screen: 'problem', kind: 'refused' },
  'problem-link': { screen: 'problem', kind: 'bad-link' },
};

export async function withGallery(act) {
  const server = await createServer({ server: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
  await server.listen();
  const { port } = server.httpServer.address();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
  try {
    await act(async ({ press, click, ...params }, { width, height, theme }, look) => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        hasTouch: width < 500,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const foreign = [];
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url());
        if (protocol.startsWith('http') && host !== `127.0.0.1:${port}`) foreign.push(request.url());
      });
      try {
        await page.goto(`http://127.0.0.1:${port}/gallery.html?${new URLSearchParams({ theme, ...params })}`);
        await page.waitForSelector('h1, h2');
        await page.evaluate(() => document.fonts.ready);
        if (press !== undefined) await page.keyboard.press(press);
        if (click !== undefined) await page.getByRole('button', { name: click }).first().click();
        await page.waitForTimeout(params.screen === 'call' ? 700 : 250);
        if (foreign.length > 0) throw new Error(`asked a third party: ${foreign.join(' ')}`);
        return await look(page);
      } finally {
        await context.close();
      }
    });
  } finally {
    await browser.close();
    await server.close();
  }
}
