import { useState, type ReactNode } from 'react';
import type { Done, MeetingSettings } from '@/sdk/meeting/desk';
import type { Kind, LobbyRule, MeetingInfo } from '@/sdk/meeting/types';
import { useWords } from '../i18n';
import { Button } from './Button';
import { CheckField } from './CheckField';
import css from './MeetingForm.module.css';
import { SelectField } from './SelectField';
import { TextField } from './TextField';

const KINDS: readonly Kind[] = ['meeting', 'webinar', 'audio_room', 'consult', 'classroom'];
const RULES: readonly LobbyRule[] = ['nobody', 'outsiders', 'everybody'];
const MIN_PASSCODE = 4;
const MOST_PEOPLE = 10_000;
const MOST_MINUTES = 7 * 24 * 60;

export type Settled = Pick<MeetingInfo, 'title' | 'type' | 'lobby' | 'join_before_host' | 'has_passcode' | 'max_people' | 'max_minutes'>;

/** What the server makes of a meeting of which nothing is said. */
export const USUAL: Settled = { title: '', type: 'meeting', lobby: 'outsiders', join_before_host: false, has_passcode: false, max_people: 0, max_minutes: 0 };

interface Props {
  readonly from: Settled;
  readonly placeholder: string;
  readonly save: string;
  readonly onSave: (settings: MeetingSettings) => Promise<Done<unknown> | { readonly ok: boolean }>;
  readonly onSaved: () => void;
  readonly children?: ReactNode;
}

/** What may be settled about a meeting, at its making and later. */
export function MeetingForm({ from, placeholder, save, onSave, onSaved, children }: Props) {
  const t = useWords();
  const [title, setTitle] = useState(from.title);
  const [type, setType] = useState(from.type);
  const [lobby, setLobby] = useState(from.lobby);
  const [early, setEarly] = useState(from.join_before_host);
  const [locked, setLocked] = useState(from.has_passcode);
  const [passcode, setPasscode] = useState('');
  const [people, setPeople] = useState(from.max_people === 0 ? '' : String(from.max_people));
  const [minutes, setMinutes] = useState(from.max_minutes === 0 ? '' : String(from.max_minutes));
  const [state, setState] = useState<'idle' | 'saving' | 'failed' | 'short' | 'people' | 'minutes'>('idle');

  const submit = async (): Promise<void> => {
    if (state === 'saving') return;
    const keepsOld = locked && from.has_passcode && passcode === '';
    const [most, longest] = [limitIn(people, MOST_PEOPLE), limitIn(minutes, MOST_MINUTES)];
    if (locked && !keepsOld && Array.from(passcode).length < MIN_PASSCODE) {
      setState('short');
      return;
    }
    if (most === null) {
      setState('people');
      return;
    }
    if (longest === null) {
      setState('minutes');
      return;
    }
    setState('saving');
    const settings: MeetingSettings = { title: title.trim(), type, lobby, join_before_host: early, max_people: most, max_minutes: longest };
    const done = await onSave(keepsOld || (!locked && !from.has_passcode) ? settings : { ...settings, passcode: locked ? passcode : null });
    if (done.ok) onSaved();
    else setState('failed');
  };

  return (
    <form
      className={css.fields}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onChange={() => setState('idle')}
    >
      <TextField label={t('ownMeeting.name')} placeholder={placeholder} maxLength={100} value={title} onChange={(event) => setTitle(event.target.value)} />
      <SelectField label={t('plan.kind')} value={type} options={KINDS.map((value) => ({ value, label: t(`plan.kinds.${value}`) }))} onChange={(value) => setType(value as Kind)} />
      <SelectField
        label={t('ownMeeting.lobby')}
        value={lobby}
        options={RULES.map((value) => ({ value, label: t(`ownMeeting.rules.${value}`) }))}
        onChange={(value) => setLobby(value as LobbyRule)}
      />
      <CheckField checked={early} onChange={(event) => setEarly(event.target.checked)}>
        {t('ownMeeting.early')}
      </CheckField>
      <CheckField checked={locked} onChange={(event) => setLocked(event.target.checked)}>
        {t('ownMeeting.locked')}
      </CheckField>
      {locked && (
        <TextField
          label={from.has_passcode ? t('ownMeeting.newPasscode') : t('ownMeeting.passcode')}
          autoComplete="off"
          maxLength={64}
          value={passcode}
          error={state === 'short' ? t('ownMeeting.short') : null}
          onChange={(event) => setPasscode(event.target.value)}
        />
      )}
      <TextField label={t('plan.people')} inputMode="numeric" autoComplete="off" maxLength={5} value={people} error={state === 'people' ? t('plan.badPeople') : null} onChange={(event) => setPeople(event.target.value)} />
      <TextField
        label={t('plan.minutes')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        value={minutes}
        error={state === 'minutes' ? t('plan.badMinutes') : null}
        onChange={(event) => setMinutes(event.target.value)}
      />
      {children}
      <p className={css.problem} role="alert">
        {state === 'failed' ? t('ownMeeting.failed') : ''}
      </p>
      <Button type="submit" look="primary" size="large" aria-disabled={state === 'saving'}>
        {state === 'saving' ? t('ownMeeting.saving') : save}
      </Button>
    </form>
  );
}

/** 0: none; null: no number that a limit can be. */
function limitIn(text: string, most: number): number | null {
  const typed = text.trim();
  if (typed === '') return 0;
  const limit = /^\d+$/.test(typed) ? Number(typed) : NaN;
  return limit <= most ? limit : null;
}
