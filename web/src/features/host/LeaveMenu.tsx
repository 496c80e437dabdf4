import { DoorOpen, PhoneOff } from 'lucide-react';
import { useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { Menu } from '@/shared/ui/Menu';
import { EndForAll } from './EndForAll';

interface Props {
  readonly meeting: Meeting;
  readonly state: MeetingState;
  readonly className: string | undefined;
  readonly onLeave: () => void;
  readonly onOpenChange: (open: boolean) => void;
}

/** Leaving and ending are two different things, and a host can do both. */
export function LeaveMenu({ meeting, state, className, onLeave, onOpenChange }: Props) {
  const t = useWords();
  const [ending, setEnding] = useState(false);
  return (
    <>
      <Menu
        label={t('controls.leave')}
        icon={<PhoneOff aria-hidden="true" />}
        look="danger"
        className={className}
        control="leave"
        at="end"
        items={[
          { label: t('host.leave'), icon: <DoorOpen aria-hidden="true" />, onSelect: onLeave },
          { label: t('host.end'), icon: <PhoneOff aria-hidden="true" />, onSelect: () => setEnding(true) },
        ]}
        onOpenChange={onOpenChange}
      />
      {ending && <EndForAll meeting={meeting} count={state.participants.length} onClose={() => setEnding(false)} />}
    </>
  );
}
