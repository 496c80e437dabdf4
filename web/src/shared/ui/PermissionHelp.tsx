import { Camera, Lock, RotateCw, SlidersHorizontal, VideoOff } from 'lucide-react';
import { t } from '../messages';
import css from './PermissionHelp.module.css';

export type BrowserFamily = 'chromium' | 'firefox' | 'safari';

export function browserFamily(userAgent: string): BrowserFamily {
  if (/firefox|fxios/i.test(userAgent)) return 'firefox';
  if (/safari/i.test(userAgent) && !/chrom(e|ium)|crios|edg/i.test(userAgent)) return 'safari';
  return 'chromium';
}

/** Where permission lives in this very browser: a drawing of its address bar, and the steps. */
export function PermissionHelp({ family, host }: { family: BrowserFamily; host: string }) {
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
        {t.device.steps[family].map((step, i) => (
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
