import type { Messages } from '@lingui/core';
import { addWords, type Language } from './i18n';

// English too: nothing of it is said until somebody is in a call and opens something, or a meeting has something to say.
const catalogs = import.meta.glob<{ default: Messages }>('./words/later/*.json');

const load = async (to: Language): Promise<Messages | undefined> => (await catalogs[`./words/later/${to}.json`]?.())?.default;

/** To be awaited before anything of words/later is said. */
export const loadLaterWords = (): Promise<void> => addWords(load);
