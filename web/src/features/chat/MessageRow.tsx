import { Lock, Pencil, Reply, Trash2 } from 'lucide-react';
import { memo, useState } from 'react';
import type { Message } from '@/sdk/meeting/types';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { Avatar } from '@/shared/ui/Avatar';
import { Button } from '@/shared/ui/Button';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextArea } from '@/shared/ui/TextArea';
import css from './ChatPanel.module.css';
import { Files } from './Files';
import { quoteOf } from './quote';
import { LONGEST } from './Composer';
import { linkify } from './links';

interface Props {
  readonly message: Message;
  readonly head: boolean;
  readonly quoted: Message | 'gone' | null;
  readonly time: Intl.DateTimeFormat;
  readonly fileUrl: (id: string) => string;
  readonly editing: boolean;
  readonly mayReply: boolean;
  readonly mayEdit: boolean;
  readonly mayDelete: boolean;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (id: string | null) => void;
  readonly onSave: (text: string) => Promise<boolean>;
  readonly onDelete: (message: Message) => void;
}

/** A touch gives it the focus, and with it what can be done about it. */
export const MessageRow = memo(function MessageRow(props: Props) {
  const t = useWords();
  const { message, head, quoted, time, editing, onEdit } = props;
  const { from, from_name, is_mine, deleted } = message;
  const isPrivate = message.to !== null;
  const name = is_mine ? t('nameAndYou', { name: from_name }) : from_name;
  return (
    <article tabIndex={-1} className={cx(css.message, head && css.first, isPrivate && css.private)} aria-label={`${name}, ${time.format(new Date(message.at))}`}>
      {head && (
        <header className={css.head}>
          <span className={css.face}>
            <Avatar id={from} name={from_name} />
          </span>
          <bdi className={css.name}>{name}</bdi>
          <time className="tabular" dateTime={message.at}>
            {time.format(new Date(message.at))}
          </time>
        </header>
      )}
      {head && isPrivate && (
        <p className={css.privately}>
          <Lock aria-hidden="true" />
          {is_mine ? t('chat.privateTo', { name: message.to_name ?? '' }) : t('chat.privateFrom', { name: from_name })}
        </p>
      )}
      {quoted !== null && (
        <blockquote className={css.quote} dir="auto">
          {quoted === 'gone' ? (
            t('chat.gone')
          ) : (
            <>
              <strong>{quoted.from_name}</strong> {quoteOf(quoted)}
            </>
          )}
        </blockquote>
      )}
      {editing ? (
        <Edit text={message.text} onSave={props.onSave} onClose={() => onEdit(null)} />
      ) : deleted ? (
        <p className={css.deleted}>{t('chat.deleted')}</p>
      ) : (
        <>
          {message.text !== '' && (
            <p className={css.text} dir="auto">
              {linkify(message.text).map((piece, i) =>
                piece.href === null ? (
                  piece.text
                ) : (
                  <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer">
                    {piece.text}
                  </a>
                ),
              )}
              {message.edited_at !== null && <span className={css.edited}> {t('chat.edited')}</span>}
            </p>
          )}
          {message.files.length > 0 && <Files files={message.files} urlOf={props.fileUrl} />}
        </>
      )}
      {!deleted && !editing && (
        <div className={css.acts}>
          {props.mayReply && <RoundButton small look="ghost" label={t('chat.replyTo', { name: from_name })} icon={<Reply aria-hidden="true" />} onClick={() => props.onReply(message)} />}
          {props.mayEdit && <RoundButton small look="ghost" label={t('chat.edit')} icon={<Pencil aria-hidden="true" />} onClick={() => onEdit(message.id)} />}
          {props.mayDelete && <RoundButton small look="ghost" label={t('chat.delete')} icon={<Trash2 aria-hidden="true" />} onClick={() => props.onDelete(message)} />}
        </div>
      )}
    </article>
  );
});

function Edit({ text, onSave, onClose }: { text: string; onSave: (text: string) => Promise<boolean>; onClose: () => void }) {
  const t = useWords();
  const [next, setNext] = useState(text);
  const save = async (): Promise<void> => {
    const wanted = next.trim();
    if (wanted === '') return;
    if (wanted === text || (await onSave(wanted))) onClose();
  };
  return (
    <form
      className={css.edit}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onClose();
        }
        if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
          event.preventDefault();
          void save();
        }
      }}
    >
      <TextArea label={t('chat.editLabel')} labelHidden autoFocus maxLength={LONGEST} value={next} onChange={(event) => setNext(event.target.value)} />
      <div className={css.editActs}>
        <Button look="quiet" onClick={onClose}>
          {t('panel.cancel')}
        </Button>
        <Button type="submit">{t('panel.save')}</Button>
      </div>
    </form>
  );
}

export function SendingRow({ text, files, toName, failed, onRetry, onDiscard }: { text: string; files: readonly string[]; toName: string | null; failed: boolean; onRetry: () => void; onDiscard: () => void }) {
  const t = useWords();
  return (
    <article className={cx(css.message, css.first, toName !== null && css.private)}>
      {toName !== null && (
        <p className={css.privately}>
          <Lock aria-hidden="true" />
          {t('chat.privateTo', { name: toName })}
        </p>
      )}
      <p className={cx(css.text, css.pending)} dir="auto">
        {[text, ...files].filter((line) => line !== '').join('\n')}
      </p>
      {failed ? (
        <div className={css.failed}>
          <span>{t('chat.failed')}</span>
          <Button look="quiet" onClick={onRetry}>
            {t('chat.retry')}
          </Button>
          <Button look="quiet" onClick={onDiscard}>
            {t('chat.discard')}
          </Button>
        </div>
      ) : (
        <p className={css.edited}>{t('chat.sending')}</p>
      )}
    </article>
  );
}
