import { MicOff, Video, VideoOff } from 'lucide-react';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import type { VideoSource } from '@/sdk/call';
import type { DevicesState, InputKind } from '@/sdk/devices/devices';
import type { Level } from '@/sdk/level';
import type { BrowserFamily } from '@/shared/browser_family';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings } from '@/shared/shortcuts';
import { Avatar } from '@/shared/ui/Avatar';
import { Button } from '@/shared/ui/Button';
import { MicIcon } from '@/shared/ui/MicIcon';
import { RoundButton } from '@/shared/ui/RoundButton';
import { VideoView } from '@/shared/ui/VideoView';
import css from './Preview.module.css';

// For those alone whose browser said no.
const PermissionHelp = lazy(async () => {
  const { PermissionHelp: component, loadLaterWords } = await import('@/shared/ui/PermissionHelp');
  await loadLaterWords();
  return { default: component };
});

interface Props {
  readonly devices: DevicesState;
  readonly name: string;
  readonly browser: BrowserFamily;
  readonly host: string;
  readonly micLevel: Level;
  /** What is seen of the camera, where that is not the camera itself; null: nothing yet. */
  readonly picture?: MediaStreamTrack | null | undefined;
  /** Why it is not seen. */
  readonly instead?: ReactNode;
  readonly onToggle: (kind: InputKind, on: boolean) => void;
}

/** One's own picture, or in words why there is none, and the switches of what others will see and hear. */
export function Preview(props: Props) {
  const t = useWords();
  const { camera, mic } = props.devices;
  const keys = useStore(bindings);
  const track = camera.at === 'on' ? (props.picture === undefined ? camera.track : props.picture) : null;
  const source = useMemo(() => (track === null ? null : sourceOfTrack(track)), [track]);
  const blocked = camera.at === 'failed' && camera.problem === 'denied';
  return (
    <div className={css.picture}>
      <div className={css.backdrop}>
        {camera.at === 'off' && (
          <div className={css.nobody}>
            <span className={css.avatar}>
              <Avatar id={props.name} name={props.name} />
            </span>
            <p>{t('lobby.cameraOff')}</p>
          </div>
        )}
        {camera.at === 'asking' && (
          <div className={css.nobody}>
            <p className={css.strong}>{t('lobby.asking')}</p>
            <p>{t('lobby.askingHint')}</p>
          </div>
        )}
        {camera.at === 'on' && props.instead}
        {camera.at === 'failed' && (
          <div className={css.trouble}>
            <p className={css.strong}>
              {blocked && mic.at === 'failed' ? t('device.both.title') : t(`device.camera.${camera.problem}.title`)}
            </p>
            <p>{blocked ? t('device.both.hint') : t(`device.camera.${camera.problem}.hint`)}</p>
            {blocked && (
              <Suspense fallback={null}>
                <PermissionHelp family={props.browser} host={props.host} />
              </Suspense>
            )}
            <Button
              onClick={() => {
                props.onToggle('camera', true);
                if (mic.at === 'failed') props.onToggle('mic', true);
              }}
            >
              {t('device.tryAgain')}
            </Button>
          </div>
        )}
      </div>
      <VideoView source={source} mirrored />
      <div className={css.switches}>
        <RoundButton
          look={mic.at === 'on' ? 'plain' : 'off'}
          label={mic.at === 'on' ? t('controls.mute') : t('controls.unmute')}
          shortcut={keyName(keys.mic, t)}
          icon={mic.at === 'on' ? <MicIcon level={props.micLevel} /> : <MicOff aria-hidden="true" />}
          onClick={() => props.onToggle('mic', mic.at !== 'on')}
        />
        <RoundButton
          look={camera.at === 'on' ? 'plain' : 'off'}
          label={camera.at === 'on' ? t('controls.cameraOff') : t('controls.cameraOn')}
          shortcut={keyName(keys.camera, t)}
          icon={camera.at === 'on' ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
          onClick={() => props.onToggle('camera', camera.at !== 'on')}
        />
      </div>
    </div>
  );
}

function sourceOfTrack(track: MediaStreamTrack): VideoSource {
  const { width, height } = track.getSettings();
  return {
    id: track.id,
    aspect: width !== undefined && height !== undefined && height > 0 ? width / height : null,
    attach(element) {
      element.srcObject = new MediaStream([track]);
      return () => {
        element.srcObject = null;
      };
    },
  };
}
