import type { Meeting } from '@/sdk/meeting/meeting';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Confirm } from '@/shared/ui/Confirm';

export function EndForAll({ meeting, count, onClose }: { meeting: Meeting; count: number; onClose: () => void }) {
  const t = useWords();
  return <Confirm title={t('host.endAsk')} hint={t('host.endHint', { count })} choices={[{ label: t('host.end'), onChoose: () => void carryOut(meeting.endForAll()) }]} onClose={onClose} />;
}
