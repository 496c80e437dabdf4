import { Mic, Video, Volume2 } from 'lucide-react';
import type { DevicesState } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import { useWords } from '../i18n';
import { SelectField } from './SelectField';

interface Props {
  readonly lists: DevicesState['lists'];
  readonly chosen: DevicesState['chosen'];
  readonly onChoose: (kind: DeviceKind, id: string) => void;
}

const FIELDS = [
  { kind: 'audioinput', label: 'lobby.mic', Icon: Mic },
  { kind: 'videoinput', label: 'lobby.camera', Icon: Video },
  { kind: 'audiooutput', label: 'lobby.speaker', Icon: Volume2 },
] as const;

/** One list per kind of device. Without a device of the kind there is nothing to choose and no field. */
export function DeviceFields({ lists, chosen, onChoose }: Props) {
  const t = useWords();
  return FIELDS.filter(({ kind }) => lists[kind].length > 0).map(({ kind, label, Icon }) => {
    const listed = lists[kind].filter((device) => device.id !== 'default');
    const options = [
      { value: '', label: t('lobby.systemDefault') },
      ...listed.map((device, i) => ({ value: device.id, label: device.label || t('lobby.unnamed', { index: i + 1 }) })),
    ];
    const value = options.some((option) => option.value === chosen[kind]) ? chosen[kind] : '';
    return (
      <SelectField
        key={kind}
        label={t(label)}
        icon={<Icon aria-hidden="true" />}
        value={value}
        options={options}
        onChange={(id) => onChoose(kind, id)}
      />
    );
  });
}
