import { useEffect, type ReactNode } from 'react';
import type { CallSnapshot } from '@/sdk/call';
import type { DevicesState } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import { CAPTION_SIZES, DATA_SAVERS, mutedHint, NOISES, setMutedHint, setView, view, type CaptionSize, type DataSaver, type Noise } from '@/sdk/preferences';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { DeviceFields } from '@/shared/ui/DeviceFields';
import { Dialog } from '@/shared/ui/Dialog';
import { GeneralFields } from '@/shared/ui/GeneralFields';
import { SelectField } from '@/shared/ui/SelectField';
import css from './SettingsDialog.module.css';

export { loadLaterWords } from '@/shared/later_words';

interface Props {
  readonly devices: DevicesState;
  readonly call: Pick<CallSnapshot, 'noise' | 'noiseFailed' | 'dataSaver'>;
  /** What one chooses to be behind oneself. */
  readonly background?: ReactNode;
  readonly onRefresh: () => void;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
  readonly onNoise: (noise: Noise) => void;
  readonly onDataSaver: (mode: DataSaver) => void;
  readonly onClose: () => void;
}

export function SettingsDialog({ devices, call, onRefresh, onChoose, onClose, ...props }: Props) {
  const t = useWords();
  const hint = useStore(mutedHint);
  const seen = useStore(view);
  useEffect(() => onRefresh(), [onRefresh]);
  return (
    <Dialog title={t('settings.title')} onClose={onClose}>
      <div className={css.groups}>
        <Group title={t('callSettings.devices')}>
          <DeviceFields lists={devices.lists} chosen={devices.chosen} onChoose={onChoose} />
        </Group>
        {props.background !== undefined && <Group title={t('background.title')}>{props.background}</Group>}
        <Group title={t('callSettings.call')}>
          <SelectField
            label={t('callSettings.noise')}
            value={call.noise}
            options={NOISES.map((value) => ({ value, label: t(`callSettings.noises.${value}`) }))}
            onChange={(value) => props.onNoise(value as Noise)}
          />
          <p className={css.trouble} role="status">
            {call.noiseFailed ? t('callSettings.noiseFailed') : ''}
          </p>
          <SelectField
            label={t('callSettings.dataSaver')}
            value={call.dataSaver}
            options={DATA_SAVERS.map((value) => ({ value, label: t(`callSettings.dataSavers.${value}`) }))}
            onChange={(value) => props.onDataSaver(value as DataSaver)}
          />
          <Toggle label={t('callSettings.mutedHint')} checked={hint} onChange={setMutedHint} />
        </Group>
        <Group title={t('callSettings.view')}>
          <Toggle label={t('callSettings.selfView')} checked={seen.selfView} onChange={(on) => setView('selfView', on)} />
          <Toggle label={t('callSettings.mirror')} checked={seen.mirror} onChange={(on) => setView('mirror', on)} />
          <Toggle label={t('callSettings.captions')} checked={seen.captions} onChange={(on) => setView('captions', on)} />
          <SelectField
            label={t('callSettings.captionSize')}
            value={seen.captionSize}
            options={CAPTION_SIZES.map((value) => ({ value, label: t(`callSettings.captionSizes.${value}`) }))}
            onChange={(value) => setView('captionSize', value as CaptionSize)}
          />
        </Group>
        <Group title={t('callSettings.general')}>
          <GeneralFields />
        </Group>
        <Button look="primary" onClick={onClose}>
          {t('callSettings.done')}
        </Button>
      </div>
    </Dialog>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.group}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Toggle({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className={css.toggle}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
