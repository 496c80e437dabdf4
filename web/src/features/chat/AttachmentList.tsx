import { Paperclip, RotateCcw, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Attachment } from '@/sdk/meeting/attachments';
import type { FileLimits } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords, type Translate } from '@/shared/i18n';
import { wordsFor } from '@/shared/refusal';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './Files.module.css';
import { sizeOf } from './size';

interface Props {
  readonly attachments: readonly Attachment[];
  readonly limits: FileLimits;
  readonly onDrop: (key: string) => void;
  readonly onRetry: (key: string) => void;
}

/** The files of the message that is being written, and how far they are. */
export function AttachmentList({ attachments, limits, onDrop, onRetry }: Props) {
  const t = useWords();
  const locale = useStore(language);
  const told = useRef(new Map<string, string>());
  useEffect(() => {
    for (const one of attachments) {
      if (told.current.get(one.key) === one.state) continue;
      told.current.set(one.key, one.state);
      if (one.state === 'ready') announcer.say(t('chat.fileReady', { name: one.name }));
      if (one.refusal !== null) announcer.say(`${one.name}: ${whyOf(one, limits, locale, t)}`);
    }
  }, [attachments, limits, locale, t]);
  if (attachments.length === 0) return null;
  return (
    <ul className={css.attachments} aria-label={t('chat.attachments')}>
      {attachments.map((one) => (
        <li key={one.key} className={css.attachment} data-state={one.state}>
          <Paperclip className={css.icon} aria-hidden="true" />
          <span className={css.facts}>
            <bdi className={css.name}>{one.name}</bdi>
            {one.refusal !== null ? (
              <span className={css.bad}>{whyOf(one, limits, locale, t)}</span>
            ) : one.state === 'ready' ? (
              <span className={css.size}>{sizeOf(one.size, locale)}</span>
            ) : (
              <progress aria-label={t('chat.uploading', { name: one.name })} max={1} value={one.progress} />
            )}
          </span>
          {one.state === 'failed' && <RoundButton small look="ghost" label={t('chat.retryFile', { name: one.name })} icon={<RotateCcw aria-hidden="true" />} onClick={() => onRetry(one.key)} />}
          <RoundButton small look="ghost" label={t('chat.dropFile', { name: one.name })} icon={<X aria-hidden="true" />} onClick={() => onDrop(one.key)} />
        </li>
      ))}
    </ul>
  );
}

function whyOf({ refusal }: Attachment, limits: FileLimits, locale: string, t: Translate): string {
  if (refusal === null) return '';
  switch (refusal.code) {
    case 'too_large':
      return t('chat.fileTooLarge', { size: sizeOf(limits.max_bytes, locale) });
    case 'wrong_kind':
      return t('chat.fileWrongKind');
    case 'no_room':
      return t('chat.fileNoRoom');
    case 'empty':
      return t('chat.fileEmpty');
    case 'too_many_files':
      return t('chat.fileTooMany', { count: limits.max_per_message });
    default:
      return wordsFor(refusal);
  }
}
