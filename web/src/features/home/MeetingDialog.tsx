import { useState } from 'react';
import type { Done, MeetingSettings } from '@/sdk/meeting/desk';
import type { MeetingInfo } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { MeetingForm, USUAL } from '@/shared/ui/MeetingForm';
import css from './Form.module.css';

export { loadDeskWords } from '@/shared/desk_words';
export { loadLaterWords } from '@/shared/later_words';

interface Props {
  readonly meeting: MeetingInfo;
  readonly onSave: (settings: MeetingSettings) => Promise<Done<null>>;
  readonly onNewLink: () => Promise<Done<null>>;
  readonly onClose: () => void;
}

/** What the owner of a meeting may settle before it begins. */
export function MeetingDialog({ meeting, onSave, onNewLink, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog title={t('ownMeeting.title')} onClose={onClose}>
      <MeetingForm from={meeting} placeholder={meeting.link} save={t('ownMeeting.save')} onSave={onSave} onSaved={onClose}>
        {meeting.state !== 'on' && <NewLink onNewLink={onNewLink} />}
      </MeetingForm>
    </Dialog>
  );
}

function NewLink({ onNewLink }: { onNewLink: () => Promise<Done<null>> }) {
  const t = useWords();
  const [said, setSaid] = useState('');
  return (
    <div className={css.aside}>
      <Button onClick={() => void onNewLink().then((done) => setSaid(done.ok ? t('plan.linkReplaced') : t('ownMeeting.failed')))}>{t('plan.newLink')}</Button>
      <p role="status">{said === '' ? t('plan.newLinkHint') : said}</p>
    </div>
  );
}

interface NewProps {
  readonly onMake: (settings: MeetingSettings) => Promise<Done<string>>;
  readonly onMade: (link: string) => void;
  readonly onClose: () => void;
}

/** A meeting that is no usual one. */
export function NewMeetingDialog({ onMake, onMade, onClose }: NewProps) {
  const t = useWords();
  const make = async (settings: MeetingSettings): Promise<Done<string>> => {
    const made = await onMake(settings);
    if (made.ok) onMade(made.value);
    return made;
  };
  return (
    <Dialog title={t('plan.newTitle')} onClose={onClose}>
      <MeetingForm from={USUAL} placeholder="" save={t('plan.start')} onSave={make} onSaved={onClose} />
    </Dialog>
  );
}
