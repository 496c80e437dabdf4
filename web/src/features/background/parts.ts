/** What is fetched once somebody wants another background, with its words. */
export { loadLaterWords } from '@/shared/later_words';
export { BackgroundNotice } from './BackgroundNotice';
export { BackgroundPicker } from './BackgroundPicker';
export { BackgroundStatus } from './BackgroundStatus';
