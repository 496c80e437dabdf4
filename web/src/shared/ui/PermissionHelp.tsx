import { Camera, Lock, RotateCw, SlidersHorizontal, VideoOff } from 'lucide-react';
import { useWords } from '../i18n';
import css from './PermissionHelp.module.css';

export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'android' | 'ios';

export function browserFamily(userAgent: string): BrowserFamily {
  // On an iPhone every browser is Safari inside, and permission lives in the same place.
  if (/iphone|ipad/i.test(userAgent)) return 'ios';
  if (/android/i.test(userAgent)) return 'android';
  if (/firefox/i.test(userAgent)) return 'firefox';
  if (/safari/i.test(userAgent) && !/chrom(e|ium)|edg/i.test(userAgent)) return 'safari';
  return 'chromium';
}

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
        {[t(`device.steps.${family}.1`), t(`device.steps.${family}.2`), t('device.steps.last')].map((step, i) => (
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
