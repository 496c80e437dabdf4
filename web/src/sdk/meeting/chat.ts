/** The messages of a meeting as they are put together from pages, events and what is typed here: pure data. */
import type { Chat } from './meeting';
import type { Attachment } from './attachments';
import type { Message, ParticipantId, SharedFile } from './types';

export interface Draft {
  readonly key: string;
  readonly text: string;
  readonly to: ParticipantId | null;
  readonly replyTo: string | null;
  readonly files: readonly SharedFile[];
  readonly failed: boolean;
}

export interface ChatState {
  readonly messages: readonly Message[];
  /** Where the page before the first message begins; null: there is none, undefined: none was read yet. */
  readonly older: string | null | undefined;
  readonly loading: boolean;
  readonly sending: readonly Draft[];
  readonly unread: number;
  readonly attachments: readonly Attachment[];
}

export interface Page {
  readonly items: readonly Message[];
  readonly next: string | null;
}

export const NO_CHAT: ChatState = { messages: [], older: undefined, loading: false, sending: [], unread: 0, attachments: [] };

/** An event, or the answer to what was sent. */
export function received(chat: ChatState, message: Message): ChatState {
  const isNew = !chat.messages.some(({ id }) => id === message.id);
  const messages = upserted(chat.messages, message);
  if (!isNew) return { ...chat, messages };
  if (!message.is_mine) return { ...chat, messages, unread: chat.unread + (message.deleted ? 0 : 1) };
  // The stream was faster than the answer to our request: what is typed is not shown twice.
  const at = chat.sending.findIndex(({ text, to, files }) => text === message.text && to === message.to && files[0]?.id === message.files[0]?.id);
  return { ...chat, messages, sending: at < 0 ? chat.sending : chat.sending.toSpliced(at, 1) };
}

export function loading(chat: ChatState): ChatState {
  return { ...chat, loading: true };
}

/** null: it could not be read. */
export function pageLoaded(chat: ChatState, page: Page | null): ChatState {
  if (page === null) return { ...chat, loading: false };
  return { ...chat, loading: false, older: page.next, messages: page.items.reduce(upserted, chat.messages) };
}

/** After a gap in the stream: only what was just read, and what came while it was read, is known to be so. */
export function readAnew(chat: ChatState, page: Page): ChatState {
  const newest = page.items.at(-1)?.at ?? '';
  return pageLoaded({ ...chat, messages: chat.messages.filter(({ at }) => at > newest) }, page);
}

export function drafted(chat: ChatState, draft: Draft): ChatState {
  return { ...chat, sending: [...discarded(chat, draft.key).sending, draft] };
}

export function acknowledged(chat: ChatState, key: string, message: Message | null): ChatState {
  const rest = discarded(chat, key);
  return message === null ? rest : { ...rest, messages: upserted(rest.messages, message) };
}

export function discarded(chat: ChatState, key: string): ChatState {
  return { ...chat, sending: chat.sending.filter((draft) => draft.key !== key) };
}

export function seen(chat: ChatState): ChatState {
  return chat.unread === 0 ? chat : { ...chat, unread: 0 };
}

export function attached(chat: ChatState, attachments: readonly Attachment[]): ChatState {
  return { ...chat, attachments };
}

export function shown({ messages, older, loading, sending, unread, attachments }: ChatState): Chat {
  return { messages, more: typeof older === 'string', loading, sending, unread, attachments };
}

/** In the order of time; of two versions of one message, the later. */
function upserted(messages: readonly Message[], message: Message): readonly Message[] {
  const known = messages.findLastIndex(({ id }) => id === message.id);
  if (known >= 0) {
    const before = messages[known];
    return before !== undefined && isLater(message, before) ? messages.with(known, message) : messages;
  }
  const after = messages.findLastIndex(({ at }) => at <= message.at);
  return messages.toSpliced(after + 1, 0, message);
}

/** A page can be newer than the events that are still on their way: nothing that was deleted comes back. */
function isLater(message: Message, known: Message): boolean {
  if (known.deleted !== message.deleted) return message.deleted;
  return (message.edited_at ?? '') >= (known.edited_at ?? '');
}

/** Reads one page of `GET …/chat`, newest first as the server gives it; null if it is none. */
export function readPage(body: unknown): Page | null {
  const told = body as { items?: unknown; next?: unknown } | null;
  if (typeof told !== 'object' || told === null || !Array.isArray(told.items)) return null;
  return { items: told.items.map(readMessage).filter((message) => message !== null).reverse(), next: typeof told.next === 'string' ? told.next : null };
}

export function readMessage(body: unknown): Message | null {
  const told = body as Partial<Message> | null;
  if (typeof told !== 'object' || told === null) return null;
  return typeof told.id === 'string' && typeof told.at === 'string' && typeof told.text === 'string' ? { ...(told as Message), files: told.files ?? [] } : null;
}
