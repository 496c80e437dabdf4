import { ChatPanel } from '@/features/chat/ChatPanel';
import type { Meeting } from '@/sdk/meeting/meeting';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { Dialog } from '@/shared/ui/Dialog';
import css from './PastChat.module.css';

const nobody = (): void => undefined;

/** The chat after the meeting: to be read, and its files to be saved, by who was there. */
export function PastChat({ meeting, onClose }: { meeting: Meeting; onClose: () => void }) {
  const t = useWords();
  const { state, chat, away } = useStore(meeting.view);
  return (
    <Dialog title={t('chat.past')} onClose={onClose}>
      <div className={css.chat}>
        {state === null ? (
          <p className={css.none} role="status">
            {away ? t('refused.not_found') : t('panel.loading')}
          </p>
        ) : (
          <ChatPanel meeting={meeting} chat={chat} state={{ ...state, me: { ...state.me, capabilities: [] } }} to={null} onTo={nobody} past />
        )}
      </div>
    </Dialog>
  );
}
