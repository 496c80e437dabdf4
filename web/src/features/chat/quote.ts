import type { Message } from '@/sdk/meeting/types';

/** What stands for a message in one line: where it has no words, the names of its files. */
export const quoteOf = ({ text, files }: Pick<Message, 'text' | 'files'>): string => (text === '' ? files.map(({ name }) => name).join(', ') : text);
