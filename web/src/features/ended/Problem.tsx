import { Ban, CalendarOff, DoorClosed, Hourglass, Link2Off, Lock, ServerOff, ShieldAlert, Sparkles, Unplug, UsersRound } from 'lucide-react';
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
  banned: Ban,
  denied: DoorClosed,
  full: UsersRound,
  locked: Lock,
  over: CalendarOff,
  too_many: Hourglass,
} as const;
type What = keyof typeof ICONS;

/** The server's words for programs that we have words for, in every language. */
const CODES: Readonly<Record<string, What>> = {
  banned: 'banned',
  denied: 'denied',
  full: 'full',
  locked: 'locked',
  over: 'over',
  too_many: 'too_many',
  not_found: 'bad-link',
};
/** Trying again leads to the same. */
const FINAL: ReadonlySet<What> = new Set<What>(['bad-link', 'banned', 'over']);

interface Props {
  readonly problem: JoinProblem | { readonly kind: 'bad-link' };
  readonly onRetry: () => void;
  readonly onHome: () => void;
}

/** What happened, what we did about it, what you can do. What we have no words for is told in the server's own. */
export function Problem({ problem, onRetry, onHome }: Props) {
  const t = useWords();
  const what = problem.kind === 'refused' ? (CODES[problem.code] ?? 'refused') : problem.kind;
  const Icon = ICONS[what];
  const own = problem.kind === 'refused' && what === 'refused' ? problem : null;
  const final = FINAL.has(what);
  return (
    <Message
      icon={<Icon aria-hidden="true" />}
      title={own !== null && own.title !== '' ? own.title : t(`problem.${what}.title`)}
      detail={own !== null && own.detail !== '' ? own.detail : t(`problem.${what}.detail`)}
      {...(own === null ? {} : { note: t('problem.status', { status: own.status }) })}
    >
      {!final && (
        <Button look="primary" size="large" onClick={onRetry}>
          {what === 'page-outdated' ? t('problem.reload') : what === 'denied' ? t('problem.askAgain') : t('problem.again')}
        </Button>
      )}
      <Button look={final ? 'primary' : 'plain'} size="large" onClick={onHome}>
        {t('problem.home')}
      </Button>
    </Message>
  );
}
