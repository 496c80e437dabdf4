import type { ReactNode } from 'react';
import type { BoardView } from '@/sdk/boards/board';
import { useWords } from '../i18n';
import { wordsFor } from '../refusal';
import { Button } from './Button';
import { Notice } from './Notice';

interface Props extends Pick<BoardView, 'away' | 'unsent' | 'trouble'> {
  readonly icons: { readonly away: ReactNode; readonly trouble: ReactNode };
  /** Another document began: to that one. */
  readonly onRenew: () => void;
}

/** What keeps a shared document from being shared right now. */
export function BoardNotice({ away, unsent, trouble, icons, onRenew }: Props) {
  const t = useWords();
  if (trouble === 'gone') {
    return (
      <Notice look="warn" icon={icons.trouble} action={<Button onClick={onRenew}>{t('boards.renew')}</Button>}>
        {t('boards.gone')}
      </Notice>
    );
  }
  if (trouble === 'full') return <Notice look="bad" icon={icons.trouble}>{t('boards.full')}</Notice>;
  if (trouble !== null) return <Notice look="bad" icon={icons.trouble}>{wordsFor(trouble)}</Notice>;
  if (away) return <Notice look="warn" icon={icons.away}>{unsent ? t('boards.awayUnsent') : t('boards.away')}</Notice>;
  return null;
}
