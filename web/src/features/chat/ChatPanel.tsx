import { ArrowDown, MessageSquare } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Chat, Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState, Message } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { cx } from '@/shared/cx';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Confirm } from '@/shared/ui/Confirm';
import { Empty } from '@/shared/ui/Empty';
import { VirtualList, type ListHandle } from '@/shared/ui/VirtualList';
import css from './ChatPanel.module.css';
import { Composer } from './Composer';
import { frameOf } from './frame';
import { MessageRow, SendingRow } from './MessageRow';
import { quoteOf } from './quote';
import { chatRows, type ChatRow } from './rows';
import { useDrop } from './use_drop';

interface Props {
  readonly meeting: Meeting;
  readonly chat: Chat;
  readonly state: MeetingState;
  /** To whom alone we write; null: to everybody. */
  readonly to: string | null;
  readonly onTo: (id: string | null) => void;
  /** It is over: to be read alone. */
  readonly past?: boolean;
}

const CHARACTERS_IN_A_LINE = 38;

function heightOf(files: Message['files']): number {
  return files.reduce((sum, file) => sum + 8 + (frameOf(file)?.height ?? 52), 0);
}

/** About as high as it will be: the fewer corrections, the steadier the scrolling. */
function estimate(row: ChatRow): number {
  if (row.kind !== 'message') return 44;
  const lines = Math.max(1, Math.ceil(row.message.text.length / CHARACTERS_IN_A_LINE));
  return 8 + lines * 21 + (row.head ? 30 : 0) + (row.quoted === null ? 0 : 44) + heightOf(row.message.files);
}

export function ChatPanel({ meeting, chat, state, to, onTo, past = false }: Props) {
  const t = useWords();
  const locale = useStore(language);
  const { messages, sending, loading, more, unread } = chat;
  const rows = useMemo(() => chatRows({ messages, sending, loading }), [messages, sending, loading]);
  const [atEnd, setAtEnd] = useState(true);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const list = useRef<ListHandle>(null);

  useEffect(() => {
    void meeting.loadChat();
  }, [meeting]);
  useEffect(() => {
    if (atEnd && unread > 0) meeting.chatSeen();
  }, [meeting, atEnd, unread]);

  const onReply = useCallback(
    (message: Message) => {
      setReplyTo(message);
      // What was said in private is answered in private.
      if (message.to !== null) onTo(message.is_mine ? message.to : message.from);
    },
    [onTo],
  );
  const day = useMemo(() => new Intl.DateTimeFormat(locale, { dateStyle: 'full' }), [locale]);
  const time = useMemo(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }), [locale]);

  const fileUrl = useCallback((id: string) => meeting.fileUrl(id), [meeting]);
  const mayShare = may(state, 'share_files') && state.files !== null && (may(state, 'chat') || may(state, 'private_chat'));
  const drop = useDrop(mayShare ? (files) => meeting.attach(files) : null);

  const render = (row: ChatRow) => {
    switch (row.kind) {
      case 'older':
        return <p className={css.between}>{t('chat.older')}</p>;
      case 'day':
        return <p className={css.between}>{day.format(new Date(row.at))}</p>;
      case 'sending':
        return (
          <SendingRow
            text={row.item.text}
            files={row.item.files.map(({ name }) => name)}
            toName={row.item.to === null ? null : (state.participants.find(({ id }) => id === row.item.to)?.name ?? '')}
            failed={row.item.failed}
            onRetry={() => void carryOut(meeting.resend(row.item.key))}
            onDiscard={() => meeting.discard(row.item.key)}
          />
        );
      case 'message': {
        const { message } = row;
        return (
          <MessageRow
            message={message}
            head={row.head}
            quoted={row.quoted}
            time={time}
            fileUrl={fileUrl}
            editing={editing === message.id}
            mayReply={may(state, message.to === null ? 'chat' : 'private_chat')}
            mayEdit={message.is_mine && may(state, message.to === null ? 'chat' : 'private_chat')}
            mayDelete={(message.is_mine && !past) || may(state, 'moderate_chat')}
            onReply={onReply}
            onEdit={setEditing}
            onSave={(text) => carryOut(meeting.edit(message.id, text))}
            onDelete={setDeleting}
          />
        );
      }
    }
  };
  return (
    <div className={css.panel} {...drop.handlers}>
      {drop.over && <p className={css.dropHere}>{t('chat.dropHere')}</p>}
      {rows.length === 0 ? (
        loading ? (
          <p className={cx(css.between, css.loading)} role="status">
            {t('panel.loading')}
          </p>
        ) : (
          <Empty icon={<MessageSquare aria-hidden="true" />} title={t('chat.empty')} hint={t('chat.emptyHint')} />
        )
      ) : (
        <div className={css.log}>
          <VirtualList
            fromEnd
            handle={list}
            className={css.list}
            items={rows}
            keyOf={(row) => row.key}
            estimate={estimate}
            render={render}
            label={t('chat.log')}
            onScroll={(at) => {
              setAtEnd(at.end);
              if (at.start && more && !loading) void meeting.loadOlder();
            }}
          />
          {!atEnd && (
            <button type="button" className={css.pill} onClick={() => list.current?.toEnd()}>
              <ArrowDown aria-hidden="true" />
              {unread > 0 ? t('chat.new', { count: unread }) : t('chat.latest')}
            </button>
          )}
        </div>
      )}
      {!past && (
        <Composer
          attachments={chat.attachments}
          onAttach={(files) => meeting.attach(files)}
          onDetach={(key) => meeting.detach(key)}
          onRetryAttachment={(key) => meeting.retryAttachment(key)}
          state={state}
          to={to}
          onTo={onTo}
          replyTo={replyTo}
          onStopReply={() => setReplyTo(null)}
          onSend={(text, recipient) => {
            void carryOut(meeting.send(text, recipient, replyTo?.id ?? null));
            setReplyTo(null);
            list.current?.toEnd();
          }}
        />
      )}
      {deleting !== null && (
        <Confirm
          title={t('chat.deleteAsk')}
          hint={
            <>
              <q>{quoteOf(deleting)}</q> {t('chat.deleteHint')}
            </>
          }
          choices={[{ label: t('chat.delete'), onChoose: () => void carryOut(meeting.deleteMessage(deleting.id)) }]}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  );
}
