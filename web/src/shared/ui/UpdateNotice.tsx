import { Sparkles } from 'lucide-react';
import { applyUpdate, updateReady } from '@/sdk/update';
import { useStore } from '../hooks/use_store';
import { useWords } from '../i18n';
import { Button } from './Button';
import { Notice } from './Notice';
import css from './UpdateNotice.module.css';

/** Shown where a reload interrupts nobody: outside of a call. */
export function UpdateNotice() {
  const t = useWords();
  const ready = useStore(updateReady);
  if (!ready) return null;
  return (
    <div className={css.place}>
      <Notice icon={<Sparkles aria-hidden="true" />} action={<Button look="primary" onClick={() => applyUpdate()}>{t('update.reload')}</Button>}>
        {t('update.ready')}
      </Notice>
    </div>
  );
}
