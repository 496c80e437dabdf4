import { useEffect, type ReactNode } from 'react';
import type { CallSnapshot } from '@/sdk/call';
import type { DevicesState } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import { DATA_SAVERS, mutedHint, NOISES, setMutedHint, type DataSaver, type Noise } from '@/sdk/preferences';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { DeviceFields } from '@/shared/ui/DeviceFields';
import { Dialog } from '@/shared/ui/Dialog';
import { GeneralFields } from '@/shared/ui/GeneralFields';
import { SelectField } from '@/shared/ui/SelectField';
import css from './SettingsDialog.module.css';

interface Props {
  readonly devices: DevicesState;
  readonly call: Pick<CallSnapshot, 'noise' | 'noiseFailed' | 'dataSaver'>;
  readonly onRefresh: () => void;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
  readonly onNoise: (noise: Noise) => void;
  readonly onDataSaver: (mode: DataSaver) => void;
  readonly onClose: () => void;
}

export function SettingsDialog({ devices, call, onRefresh, onChoose, onClose, ...props }: Props) {
  const t = useWords();
  const hint = useStore(mutedHint);
  useEffect(() => onRefresh(), [onRefresh]);
  return (
    <Dialog title={t('settings.title')} onClose={onClose}>
      <div className={css.groups}>
        <Group title={t('settings.devices')}>
          <DeviceFields lists={devices.lists} chosen={devices.chosen} onChoose={onChoose} />
        </Group>
        <Group title={t('settings.call')}>
          <SelectField
            label={t('settings.noise')}
            value={call.noise}
            options={NOISES.map((value) => ({ value, label: t(`settings.noises.${value}`) }))}
            onChange={(value) => props.onNoise(value as Noise)}
          />
          <p className={css.trouble} role="status">
            {call.noiseFailed ? t('settings.noiseFailed') : ''}
          </p>
          <SelectField
            label={t('settings.dataSaver')}
            value={call.dataSaver}
            options={DATA_SAVERS.map((value) => ({ value, label: t(`settings.dataSavers.${value}`) }))}
            onChange={(value) => props.onDataSaver(value as DataSaver)}
          />
          <label className={css.toggle}>
            <input type="checkbox" checked={hint} onChange={(event) => setMutedHint(event.target.checked)} />
            {t('settings.mutedHint')}
          </label>
        </Group>
        <Group title={t('settings.general')}>
          <GeneralFields />
        </Group>
        <Button look="primary" onClick={onClose}>
          {t('settings.done')}
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
