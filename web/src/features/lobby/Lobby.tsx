import { DoorOpen, Lock, UserRoundX, Volume2 } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Quality } from '@/sdk/call';
import { playChime } from '@/sdk/chime';
import type { DevicesState, InputKind } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import type { Level } from '@/sdk/level';
import type { Doorplate } from '@/sdk/meeting/types';
import type { Verdict } from '@/sdk/probe/verdict';
import { useWords } from '@/shared/i18n';
import { Avatar } from '@/shared/ui/Avatar';
import { Bars } from '@/shared/ui/Bars';
import { Button } from '@/shared/ui/Button';
import { DeviceFields } from '@/shared/ui/DeviceFields';
import { Meter } from '@/shared/ui/Meter';
import type { BrowserFamily } from '@/shared/browser_family';
import { TextField } from '@/shared/ui/TextField';
import css from './Lobby.module.css';
import { Page } from './Page';
import { Preview } from './Preview';
import { useVerdict } from './verdict';

export type Progress = 'waiting' | 'joining' | 'retrying';

interface Props {
  readonly room: string;
  /** What can be seen from outside; null: not known yet. */
  readonly door: Doorplate | null;
  /** What the server said of the passcode when it was last asked. */
  readonly passcode: 'needed' | 'wrong' | null;
  readonly initialPasscode?: string;
  readonly name: string;
  readonly devices: DevicesState;
  readonly micLevel: Level;
  readonly progress: Progress;
  readonly network: Verdict | 'checking' | null;
  readonly picture?: MediaStreamTrack | null | undefined;
  readonly instead?: ReactNode;
  /** What one chooses to be behind oneself. */
  readonly background?: ReactNode;
  readonly onCheckNetwork: () => void;
  readonly browser: BrowserFamily;
  readonly host: string;
  readonly onName: (name: string) => void;
  readonly onJoin: (passcode: string) => void;
  readonly onCancel: () => void;
  readonly onHome: () => void;
  readonly onToggle: (kind: InputKind, on: boolean) => void;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
}

export function Lobby(props: Props) {
  const t = useWords();
  const { room, door, name, devices, micLevel, progress, browser, host } = props;
  const [nameMissing, setNameMissing] = useState(false);
  const nameInput = useRef<HTMLInputElement>(null);
  const [passcode, setPasscode] = useState(props.initialPasscode ?? '');
  const [typedSince, setTypedSince] = useState(false);
  const passcodeInput = useRef<HTMLInputElement>(null);
  const way = wayIn(door);
  const joining = progress !== 'waiting';

  useEffect(() => {
    if (name === '') nameInput.current?.focus();
    // Only on arrival: the field is not to steal the focus when it is emptied later.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    if (props.passcode !== null) passcodeInput.current?.focus();
  }, [props.passcode]);

  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    if (name.trim() !== '') {
      setTypedSince(false);
      props.onJoin(passcode);
      return;
    }
    setNameMissing(true);
    nameInput.current?.focus();
  };

  return (
    <Page onHome={props.onHome}>
      <main className={css.main}>
        <section className={css.left} aria-label={t('lobby.preview')}>
          <Preview devices={devices} name={name} micLevel={micLevel} browser={browser} host={host} picture={props.picture} instead={props.instead} onToggle={props.onToggle} />
          {props.background}
          <Hearing devices={devices} level={micLevel} />
          <Network verdict={props.network} onCheck={props.onCheckNetwork} />
        </section>
        <form className={css.right} onSubmit={submit} noValidate>
          <div className={css.head}>
            <h1 className={css.room}>{door === null || door.title === '' ? room : door.title}</h1>
            <PeopleHere door={door} />
            {way === 'wait' && <Note icon={<UserRoundX aria-hidden="true" />}>{t('lobby.hostAway')}</Note>}
            {way === 'ask' && <Note icon={<DoorOpen aria-hidden="true" />}>{t('lobby.askHint')}</Note>}
            {door?.is_locked === true && <Note icon={<Lock aria-hidden="true" />}>{t('lobby.locked')}</Note>}
          </div>
          <TextField
            label={t('lobby.name')}
            inputRef={nameInput}
            autoComplete="name"
            maxLength={80}
            value={name}
            error={nameMissing && name.trim() === '' ? t('lobby.nameEmpty') : null}
            onChange={(event) => props.onName(event.target.value)}
          />
          {(props.passcode !== null || (door?.has_passcode === true && door.people === null)) && (
            <TextField
              label={t('lobby.passcode')}
              inputRef={passcodeInput}
              type="password"
              autoComplete="off"
              maxLength={64}
              value={passcode}
              error={typedSince || joining || props.passcode === null ? null : t(props.passcode === 'wrong' ? 'lobby.passcodeWrong' : 'lobby.passcodeNeeded')}
              onChange={(event) => {
                setPasscode(event.target.value);
                setTypedSince(true);
              }}
            />
          )}
          <DeviceFields lists={devices.lists} chosen={devices.chosen} onChoose={props.onChoose} />
          <SpeakerTest speaker={devices.chosen.audiooutput} />
          <div className={css.go}>
            <Button type="submit" look="primary" size="large" className={css.join} aria-disabled={joining} onClick={joining ? (e) => e.preventDefault() : undefined}>
              {joining ? t('lobby.joining') : t(`lobby.ways.${way}`)}
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
    </Page>
  );
}

/** What pressing the button will most likely come to; the server has the last word. */
function wayIn(door: Doorplate | null): 'join' | 'ask' | 'wait' {
  // Who knows nobody inside may still be kept out by a passcode or a lock alone.
  if (door === null || door.people !== null || door.has_passcode || door.is_locked) return 'join';
  return door.host_is_here ? 'ask' : 'wait';
}

const FACES = 4;

function PeopleHere({ door }: { door: Doorplate | null }) {
  const t = useWords();
  if (door === null || door.people === null) return null;
  const [first, second] = door.people;
  const count = Math.max(door.count ?? 0, door.people.length);
  const words =
    first === undefined
      ? t('lobby.hereNobody')
      : second === undefined
        ? t('lobby.hereOne', { name: first.name })
        : count === 2
          ? t('lobby.hereTwo', { name: first.name, other: second.name })
          : t('lobby.hereMany', { name: first.name, other: second.name, count: count - 2 });
  return (
    <div className={css.here}>
      {first !== undefined && (
        <span className={css.faces}>
          {door.people.slice(0, FACES).map(({ name }, i) => (
            <span key={i} className={css.face}>
              <Avatar id={name} name={name} />
            </span>
          ))}
        </span>
      )}
      <p>{words}</p>
    </div>
  );
}

function Note({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className={css.note}>
      {icon}
      {children}
    </p>
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
