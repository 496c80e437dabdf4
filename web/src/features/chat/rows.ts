import type { Chat } from '@/sdk/meeting/meeting';
import type { Message } from '@/sdk/meeting/types';

export type ChatRow =
  | { readonly kind: 'older'; readonly key: string }
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  /** `head`: the first of a group, with its name and time. `quoted`: null where nothing is; 'gone' where it is not loaded or was deleted. */
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly head: boolean; readonly quoted: Message | 'gone' | null }
  | { readonly kind: 'sending'; readonly key: string; readonly item: Chat['sending'][number] };

const minuteOf = (at: string): number => Math.floor(Date.parse(at) / 60_000);
const dayOf = (at: string): string => new Date(at).toDateString();

/** The conversation as rows: grouped by person and minute, privately apart from aloud, a line between two days. */
export function chatRows({ messages, sending, loading }: Pick<Chat, 'messages' | 'sending' | 'loading'>): readonly ChatRow[] {
  const rows: ChatRow[] = [];
  const known = new Map(messages.map((message) => [message.id, message]));
  if (loading && messages.length > 0) rows.push({ kind: 'older', key: 'older' });
  let last: Message | null = null;
  for (const message of messages) {
    const newDay = last !== null && dayOf(last.at) !== dayOf(message.at);
    if (newDay) rows.push({ kind: 'day', key: `day ${dayOf(message.at)}`, at: message.at });
    const head = last === null || newDay || message.reply_to !== null || last.from !== message.from || last.to !== message.to || minuteOf(last.at) !== minuteOf(message.at);
    const original = message.reply_to === null ? null : known.get(message.reply_to);
    const quoted = message.reply_to === null ? null : original === undefined || original === null || original.deleted ? 'gone' : original;
    rows.push({ kind: 'message', key: message.id, message, head, quoted });
    last = message;
  }
  for (const item of sending) rows.push({ kind: 'sending', key: `sending ${item.key}`, item });
  return rows;
}
