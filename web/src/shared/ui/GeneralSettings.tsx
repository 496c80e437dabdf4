import { Settings2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useWords } from '../i18n';
import { Dialog } from './Dialog';
import { GeneralFields } from './GeneralFields';
import css from './GeneralSettings.module.css';
import { RoundButton } from './RoundButton';

/** The settings outside of a call, behind one button in the corner. */
export function GeneralSettings() {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <RoundButton look="ghost" tipAt="below" label={t('controls.settings')} icon={<Settings2 aria-hidden="true" />} onClick={() => setOpen(true)} />
      {open && (
        <Dialog title={t('settings.title')} onClose={close}>
          <div className={css.fields}>
            <GeneralFields />
          </div>
        </Dialog>
      )}
    </>
  );
}
