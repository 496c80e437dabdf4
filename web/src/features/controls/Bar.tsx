import { LayoutGrid, LayoutPanelLeft, MicOff, MonitorUp, MonitorX, PhoneOff, Users, Video, VideoOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CallSnapshot } from '@/sdk/call';
import type { Level } from '@/sdk/level';
import { cx } from '@/shared/cx';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings, type Command } from '@/shared/shortcuts';
import { MicIcon } from '@/shared/ui/MicIcon';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './Bar.module.css';

interface Props {
  readonly call: Pick<CallSnapshot, 'mic' | 'camera' | 'share'>;
  readonly micLevel: Level;
  readonly count: number;
  readonly mode: 'grid' | 'speaker';
  readonly peopleOpen: boolean;
  readonly canShare: boolean;
  /** Out of sight, though not out of reach: focus brings it back. */
  readonly away: boolean;
  readonly compact: boolean;
  readonly more: ReactNode;
  readonly onMic: () => void;
  readonly onCamera: () => void;
  readonly onShare: () => void;
  readonly onMode: () => void;
  readonly onPeople: () => void;
  readonly onLeave: () => void;
}

export function Bar(props: Props) {
  const t = useWords();
  const { mic, camera, share } = props.call;
  const keys = useStore(bindings);
  const key = (command: Command): string => keyName(keys[command], t);
  return (
    <div className={cx(css.bar, props.away && css.away)} role="toolbar" aria-label={t('controls.bar')}>
      <RoundButton
        label={mic.on ? t('controls.mute') : t('controls.unmute')}
        shortcut={key('mic')}
        look={mic.on ? 'plain' : 'off'}
        icon={mic.on ? <MicIcon level={props.micLevel} /> : <MicOff aria-hidden="true" />}
        data-control="mic"
        onClick={props.onMic}
      />
      <RoundButton
        label={camera.on ? t('controls.cameraOff') : t('controls.cameraOn')}
        shortcut={key('camera')}
        look={camera.on ? 'plain' : 'off'}
        icon={camera.on ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
        data-control="camera"
        onClick={props.onCamera}
      />
      {props.canShare && (
        <RoundButton
          label={share.on ? t('controls.unshare') : t('controls.share')}
          shortcut={key('share')}
          look={share.on ? 'active' : 'plain'}
          icon={share.on ? <MonitorX aria-hidden="true" /> : <MonitorUp aria-hidden="true" />}
          data-control="share"
          onClick={props.onShare}
        />
      )}
      <span className={css.gap} />
      {!props.compact && (
        <RoundButton
          label={props.mode === 'grid' ? t('controls.speaker') : t('controls.grid')}
          shortcut={key('layout')}
          icon={props.mode === 'grid' ? <LayoutPanelLeft aria-hidden="true" /> : <LayoutGrid aria-hidden="true" />}
          data-control="layout"
          onClick={props.onMode}
        />
      )}
      <RoundButton
        label={t('controls.people', { count: props.count })}
        shortcut={key('people')}
        look={props.peopleOpen ? 'active' : 'plain'}
        badge={props.count > 1 ? String(props.count) : undefined}
        icon={<Users aria-hidden="true" />}
        aria-expanded={props.peopleOpen}
        data-control="people"
        onClick={props.onPeople}
      />
      {props.more}
      <span className={css.gap} />
      <RoundButton className={css.leave ?? ''} label={t('controls.leave')} look="danger" icon={<PhoneOff aria-hidden="true" />} data-control="leave" onClick={props.onLeave} />
    </div>
  );
}
