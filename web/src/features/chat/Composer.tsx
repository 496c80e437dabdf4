import { Lock, Paperclip, SendHorizontal, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Attachment } from '@/sdk/meeting/attachments';
import type { MeetingState, Message } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { RoundButton } from '@/shared/ui/RoundButton';
import { SelectField } from '@/shared/ui/SelectField';
import { TextArea } from '@/shared/ui/TextArea';
import { AttachmentList } from './AttachmentList';
import css from './ChatPanel.module.css';
import { quoteOf } from './quote';

/** As many characters as the server takes. */
export const LONGEST = 4000;
const COUNT_FROM = LONGEST - 200;

interface Props {
  readonly state: MeetingState;
  readonly to: string | null;
  readonly onTo: (id: string | null) => void;
  readonly replyTo: Message | null;
  readonly onStopReply: () => void;
  readonly onSend: (text: string, to: string | null) => void;
  readonly attachments: readonly Attachment[];
  readonly onAttach: (files: readonly File[]) => void;
  readonly onDetach: (key: string) => void;
  readonly onRetryAttachment: (key: string) => void;
}

/** What the clipboard calls a picture says nothing; two of them should not have one name. */
function named(file: File): File {
  if (file.name !== 'image.png') return file;
  return new File([file], `${new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')}.png`, { type: file.type });
}

export function Composer({ state, to, onTo, replyTo, onStopReply, onSend, attachments, onAttach, onDetach, onRetryAttachment }: Props) {
  const t = useWords();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const limits = may(state, 'share_files') ? state.files : null;
  const aloud = may(state, 'chat');
  const privately = may(state, 'private_chat');
  const others = state.participants.filter(({ id }) => id !== state.me.participant);
  // Who left cannot be written to.
  const recipient = to !== null && privately && others.some(({ id }) => id === to) ? to : aloud ? null : (others[0]?.id ?? null);
  useEffect(() => {
    if (to !== null || replyTo !== null) field.current?.focus();
  }, [to, replyTo]);

  if ((!aloud && !privately) || (!aloud && recipient === null)) return <p className={css.mayNot}>{t('chat.mayNot')}</p>;
  const onTheWay = attachments.some(({ state: at }) => at === 'waiting' || at === 'uploading');
  const canSend = !onTheWay && (text.trim() !== '' || attachments.some(({ state: at }) => at === 'ready'));
  const send = (): void => {
    const wanted = text.trim();
    if (!canSend) return;
    onSend(wanted, recipient);
    setText('');
  };
  const left = LONGEST - text.length;
  return (
    <form
      className={cx(css.composer, recipient !== null && css.private)}
      onSubmit={(event) => {
        event.preventDefault();
        send();
        field.current?.focus();
      }}
    >
      {privately && others.length > 0 && (
        <div className={css.to}>
          <SelectField
            label={t('chat.to')}
            {...(recipient === null ? {} : { icon: <Lock aria-hidden="true" /> })}
            value={recipient ?? ''}
            options={[...(aloud ? [{ value: '', label: t('chat.everybody') }] : []), ...others.map(({ id, name }) => ({ value: id, label: t('chat.privateTo', { name }) }))]}
            onChange={(next) => onTo(next === '' ? null : next)}
          />
        </div>
      )}
      {replyTo !== null && (
        <div className={css.replying}>
          <blockquote className={css.quote} dir="auto">
            <strong>{replyTo.from_name}</strong> {quoteOf(replyTo)}
          </blockquote>
          <RoundButton small look="ghost" label={t('chat.stopReply', { name: replyTo.from_name })} icon={<X aria-hidden="true" />} onClick={onStopReply} />
        </div>
      )}
      {limits !== null && <AttachmentList attachments={attachments} limits={limits} onDrop={onDetach} onRetry={onRetryAttachment} />}
      <div className={css.line}>
        {limits !== null && (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              accept={limits.endings.map((ending) => `.${ending}`).join(',')}
              data-control="files"
              onChange={(event) => {
                onAttach([...(event.target.files ?? [])]);
                // The same file again is another choice.
                event.target.value = '';
                field.current?.focus();
              }}
            />
            <RoundButton look="ghost" className={css.send ?? ''} label={t('chat.attach')} icon={<Paperclip aria-hidden="true" />} data-control="attach" onClick={() => picker.current?.click()} />
          </>
        )}
        <TextArea
          className={css.field}
          fieldRef={field}
          label={t('chat.write')}
          labelHidden
          placeholder={t('chat.write')}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            if (limits === null || files.length === 0) return;
            event.preventDefault();
            onAttach(files.map(named));
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              send();
            }
            if (event.key === 'Escape' && replyTo !== null) {
              event.preventDefault();
              event.stopPropagation();
              onStopReply();
            }
          }}
        />
        <RoundButton type="submit" look={canSend ? 'active' : 'plain'} className={css.send ?? ''} label={t('chat.send')} icon={<SendHorizontal aria-hidden="true" />} aria-disabled={!canSend} />
      </div>
      {text.length > COUNT_FROM && (
        <p className={css.left} role="status">
          {t('chat.left', { count: left })}
        </p>
      )}
    </form>
  );
}
