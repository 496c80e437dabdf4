import { Image } from 'lucide-react';
import type { Background } from '@/sdk/background/choice';
import type { BackgroundState } from '@/sdk/background/machine';
import { Notice } from '@/shared/ui/Notice';
import { Remedies, useStatusWords } from './BackgroundStatus';

/** The same in the call, over the stage: a picture that stands still is to be known of at once. */
export function BackgroundNotice({ state, onChoose }: { state: BackgroundState; onChoose: (background: Background) => void }) {
  const words = useStatusWords(state);
  if (words === '') return null;
  return (
    <Notice
      look={state.at === 'failed' ? 'bad' : state.at === 'loading' ? 'plain' : 'warn'}
      icon={<Image aria-hidden="true" />}
      {...(state.at === 'failed' ? { action: <Remedies state={state} onChoose={onChoose} /> } : {})}
    >
      {words}
    </Notice>
  );
}
