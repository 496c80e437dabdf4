import { History } from 'lucide-react';
import { useState } from 'react';
import type { BoardName } from '@/sdk/meeting/boards';
import type { Meeting } from '@/sdk/meeting/meeting';
import { announcer } from '../announcer';
import { useWords } from '../i18n';
import { carryOut } from '../refusal';
import { Confirm } from './Confirm';
import { RoundButton } from './RoundButton';

/** For who may change the settings: a page has put something shorter in the place of what was written, and it lacked something. */
export function RestoreBoard({ meeting, board }: { meeting: Meeting; board: BoardName }) {
  const t = useWords();
  const [asking, setAsking] = useState(false);
  const restore = async (): Promise<void> => {
    if (await carryOut(meeting.boards.restore(board))) announcer.say(t('boards.restored'), { shown: true });
  };
  return (
    <>
      <RoundButton small look="ghost" tipAt="below" label={t('boards.restore')} icon={<History aria-hidden="true" />} data-control={`restore-${board}`} onClick={() => setAsking(true)} />
      {asking && <Confirm title={t('boards.restoreTitle')} hint={t('boards.restoreHint')} choices={[{ label: t('boards.restoreDo'), look: 'primary', onChoose: () => void restore() }]} onClose={() => setAsking(false)} />}
    </>
  );
}
