import type { Messages } from '@lingui/core';
import { addWords, type Language } from './i18n';

// What is said around one's account and the settings of a meeting: opened now and then, by some.
const catalogs = import.meta.glob<{ default: Messages }>('./words/desk/*.json');

const load = async (to: Language): Promise<Messages | undefined> => (await catalogs[`./words/desk/${to}.json`]?.())?.default;

/** To be awaited before anything of words/desk is said. */
export const loadDeskWords = (): Promise<void> => addWords(load);
