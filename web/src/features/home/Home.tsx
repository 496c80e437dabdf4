import { ArrowRight, Clock, LogIn, LogOut, Plus, Settings2, UserRound, Video, X } from 'lucide-react';
import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import type { DeskView, Done, MeetingSettings } from '@/sdk/meeting/desk';
import type { MeetingInfo } from '@/sdk/meeting/types';
import type { Recent } from '@/sdk/memory';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords } from '@/shared/i18n';
import { roomOf } from '@/shared/room_name';
import { Button } from '@/shared/ui/Button';
import { GeneralSettings } from '@/shared/ui/GeneralSettings';
import { Logo, LogoMark } from '@/shared/ui/Logo';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextField } from '@/shared/ui/TextField';
import css from './Home.module.css';
import { ago } from '@/shared/ago';

// Opened now and then: not a part of what everybody waits for.
const SignIn = lazy(async () => {
  const { SignIn: dialog, loadDeskWords } = await import('./SignIn');
  await loadDeskWords();
  return { default: dialog };
});
const dialogs = async () => {
  const all = await import('./MeetingDialog');
  await Promise.all([all.loadLaterWords(), all.loadDeskWords()]);
  return all;
};
const MeetingDialog = lazy(async () => ({ default: (await dialogs()).MeetingDialog }));
const NewMeetingDialog = lazy(async () => ({ default: (await dialogs()).NewMeetingDialog }));

/** What a code looks like; in every language it is written in these letters. */
const CODE_EXAMPLE = 'abc-defg-hij';

interface Props {
  readonly desk: DeskView;
  readonly recents: readonly Recent[];
  readonly now: number;
  readonly origin: string;
  readonly onStart: (settings?: MeetingSettings) => Promise<Done<string>>;
  readonly onRoom: () => Promise<Done<string>>;
  readonly onEnter: (room: string) => void;
  readonly onForget: (room: string) => void;
  readonly onMore: () => void;
  readonly onChange: (link: string, settings: MeetingSettings) => Promise<Done<null>>;
  readonly onNewLink: (link: string) => Promise<Done<null>>;
  readonly onAccount: () => void;
  readonly onSignIn: (email: string, password: string, code: string) => Promise<Done<null>>;
  readonly onSignOut: () => void;
}

export function Home(props: Props) {
  const t = useWords();
  const shown = useStore(language);
  const { desk, recents, now, onEnter } = props;
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [starting, setStarting] = useState<'no' | 'yes' | 'failed'>('no');
  const [signingIn, setSigningIn] = useState(false);
  const [changing, setChanging] = useState<MeetingInfo | null>(null);
  const [choosing, setChoosing] = useState(false);
  const closeSignIn = useCallback(() => setSigningIn(false), []);
  const closeDialog = useCallback(() => setChanging(null), []);
  const closeChoice = useCallback(() => setChoosing(false), []);

  const account = desk.session?.person?.account ?? null;
  const mine = new Set(desk.meetings.map(({ link }) => link));
  const others = recents.filter(({ room }) => !mine.has(room));

  const start = async (make: () => Promise<Done<string>>): Promise<void> => {
    if (desk.session?.may_create === false) {
      setSigningIn(true);
      return;
    }
    setStarting('yes');
    const made = await make();
    setStarting(made.ok ? 'no' : 'failed');
    if (made.ok) onEnter(made.value);
    else if (made.refusal.code === 'forbidden') setSigningIn(true);
  };

  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    const room = roomOf(typed, props.origin);
    if (room !== null) onEnter(room);
    else setError(typed.trim() === '' ? t('home.codeEmpty') : t('home.codeBad'));
  };

  return (
    <div className={css.page}>
      <header className={css.header}>
        <Logo />
        <div className={css.corner}>
          {account !== null && <span className={css.who}>{desk.session?.person?.name}</span>}
          {account !== null && <RoundButton look="ghost" tipAt="below" label={t('home.account')} icon={<UserRound aria-hidden="true" />} onClick={props.onAccount} />}
          <GeneralSettings />
          {desk.session !== null &&
            (account === null ? (
              <RoundButton look="ghost" tipAt="below" label={t('home.signIn')} icon={<LogIn aria-hidden="true" />} onClick={() => setSigningIn(true)} />
            ) : (
              <RoundButton look="ghost" tipAt="below" label={t('home.signOut')} icon={<LogOut aria-hidden="true" />} onClick={props.onSignOut} />
            ))}
        </div>
      </header>
      <div className={css.ornament} aria-hidden="true">
        <LogoMark />
      </div>
      <main className={css.main}>
        <h1>{t('home.title')}</h1>
        <p className={css.lead}>{t('home.lead')}</p>
        <div className={css.ways}>
          <Button
            look="primary"
            size="large"
            icon={<Plus aria-hidden="true" />}
            aria-disabled={starting === 'yes'}
            onClick={starting === 'yes' ? undefined : () => void start(() => props.onStart())}
          >
            {starting === 'yes' ? t('home.starting') : t('home.start')}
          </Button>
          <div className={css.others}>
            <Button look="quiet" icon={<Settings2 aria-hidden="true" />} onClick={() => (desk.session?.may_create === false ? setSigningIn(true) : setChoosing(true))}>
              {t('home.with')}
            </Button>
            {account !== null && (
              <Button look="quiet" icon={<Video aria-hidden="true" />} onClick={() => void start(props.onRoom)}>
                {t('home.room')}
              </Button>
            )}
          </div>
          {starting === 'failed' && !signingIn && (
            <p className={css.failed} role="alert">
              {t('home.startFailed')}
            </p>
          )}
          <form className={css.form} onSubmit={submit} noValidate>
            <TextField
              className={css.code}
              label={t('home.codeLabel')}
              labelHidden
              placeholder={CODE_EXAMPLE}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              error={error}
              onChange={(event) => {
                setTyped(event.target.value);
                setError(null);
              }}
            />
            <Button type="submit" size="large">
              {t('home.join')}
            </Button>
          </form>
        </div>
        {desk.meetings.length > 0 && (
          <section className={css.recents} aria-labelledby="mine">
            <h2 id="mine">{t('home.mine')}</h2>
            <ul>
              {desk.meetings.map((meeting) => (
                <Row
                  key={meeting.link}
                  icon={<Video aria-hidden="true" />}
                  name={meeting.is_personal ? t('home.room') : nameOf(meeting)}
                  when={meeting.state === 'on' ? t('home.on') : meeting.started_at === null ? '' : ago(Date.parse(meeting.started_at), now, shown)}
                  on={meeting.state === 'on'}
                  onEnter={() => onEnter(meeting.link)}
                >
                  <RoundButton
                    small
                    look="ghost"
                    label={t('home.change', { title: nameOf(meeting) })}
                    icon={<Settings2 aria-hidden="true" />}
                    onClick={() => setChanging(meeting)}
                  />
                </Row>
              ))}
            </ul>
            {desk.more && (
              <Button look="quiet" className={css.more} onClick={props.onMore}>
                {t('home.more')}
              </Button>
            )}
          </section>
        )}
        {others.length > 0 && (
          <section className={css.recents} aria-labelledby="recents">
            <h2 id="recents">{t('home.recents')}</h2>
            <ul>
              {others.map(({ room, at }) => (
                <Row key={room} icon={<Clock aria-hidden="true" />} name={room} when={ago(at, now, shown)} onEnter={() => onEnter(room)}>
                  <RoundButton small look="ghost" label={t('home.forget', { room })} icon={<X aria-hidden="true" />} onClick={() => props.onForget(room)} />
                </Row>
              ))}
            </ul>
          </section>
        )}
      </main>
      <Suspense fallback={null}>
        {signingIn && <SignIn onSignIn={props.onSignIn} onClose={closeSignIn} />}
        {changing !== null && (
          <MeetingDialog
            meeting={changing}
            onSave={(settings) => props.onChange(changing.link, settings)}
            onNewLink={async () => {
              const done = await props.onNewLink(changing.link);
              if (done.ok) closeDialog();
              return done;
            }}
            onClose={closeDialog}
          />
        )}
        {choosing && <NewMeetingDialog onMake={(settings) => props.onStart(settings)} onMade={onEnter} onClose={closeChoice} />}
      </Suspense>
    </div>
  );
}

function nameOf({ title, link }: MeetingInfo): string {
  return title === '' ? link : title;
}

interface RowProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly when: string;
  readonly on?: boolean;
  readonly onEnter: () => void;
  /** What else can be done with it. */
  readonly children: ReactNode;
}

function Row({ icon, name, when, on = false, onEnter, children }: RowProps) {
  return (
    <li className={css.recent}>
      <button type="button" className={css.enter} onClick={onEnter}>
        {icon}
        <span className={css.room}>{name}</span>
        <span className={on ? css.on : css.when}>{when}</span>
        <ArrowRight className={css.arrow} aria-hidden="true" />
      </button>
      {children}
    </li>
  );
}
