import { i18n, type Messages } from '@lingui/core';
import { recall, remember } from '@/sdk/memory';
import { createStore, type Readable } from '@/sdk/store';
import { useStore } from './hooks/use_store';
import en from './words/en.json';
import type boardWords from './words/boards/en.json';
import type deskWords from './words/desk/en.json';
import type laterWords from './words/later/en.json';

/**
 * Every sentence of the app by its path in words/en.json, and those of what is loaded on
 * request in words/later, words/desk and words/boards. Whole sentences only: word order is a language's own business.
 */
export type Key = Paths<typeof en> | Paths<typeof laterWords> | Paths<typeof deskWords> | Paths<typeof boardWords>;
type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];

export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: Key, values?: Values) => string;

/** Each language by its own name: who looks for theirs cannot read the one that is shown. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  it: 'Italiano',
  ja: '日本語',
  'zh-Hans': '简体中文',
  ar: 'العربية',
  hi: 'हिन्दी',
} as const;

export type Language = keyof typeof LANGUAGES;

const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set(['ar']);

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

/** The first wish that we speak, by language alone where we do not have the region. */
export function bestLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    if (isLanguage(wish)) return wish;
    const { language, script } = localeOf(wish)?.maximize() ?? { language: '' };
    if (language === 'zh' && script === 'Hans') return 'zh-Hans';
    if (isLanguage(language)) return language;
  }
  return 'en';
}

function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null; // Extensions put what they like into navigator.languages.
  }
}

// Each language is a chunk of its own, loaded when it is chosen; English comes with the page.
const catalogs = import.meta.glob<{ default: Messages }>(['./words/*.json', '!./words/en.json']);

/** Letters that the text face does not have; whoever reads them gets them from us, like everything else. */
const FACES: Partial<Record<Language, () => Promise<unknown>>> = {
  ar: () => import('@fontsource-variable/noto-sans-arabic/index.css'),
  hi: () => import('@fontsource-variable/noto-sans-devanagari/index.css'),
};

const active = createStore<Language>('en');

export const language: Readable<Language> = active;

// The build compiles the catalogs (vite.config.ts), so what arrives is not what the types of JSON say.
i18n.loadAndActivate({ locale: 'en', messages: en as unknown as Messages });

/** For code that React does not draw; what it says is in the language of the moment. */
export const t: Translate = (key, values) => i18n._(key, values);

/** The words in the chosen language: whoever draws with them is drawn again when it changes. */
export function useWords(): Translate {
  useStore(active);
  return t;
}

export function isRightToLeft(): boolean {
  return RIGHT_TO_LEFT.has(active.get());
}

let latest: Language = 'en';

type Loader = (to: Language) => Promise<Messages | undefined>;

/** Catalogs beside the one of the page, from those who need them; a change of language brings them along. */
const others = new Set<Loader>();

/** Adds a catalog; what it says may be said once this is done. */
export async function addWords(loader: Loader): Promise<void> {
  others.add(loader);
  await addFrom(loader, active.get());
}

async function addFrom(loader: Loader, to: Language): Promise<void> {
  const words = await loader(to);
  if (words !== undefined) i18n.load(to, words);
}

/** Shows the page in another language; the last wish wins, however slow the way of the one before. */
export async function activate(next: Language): Promise<void> {
  latest = next;
  if (next !== 'en') {
    const load = catalogs[`./words/${next}.json`];
    if (load === undefined) return;
    // A face that does not come leaves the system's in its place.
    void FACES[next]?.().catch(() => undefined);
    const { default: messages } = await load();
    i18n.load(next, messages);
  }
  for (const loader of others) await addFrom(loader, next);
  if (latest !== next) return;
  i18n.activate(next);
  document.documentElement.lang = next;
  document.documentElement.dir = RIGHT_TO_LEFT.has(next) ? 'rtl' : 'ltr';
  active.set(next);
}

export async function chooseLanguage(next: Language): Promise<void> {
  remember('language', next);
  await activate(next);
}

/** Before the first paint: what was chosen here, else what the browser asks for. English if it cannot be fetched. */
export async function activateRemembered(): Promise<void> {
  const chosen = recall('language');
  await activate(isLanguage(chosen) ? chosen : bestLanguage(navigator.languages)).catch(() => undefined);
}
