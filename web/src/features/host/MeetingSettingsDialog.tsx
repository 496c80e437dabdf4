import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { Dialog } from '@/shared/ui/Dialog';
import { MeetingForm } from '@/shared/ui/MeetingForm';

/** What was settled at the making of the meeting, from within it. */
export function MeetingSettingsDialog({ meeting, state, onClose }: { meeting: Meeting; state: MeetingState; onClose: () => void }) {
  const t = useWords();
  return (
    <Dialog title={t('ownMeeting.title')} onClose={onClose}>
      <MeetingForm from={state.meeting} placeholder={state.meeting.link} save={t('ownMeeting.save')} onSave={(settings) => meeting.setSettings(settings)} onSaved={onClose} />
    </Dialog>
  );
}
