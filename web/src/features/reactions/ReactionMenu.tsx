import { SmilePlus } from 'lucide-react';
import type { Meeting } from '@/sdk/meeting/meeting';
import { REACTIONS } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Menu } from '@/shared/ui/Menu';
import { reactionName } from './names';

export function ReactionMenu({ meeting, onOpenChange }: { meeting: Meeting; onOpenChange: (open: boolean) => void }) {
  const t = useWords();
  return (
    <Menu
      label={t('react.open')}
      icon={<SmilePlus aria-hidden="true" />}
      control="react"
      inLine
      items={REACTIONS.map((emoji) => ({ label: reactionName(emoji, t), icon: <span aria-hidden="true">{emoji}</span>, onSelect: () => void carryOut(meeting.react(emoji)) }))}
      onOpenChange={onOpenChange}
    />
  );
}
