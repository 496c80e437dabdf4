import { Camera, Lock, RotateCw, SlidersHorizontal, VideoOff } from 'lucide-react';
import type { BrowserFamily } from '../browser_family';
import { useWords } from '../i18n';
import css from './PermissionHelp.module.css';

export { loadLaterWords } from '../later_words';

/** Where permission lives in this very browser: a drawing of its address bar, and the steps. */
export function PermissionHelp({ family, host }: { family: BrowserFamily; host: string }) {
  const t = useWords();
  const Mark = family === 'firefox' ? VideoOff : family === 'safari' ? Camera : SlidersHorizontal;
  return (
    <div className={css.help}>
      <div className={css.address} aria-hidden="true">
        <RotateCw className={css.reload} />
        <span className={css.box}>
          <span className={css.mark}>
            <Mark />
          </span>
          {family === 'safari' && <Lock className={css.lock} />}
          <span className={css.host}>{host}</span>
        </span>
      </div>
      <ol className={css.steps}>
        {[t(`permission.${family}.1`), t(`permission.${family}.2`), t('permission.last')].map((step, i) => (
          <li key={step}>
            <span className={css.number} aria-hidden="true">
              {i + 1}
            </span>
            {step}
          </li>
        ))}
      </ol>
    </div>
  );
}
