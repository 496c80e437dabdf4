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

const LONG_ROOM = 'The quarterly meeting of everybody who has ever had a say in it';

const meeting = (params) => call({ people: 6, meeting: 'full', ...params });

/** What a meeting adds to a call: every panel full, empty, loading and refused, as those see it who run it and those who do not. */
const MEETING_PAGES = {
  'meeting-host': meeting({ cases: 'lobby,locked,timer' }),
  'meeting-attendee': meeting({ role: 'attendee', cases: 'reactions,hand,vote' }),
  'meeting-attendee-ar': meeting({ role: 'attendee', cases: 'reactions,hand', lang: 'ar', panel: 'chat' }),
  'meeting-2': meeting({ people: 2, cases: 'lobby1', role: 'host' }),
  'meeting-spotlight': meeting({ people: 9, cases: 'spotlight' }),
  'meeting-suspended': meeting({ role: 'attendee', cases: 'suspended,away' }),
  'meeting-hard-muted': meeting({ role: 'attendee', cases: 'hard-muted', off: 1 }),
  'meeting-broadcast': meeting({ role: 'attendee', cases: 'broadcast,in-room' }),
  'meeting-shield': meeting({ cases: 'locked', wide: 'Host controls', narrow: ['More', 'Host controls'] }),
  'meeting-shield-de': meeting({ lang: 'de', wide: 'Steuerung des Treffens', narrow: ['Mehr', 'Steuerung des Treffens'] }),
  'meeting-leave': meeting({ click: 'Leave' }),
  'meeting-end': meeting({ click: ['Leave', 'End for all'] }),
  'meeting-reactions': meeting({ click: 'Reactions' }),
  'meeting-timer': meeting({ click: ['More', 'Timer'] }),
  'people-host': meeting({ people: 16, panel: 'people', cases: 'lobby' }),
  'people-options': meeting({ panel: 'people', click: 'Options for Grace Hopper' }),
  'people-remove': meeting({ panel: 'people', click: ['Options for Grace Hopper', 'Remove from the meeting'] }),
  'people-attendee': meeting({ role: 'attendee', panel: 'people', click: 'Options for Sofia Keller' }),
  'people-500': meeting({ people: 500, cameras: 0, panel: 'people' }),
  'people-host-ar': meeting({ panel: 'people', cases: 'lobby', lang: 'ar' }),
  'people-refused': meeting({ meeting: 'refused', panel: 'people', cases: 'lobby', click: 'Admit all' }),
  'chat-full': meeting({ panel: 'chat', cases: 'failed' }),
  'chat-10000': meeting({ panel: 'chat', messages: 10000 }),
  'chat-empty': meeting({ meeting: 'empty', panel: 'chat' }),
  'chat-loading': meeting({ meeting: 'loading', panel: 'chat' }),
  'chat-refused': meeting({ meeting: 'refused', panel: 'chat', cases: 'failed' }),
  'chat-mute': meeting({ role: 'attendee', panel: 'chat', cases: 'suspended' }),
  'polls-host': meeting({ panel: 'polls' }),
  'polls-vote': meeting({ role: 'attendee', panel: 'polls', cases: 'vote' }),
  'polls-empty': meeting({ meeting: 'empty', panel: 'polls' }),
  'polls-new': meeting({ meeting: 'empty', panel: 'polls', click: ['New poll', 'Create'] }),
  'polls-refused': meeting({ meeting: 'refused', panel: 'polls', click: 'Open the poll' }),
  'polls-hi': meeting({ panel: 'polls', lang: 'hi', cases: 'vote' }),
  'questions-host': meeting({ panel: 'questions', click: 'Answer' }),
  'questions-attendee': meeting({ role: 'attendee', panel: 'questions' }),
  'questions-empty': meeting({ meeting: 'empty', role: 'attendee', panel: 'questions' }),
  'questions-ar': meeting({ panel: 'questions', lang: 'ar' }),
  'notes-host': meeting({ panel: 'notes' }),
  'notes-ar': meeting({ panel: 'notes', lang: 'ar' }),
  'notes-empty': meeting({ meeting: 'empty', panel: 'notes' }),
  'notes-take': meeting({ panel: 'notes', click: 'Take the notes with you' }),
  'notes-link': meeting({ panel: 'notes', click: 'Link' }),
  'whiteboard-host': meeting({ whiteboard: 1 }),
  'whiteboard-list': meeting({ whiteboard: 1, role: 'attendee', click: 'List of objects' }),
  'whiteboard-empty-ar': meeting({ whiteboard: 1, meeting: 'empty', lang: 'ar' }),
  'whiteboard-clear': meeting({ whiteboard: 1, click: 'Clear the whiteboard' }),
  'rooms-plan': meeting({ panel: 'rooms', click: 'Assign at random' }),
  'rooms-planned': meeting({ panel: 'rooms', cases: 'rooms-planned' }),
  'rooms-open': meeting({ panel: 'rooms', cases: 'rooms-open' }),
  'rooms-attendee': meeting({ role: 'attendee', panel: 'rooms', cases: 'in-room' }),
  'rooms-refused': meeting({ meeting: 'refused', panel: 'rooms', cases: 'rooms-planned', click: 'Open the rooms' }),
};

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
  'home-mine': { screen: 'home', recents: 1, mine: 1, account: 1 },
  'home-mine-ar': { screen: 'home', mine: 1, account: 1, lang: 'ar' },
  'home-sign-in': { screen: 'home', closed: 1, click: 'New meeting' },
  'home-sign-in-ar': { screen: 'home', closed: 1, lang: 'ar', click: 'تسجيل الدخول' },
  'home-meeting': { screen: 'home', mine: 1, account: 1, click: 'Settings of A title' },
  'home-meeting-de': { screen: 'home', mine: 1, account: 1, lang: 'de', click: 'Einstellungen von A title' },
  'home-failed': { screen: 'home', click: 'New meeting' },
  lobby: { screen: 'lobby' },
  'lobby-off': { screen: 'lobby', camera: 'off', name: '' },
  'lobby-asking': { screen: 'lobby', camera: 'asking' },
  'lobby-denied': { screen: 'lobby', camera: 'denied', both: 1 },
  'lobby-in-use': { screen: 'lobby', camera: 'in-use' },
  'lobby-insecure': { screen: 'lobby', camera: 'insecure', both: 1 },
  'lobby-new': { screen: 'lobby', door: 'nobody', title: '' },
  'lobby-many': { screen: 'lobby', door: 'many' },
  'lobby-ask': { screen: 'lobby', door: 'ask' },
  'lobby-wait-fr': { screen: 'lobby', door: 'wait', lang: 'fr' },
  'lobby-passcode': { screen: 'lobby', door: 'passcode', passcode: 'wrong' },
  'lobby-locked': { screen: 'lobby', door: 'locked' },
  waiting: { screen: 'waiting' },
  'waiting-host': { screen: 'waiting', why: 'host', camera: 'off' },
  'waiting-message': { screen: 'waiting', message: 'We start at five past. Have a look at the agenda meanwhile, and get yourself a cup of tea.' },
  'waiting-away-ar': { screen: 'waiting', away: 1, lang: 'ar' },
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
  'call-share-2': call({ people: 6, share: 2 }),
  'call-sidebar': call({ people: 7, layout: 'sidebar' }),
  'call-captions': call({ people: 4, captions: 'said' }),
  'call-captions-2-large': call({ people: 2, captions: 'said', size: 'large' }),
  'call-captions-quiet-ar': call({ people: 9, captions: 'quiet', lang: 'ar' }),
  'call-captions-share': call({ people: 6, share: 1, captions: 'said' }),
  'call-no-self': call({ people: 4, noself: 1 }),
  'call-long-names': call({ people: 4, names: 'long', room: LONG_ROOM }),
  'call-long-names-panel': call({ people: 4, names: 'long', room: LONG_ROOM, panel: 1 }),
  'call-long-names-slow': call({ people: 2, names: 'long', room: LONG_ROOM, quality: 'poor', cause: 'sending' }),
  'lobby-long': { screen: 'lobby', title: LONG_ROOM, name: 'Maximiliane Wolfeschlegelsteinhausenbergerdorff von und zu Berg', door: 'many' },
  'call-1-offline': call({ people: 1, join: 'again' }),
  'call-lost': call({ people: 6, quality: 'lost', join: 'signal' }),
  'call-9-zoom': call({ people: 9, zoom: 2 }),
  'call-panel-zoom': call({ people: 4, panel: 1, zoom: 2 }),
  'lobby-zoom': { screen: 'lobby', zoom: 2 },
  'home-zoom': { screen: 'home', mine: 1, account: 1, zoom: 2 },
  'chat-zoom': meeting({ panel: 'chat', zoom: 2 }),
  'call-panel': call({ people: 4, panel: 1 }),
  'call-panel-16': call({ people: 16, panel: 1 }),
  'call-repair': call({ people: 3, join: 'media' }),
  'call-trouble': call({ people: 3, trouble: 'camera:in-use', off: 1, quality: 'poor' }),
  'call-blocked': call({ people: 2, blocked: 1, quality: 'poor' }),
  ...MEETING_PAGES,
  ended: { screen: 'ended' },
  'ended-rating': { screen: 'ended', rating: 1 },
  'ended-rating-ar': { screen: 'ended', rating: 1, lang: 'ar' },
  'ended-banned': { screen: 'ended', why: 'banned' },
  'ended-denied': { screen: 'ended', why: 'denied' },
  'problem-locked': { screen: 'problem', kind: 'refused', code: 'locked' },
  'problem-full-ar': { screen: 'problem', kind: 'refused', code: 'full', lang: 'ar' },
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
    const open = async ({ press, click, wide, narrow, zoom = 1, ...params }, { width, height, theme }, look) => {
      // Zoomed, a page has fewer pixels of its own on the same display.
      const context = await browser.newContext({
        viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
        deviceScaleFactor: zoom,
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
        if (params.meeting !== undefined) await page.waitForSelector('[data-control=react], [data-control=hand], [data-control=leave]');
        const presses = [click ?? (width <= 520 ? narrow : wide) ?? []].flat();
        for (const name of presses) {
          await page.getByRole('button', { name }).or(page.getByRole('menuitem', { name })).first().click();
        }
        // What is opened by a press may have to be fetched first.
        await page.waitForTimeout(params.screen === 'call' || presses.length > 0 ? 700 : 250);
        if (foreign.length > 0) throw new Error(`asked a third party: ${foreign.join(' ')}`);
        return await look(page);
      } finally {
        await context.close();
      }
    };
    await act(open, browser);
  } finally {
    await browser.close();
    await server.close();
  }
}
