import type { Captions as Heard } from '@/sdk/captions';
import type { CaptionSize } from '@/sdk/preferences';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import css from './Captions.module.css';

export { loadLaterWords } from '@/shared/later_words';

interface Props {
  readonly captions: Heard;
  readonly size: CaptionSize;
  readonly nameOf: (identity: string) => string;
}

/** As many as are read at a glance. */
const SHOWN = 3;

/** What is said, in writing. Always as high, so that nothing jumps when somebody begins to speak. */
export function Captions({ captions: { lines }, size, nameOf }: Props) {
  const t = useWords();
  return (
    <section className={cx(css.captions, css[size])} aria-label={t('captions.title')}>
      {/* Words change while they are spoken; whoever listens gets each sentence once, when it is finished. */}
      <div className={css.lines} aria-hidden="true">
        {lines.slice(-SHOWN).map(({ id, speaker, text }) => (
          <p key={id} className={css.line} data-caption={speaker}>
            <bdi className={css.name}>{nameOf(speaker)}</bdi> <bdi>{text}</bdi>
          </p>
        ))}
      </div>
      <div className="visually-hidden" aria-live="polite">
        {lines
          .filter(({ finished }) => finished)
          .map(({ id, speaker, text }) => (
            <p key={id}>{t('captions.said', { name: nameOf(speaker), text })}</p>
          ))}
      </div>
      {lines.length === 0 && <p className={css.quiet}>{t('captions.quiet')}</p>}
    </section>
  );
}
