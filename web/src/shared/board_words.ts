import type { Messages } from '@lingui/core';
import { addWords, type Language } from './i18n';

// Of notes and whiteboard nothing is said until somebody opens one.
const catalogs = import.meta.glob<{ default: Messages }>('./words/boards/*.json');

const load = async (to: Language): Promise<Messages | undefined> => (await catalogs[`./words/boards/${to}.json`]?.())?.default;

/** To be awaited before anything of words/boards is said. */
export const loadBoardWords = (): Promise<void> => addWords(load);
