import { MicOff, Video, VideoOff, Volume2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Quality, VideoSource } from '@/sdk/call';
import { playChime } from '@/sdk/chime';
import type { DevicesState, InputKind } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import type { Level } from '@/sdk/level';
import type { Verdict } from '@/sdk/probe/verdict';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings } from '@/shared/shortcuts';
import { Avatar } from '@/shared/ui/Avatar';
import { Bars } from '@/shared/ui/Bars';
import { Button } from '@/shared/ui/Button';
import { DeviceFields } from '@/shared/ui/DeviceFields';
import { GeneralSettings } from '@/shared/ui/GeneralSettings';
import { Logo } from '@/shared/ui/Logo';
import { Meter } from '@/shared/ui/Meter';
import { MicIcon } from '@/shared/ui/MicIcon';
import { type BrowserFamily, PermissionHelp } from '@/shared/ui/PermissionHelp';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextField } from '@/shared/ui/TextField';
import { VideoView } from '@/shared/ui/VideoView';
import css from './Lobby.module.css';
import { useVerdict } from './verdict';

export type Progress = 'waiting' | 'joining' | 'retrying';

interface Props {
  readonly room: string;
  readonly name: string;
  readonly devices: DevicesState;
  readonly micLevel: Level;
  readonly progress: Progress;
  readonly network: Verdict | 'checking' | null;
  readonly onCheckNetwork: () => void;
  readonly browser: BrowserFamily;
  readonly host: string;
  readonly onName: (name: string) => void;
  readonly onJoin: () => void;
  readonly onCancel: () => void;
  readonly onHome: () => void;
  readonly onToggle: (kind: InputKind, on: boolean) => void;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
}

export function Lobby(props: Props) {
  const t = useWords();
  const { room, name, devices, micLevel, progress, browser, host } = props;
  const [nameMissing, setNameMissing] = useState(false);
  const nameInput = useRef<HTMLInputElement>(null);
  const { mic, camera } = devices;
  const keys = useStore(bindings);

  useEffect(() => {
    if (name === '') nameInput.current?.focus();
    // Only on arrival: the field is not to steal the focus when it is emptied later.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    if (name.trim() !== '') {
      props.onJoin();
      return;
    }
    setNameMissing(true);
    nameInput.current?.focus();
  };

  const joining = progress !== 'waiting';
  return (
    <div className={css.page}>
      <header className={css.header}>
        <a
          className={css.home}
          href="/"
          onClick={(event) => {
            event.preventDefault();
            props.onHome();
          }}
        >
          <Logo />
        </a>
        <GeneralSettings />
      </header>
      <main className={css.main}>
        <section className={css.left} aria-label={t('lobby.preview')}>
          <Preview devices={devices} name={name} browser={browser} host={host} onToggle={props.onToggle}>
            <div className={css.switches}>
              <RoundButton
                look={mic.at === 'on' ? 'plain' : 'off'}
                label={mic.at === 'on' ? t('controls.mute') : t('controls.unmute')}
                shortcut={keyName(keys.mic, t)}
                icon={mic.at === 'on' ? <MicIcon level={micLevel} /> : <MicOff aria-hidden="true" />}
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
          </Preview>
          <Hearing devices={devices} level={micLevel} />
          <Network verdict={props.network} onCheck={props.onCheckNetwork} />
        </section>
        <form className={css.right} onSubmit={submit} noValidate>
          <h1 className={css.room}>{room}</h1>
          <TextField
            label={t('lobby.name')}
            inputRef={nameInput}
            autoComplete="name"
            maxLength={80}
            value={name}
            error={nameMissing && name.trim() === '' ? t('lobby.nameEmpty') : null}
            onChange={(event) => props.onName(event.target.value)}
          />
          <DeviceFields lists={devices.lists} chosen={devices.chosen} onChoose={props.onChoose} />
          <SpeakerTest speaker={devices.chosen.audiooutput} />
          <div className={css.go}>
            <Button type="submit" look="primary" size="large" className={css.join} aria-disabled={joining} onClick={joining ? (e) => e.preventDefault() : undefined}>
              {joining ? t('lobby.joining') : t('lobby.join')}
            </Button>
            {joining && (
              <Button size="large" look="quiet" onClick={props.onCancel}>
                {t('lobby.cancel')}
              </Button>
            )}
          </div>
          <p className={css.progress} role="status">
            {progress === 'retrying' ? t('lobby.retrying') : ''}
          </p>
        </form>
      </main>
    </div>
  );
}

function Preview(props: {
  devices: DevicesState;
  name: string;
  browser: BrowserFamily;
  host: string;
  onToggle: Props['onToggle'];
  children: ReactNode;
}) {
  const t = useWords();
  const { camera, mic } = props.devices;
  const track = camera.at === 'on' ? camera.track : null;
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
        {camera.at === 'failed' && (
          <div className={css.trouble}>
            <p className={css.strong}>
              {blocked && mic.at === 'failed' ? t('device.both.title') : t(`device.camera.${camera.problem}.title`)}
            </p>
            <p>{blocked ? t('device.both.hint') : t(`device.camera.${camera.problem}.hint`)}</p>
            {blocked && <PermissionHelp family={props.browser} host={props.host} />}
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
      {props.children}
    </div>
  );
}

function Hearing({ devices: { mic }, level }: { devices: DevicesState; level: Level }) {
  const t = useWords();
  const verdict = useVerdict(level);
  const words =
    mic.at === 'on'
      ? verdict === 'heard'
        ? t('lobby.heard')
        : t('lobby.quiet')
      : mic.at === 'failed'
        ? `${t(`device.mic.${mic.problem}.title`)} · ${t('lobby.micFailed')}`
        : t('lobby.micOff');
  return (
    <div className={css.hearing}>
      {mic.at === 'on' && <Meter level={level} />}
      <p className={mic.at === 'failed' ? css.bad : undefined} role="status">
        {words}
      </p>
    </div>
  );
}

const BARS: Record<Verdict | 'checking', Quality> = {
  checking: 'unknown',
  good: 'excellent',
  slow: 'poor',
  shaky: 'poor',
  detour: 'good',
  blocked: 'lost',
  away: 'lost',
};

/** What a probe of this server found, in words, before anybody has to find it out in the call. */
function Network({ verdict, onCheck }: { verdict: Props['network']; onCheck: () => void }) {
  const t = useWords();
  if (verdict === null) return null;
  const quality = BARS[verdict];
  return (
    <div className={css.network}>
      <Bars quality={quality} />
      <p role="status" data-verdict={verdict}>
        {t(`probe.${verdict}`)}
      </p>
      {(quality === 'poor' || quality === 'lost') && (
        <Button look="quiet" onClick={onCheck}>
          {t('probe.again')}
        </Button>
      )}
    </div>
  );
}

function SpeakerTest({ speaker }: { speaker: string }) {
  const t = useWords();
  const [playing, setPlaying] = useState(false);
  const play = async (): Promise<void> => {
    setPlaying(true);
    await playChime(speaker).catch(() => undefined);
    setPlaying(false);
  };
  return (
    <div className={css.test}>
      <Button look="quiet" icon={<Volume2 aria-hidden="true" />} aria-disabled={playing} onClick={playing ? undefined : () => void play()}>
        {t('lobby.speakerTest')}
      </Button>
      <p role="status">{playing ? t('lobby.speakerPlaying') : ''}</p>
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
