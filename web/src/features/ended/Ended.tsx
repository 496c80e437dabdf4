import type { EndReason } from '@/sdk/join/machine';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Message } from '@/shared/ui/Message';

interface Props {
  readonly why: EndReason;
  readonly minutes: number;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
}

export function Ended({ why, minutes, onRejoin, onHome }: Props) {
  const t = useWords();
  const detail = why === 'left' && minutes < 1 ? '' : t(`ended.${why}.detail`, { minutes });
  return (
    <Message title={t(`ended.${why}.title`)} detail={detail}>
      {why !== 'closed' && (
        <Button look="primary" size="large" onClick={onRejoin}>
          {why === 'duplicate' ? t('ended.useHere') : t('ended.rejoin')}
        </Button>
      )}
      <Button look={why === 'closed' ? 'primary' : 'plain'} size="large" onClick={onHome}>
        {t('ended.home')}
      </Button>
    </Message>
  );
}
