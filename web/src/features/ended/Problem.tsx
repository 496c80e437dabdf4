import { Link2Off, ServerOff, ShieldAlert, Sparkles, Unplug } from 'lucide-react';
import type { JoinProblem } from '@/sdk/join/machine';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Message } from '@/shared/ui/Message';

const ICONS = {
  'server-away': Unplug,
  refused: ShieldAlert,
  'media-blocked': ServerOff,
  'page-outdated': Sparkles,
  'bad-link': Link2Off,
} as const;

interface Props {
  readonly problem: JoinProblem | { readonly kind: 'bad-link' };
  readonly onRetry: () => void;
  readonly onHome: () => void;
}

/** What happened, what we did about it, what you can do. The server's own words go before ours. */
export function Problem({ problem, onRetry, onHome }: Props) {
  const t = useWords();
  const Icon = ICONS[problem.kind];
  const own = problem.kind === 'refused' ? problem : null;
  return (
    <Message
      icon={<Icon aria-hidden="true" />}
      title={own !== null && own.title !== '' ? own.title : t(`problem.${problem.kind}.title`)}
      detail={own !== null && own.detail !== '' ? own.detail : t(`problem.${problem.kind}.detail`)}
      {...(own === null ? {} : { note: t('problem.status', { status: own.status }) })}
    >
      <Button look="primary" size="large" onClick={problem.kind === 'bad-link' ? onHome : onRetry}>
        {t(`problem.${problem.kind}.action`)}
      </Button>
      {problem.kind !== 'bad-link' && (
        <Button size="large" onClick={onHome}>
          {t('problem.home')}
        </Button>
      )}
    </Message>
  );
}
