import { Image } from 'lucide-react';
import { lazy, Suspense, useId, useState, type ComponentType } from 'react';
import type { CameraBackground } from '@/sdk/background/camera_background';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import css from './backgrounds.module.css';

type Parts = typeof import('@/features/background/parts');

function part<P>(pick: (parts: Parts) => ComponentType<P>) {
  return lazy(async () => {
    const parts = await import('@/features/background/parts');
    await parts.loadLaterWords();
    return { default: pick(parts) };
  });
}

const Picker = part((parts) => parts.BackgroundPicker);
const Status = part((parts) => parts.BackgroundStatus);
const Notice = part((parts) => parts.BackgroundNotice);

interface Props {
  readonly background: CameraBackground;
}

/** The choices, where one chooses. */
export function BackgroundChoices({ background }: Props) {
  const state = useStore(background.state);
  return (
    <Suspense fallback={<div className={css.awaited} />}>
      <Picker state={state} onChoose={(choice) => background.choose(choice)} />
    </Suspense>
  );
}

/** Under the picture before the call: one button, unless there is something to say already. */
export function LobbyBackground({ background }: Props) {
  const t = useWords();
  const id = useId();
  const state = useStore(background.state);
  const [open, setOpen] = useState(false);
  const shown = open || state.at === 'failed';
  return (
    <div className={css.lobby}>
      <Button look="quiet" icon={<Image aria-hidden="true" />} aria-expanded={shown} aria-controls={id} onClick={() => setOpen(!shown)}>
        {t('background.title')}
      </Button>
      <div id={id} hidden={!shown}>
        {shown && <BackgroundChoices background={background} />}
      </div>
    </div>
  );
}

/** Where one's own picture would be, while it is held back. */
export function BackgroundInstead({ background }: Props) {
  const state = useStore(background.state);
  if (state.at !== 'loading' && state.at !== 'failed') return null;
  return (
    <Suspense fallback={null}>
      <Status state={state} onChoose={(choice) => background.choose(choice)} />
    </Suspense>
  );
}

/** In the call: what is the matter with it, if anything is. */
export function BackgroundNotices({ background }: Props) {
  const state = useStore(background.state);
  const silent = state.at === 'idle' || (state.at === 'off' && state.trouble === null) || (state.at === 'on' && !state.slow);
  if (silent) return null;
  return (
    <Suspense fallback={null}>
      <Notice state={state} onChoose={(choice) => background.choose(choice)} />
    </Suspense>
  );
}

/** In the call, two presses away. */
export function BackgroundDialog({ background, onClose }: Props & { readonly onClose: () => void }) {
  const t = useWords();
  return (
    <Dialog title={t('background.title')} onClose={onClose}>
      <BackgroundChoices background={background} />
    </Dialog>
  );
}
