import { Hand } from 'lucide-react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { carryOut } from '@/shared/refusal';
import { bindings } from '@/shared/shortcuts';
import { RoundButton } from '@/shared/ui/RoundButton';
import { handQueue } from './queue';

/** Raised, it shows whose turn comes before ours. */
export function HandButton({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const t = useWords();
  const keys = useStore(bindings);
  const raised = state.me.hand_at !== null;
  if (!raised && !may(state, 'raise_hand')) return null;
  const queue = handQueue(state);
  const place = queue.indexOf(state.me.participant) + 1;
  return (
    <RoundButton
      label={!raised ? t('hand.raise') : queue.length > 1 ? t('hand.lowerPlace', { place }) : t('hand.lower')}
      shortcut={keyName(keys.hand, t)}
      look={raised ? 'active' : 'plain'}
      badge={raised && queue.length > 1 ? String(place) : undefined}
      icon={<Hand aria-hidden="true" />}
      aria-pressed={raised}
      data-control="hand"
      onClick={() => void carryOut(meeting.raiseHand(!raised))}
    />
  );
}
