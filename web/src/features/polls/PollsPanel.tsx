import { ChartColumn, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Empty } from '@/shared/ui/Empty';
import { PollCard } from './PollCard';
import { PollForm } from './PollForm';
import css from './Polls.module.css';

/** The newest first. Who may not ask sees no drafts: the server sends them none. */
export function PollsPanel({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const t = useWords();
  const [writing, setWriting] = useState(false);
  const runs = may(state, 'create_poll');
  const polls = [...state.polls].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <>
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('panel.polls')}>
        {writing && <PollForm onCreate={(poll) => carryOut(meeting.createPoll(poll))} onClose={() => setWriting(false)} />}
        {polls.map((poll) => (
          <PollCard key={poll.id} poll={poll} meeting={meeting} state={state} />
        ))}
        {polls.length === 0 && !writing && <Empty icon={<ChartColumn aria-hidden="true" />} title={t('polls.empty')} hint={t(runs ? 'polls.emptyHint' : 'polls.emptyWait')} />}
      </div>
      {runs && !writing && (
        <footer className={css.footer}>
          <Button icon={<Plus aria-hidden="true" />} onClick={() => setWriting(true)}>
            {t('polls.new')}
          </Button>
        </footer>
      )}
    </>
  );
}
