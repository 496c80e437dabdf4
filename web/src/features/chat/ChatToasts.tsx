import { useEffect, useRef } from 'react';
import type { Chat } from '@/sdk/meeting/meeting';
import { announcer } from '@/shared/announcer';
import { useWords } from '@/shared/i18n';
import { quoteOf } from './quote';

/** A glance at what is written while the chat is closed; open, it is read there. */
export function ChatToasts({ chat, open }: { chat: Chat; open: boolean }) {
  const t = useWords();
  const last = chat.messages.at(-1);
  const before = useRef({ unread: chat.unread, id: last?.id });
  useEffect(() => {
    const { unread, id } = before.current;
    before.current = { unread: chat.unread, id: last?.id };
    if (last === undefined || last.id === id || last.is_mine || last.deleted || chat.unread <= unread) return;
    announcer.say(t(last.to === null ? 'chat.toast' : 'chat.toastPrivate', { name: last.from_name, text: quoteOf(last) }), { shown: !open });
  }, [chat.unread, last, open, t]);
  return null;
}
