import { LayoutGrid, LayoutPanelLeft, LayoutPanelTop, MicOff, MonitorUp, MonitorX, PhoneOff, Users, Video, VideoOff } from 'lucide-react';
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
  /** The layout that a press on its button brings. */
  readonly nextMode: 'grid' | 'speaker' | 'sidebar';
  readonly peopleOpen: boolean;
  readonly canShare: boolean;
  /** Out of sight, though not out of reach: focus brings it back. */
  readonly away: boolean;
  readonly compact: boolean;
  readonly more: ReactNode;
  /** What a meeting lets nobody do here is not here. */
  readonly without?: ReadonlySet<'mic' | 'camera' | 'share' | 'people'>;
  /** In place of a microphone that may not be switched on. */
  readonly ask?: ReactNode;
  /** Beside the devices, and beside the panel. */
  readonly gestures?: ReactNode;
  readonly tools?: ReactNode;
  /** In place of the button that leaves. */
  readonly leave?: ((className: string | undefined) => ReactNode) | null;
  readonly onMic: () => void;
  readonly onCamera: () => void;
  readonly onShare: () => void;
  readonly onMode: () => void;
  readonly onPeople: () => void;
  readonly onLeave: () => void;
}

export const LAYOUT_ICONS = {
  grid: <LayoutGrid aria-hidden="true" />,
  speaker: <LayoutPanelTop aria-hidden="true" />,
  sidebar: <LayoutPanelLeft aria-hidden="true" />,
} as const;

export function Bar(props: Props) {
  const t = useWords();
  const { mic, camera, share } = props.call;
  const keys = useStore(bindings);
  const { without, ask, leave = null } = props;
  const key = (command: Command): string => keyName(keys[command], t);
  return (
    <div className={cx(css.bar, props.away && css.away, props.gestures !== undefined && css.crowded)} role="toolbar" aria-label={t('controls.bar')}>
      {ask}
      {without?.has('mic') !== true && (
      <RoundButton
        label={mic.on ? t('controls.mute') : t('controls.unmute')}
        shortcut={key('mic')}
        look={mic.on ? 'plain' : 'off'}
        icon={mic.on ? <MicIcon level={props.micLevel} /> : <MicOff aria-hidden="true" />}
        data-control="mic"
        onClick={props.onMic}
      />
      )}
      {without?.has('camera') !== true && (
      <RoundButton
        label={camera.on ? t('controls.cameraOff') : t('controls.cameraOn')}
        shortcut={key('camera')}
        look={camera.on ? 'plain' : 'off'}
        icon={camera.on ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
        data-control="camera"
        onClick={props.onCamera}
      />
      )}
      {props.canShare && without?.has('share') !== true && (
        <RoundButton
          label={share.on ? t('controls.unshare') : t('controls.share')}
          shortcut={key('share')}
          look={share.on ? 'active' : 'plain'}
          icon={share.on ? <MonitorX aria-hidden="true" /> : <MonitorUp aria-hidden="true" />}
          data-control="share"
          onClick={props.onShare}
        />
      )}
      {props.gestures}
      <span className={css.gap} />
      {!props.compact && (
        <RoundButton
          label={t(`controls.${props.nextMode}`)}
          shortcut={key('layout')}
          icon={LAYOUT_ICONS[props.nextMode]}
          data-control="layout"
          onClick={props.onMode}
        />
      )}
      {without?.has('people') !== true && (
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
      )}
      {props.tools}
      {props.more}
      <span className={css.gap} />
      {leave?.(css.leave) ?? <RoundButton className={css.leave ?? ''} label={t('controls.leave')} look="danger" icon={<PhoneOff aria-hidden="true" />} data-control="leave" onClick={props.onLeave} />}
    </div>
  );
}
