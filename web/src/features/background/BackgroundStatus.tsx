import type { Background } from '@/sdk/background/choice';
import type { BackgroundState } from '@/sdk/background/machine';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import css from './BackgroundStatus.module.css';

interface Props {
  readonly state: BackgroundState;
  readonly onChoose: (background: Background) => void;
}

/** How it goes with the chosen background, where that is not as it should be. */
export function BackgroundStatus({ state, onChoose }: Props) {
  const t = useWords();
  const words = useStatusWords(state);
  return (
    <div className={css.status} data-background={state.at}>
      <p className={state.at === 'loading' ? undefined : css.trouble} role="status">
        {words}
      </p>
      {state.at === 'loading' && <progress className={css.progress} value={state.part} aria-label={t('backgrounds.loading')} />}
      {state.at === 'failed' && <Remedies state={state} onChoose={onChoose} />}
    </div>
  );
}

export function Remedies({ state, onChoose }: { state: Extract<BackgroundState, { at: 'failed' }>; onChoose: Props['onChoose'] }) {
  const t = useWords();
  return (
    <div className={css.remedies}>
      <Button onClick={() => onChoose(state.wanted)}>{t('device.tryAgain')}</Button>
      <Button onClick={() => onChoose('none')}>{t('backgrounds.showRoom')}</Button>
    </div>
  );
}

/** Empty if there is nothing to say. */
export function useStatusWords(state: BackgroundState): string {
  const t = useWords();
  switch (state.at) {
    case 'idle':
      return '';
    case 'off':
      return state.trouble === null ? '' : `${t(`backgrounds.trouble.${state.trouble}`)} ${t('backgrounds.asBefore')}`;
    case 'loading':
      return `${t('backgrounds.loading')} ${state.covered ? t('backgrounds.hidden') : t('backgrounds.untilThen')}`;
    case 'on':
      return state.slow ? t('backgrounds.slow') : '';
    case 'failed':
      return `${t(`backgrounds.trouble.${state.trouble}`)} ${t('backgrounds.paused')}`;
  }
}
