import { useEffect } from 'react';
import type { DevicesState } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import { t } from '@/shared/messages';
import { Button } from '@/shared/ui/Button';
import { DeviceFields } from '@/shared/ui/DeviceFields';
import { Dialog } from '@/shared/ui/Dialog';
import css from './DevicesDialog.module.css';

interface Props {
  readonly devices: DevicesState;
  readonly onRefresh: () => void;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
  readonly onClose: () => void;
}

export function DevicesDialog({ devices, onRefresh, onChoose, onClose }: Props) {
  useEffect(() => onRefresh(), [onRefresh]);
  return (
    <Dialog title={t.devices.title} onClose={onClose}>
      <div className={css.fields}>
        <DeviceFields lists={devices.lists} chosen={devices.chosen} onChoose={onChoose} />
        <Button look="primary" onClick={onClose}>
          {t.devices.done}
        </Button>
      </div>
    </Dialog>
  );
}
