import type { ReactNode } from 'react';
import type { EndReason } from '@/sdk/join/machine';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Message } from '@/shared/ui/Message';

interface Props {
  readonly why: EndReason;
  readonly minutes: number;
  /** Something was written, and is still there. */
  readonly chatKept?: boolean;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
  /** null: there is no chat that is still ours to read. */
  readonly onChat?: (() => void) | null;
  /** Asks how it was; undefined: whoever sees this has nothing to say about it. */
  readonly rating?: ReactNode;
}

export function Ended({ why, minutes, chatKept = false, onRejoin, onHome, onChat = null, rating }: Props) {
  const t = useWords();
  const detail = why === 'left' && minutes < 1 ? '' : t(`ended.${why}.detail`, { minutes });
  const final = why === 'closed' || why === 'banned';
  return (
    <Message title={t(`ended.${why}.title`)} detail={detail} below={rating} {...(chatKept && why === 'left' ? { note: t('ended.chatKept') } : {})}>
      {!final && (
        <Button look="primary" size="large" onClick={onRejoin}>
          {why === 'duplicate' ? t('ended.useHere') : why === 'denied' ? t('problem.askAgain') : t('ended.rejoin')}
        </Button>
      )}
      {onChat !== null && (
        <Button look="plain" size="large" data-control="chat" onClick={onChat}>
          {t('ended.chat')}
        </Button>
      )}
      <Button look={final ? 'primary' : 'plain'} size="large" onClick={onHome}>
        {t('ended.home')}
      </Button>
    </Message>
  );
}
