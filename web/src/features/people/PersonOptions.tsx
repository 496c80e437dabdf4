import { Crown, DoorOpen, Hand, MessageSquare, MicOff, MonitorUp, Pin, PinOff, Speech, Sparkles, Video, VideoOff, Volume2 } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { CustomRole, GivenRole, MeetingState, Participant } from '@/sdk/meeting/types';
import { may, outranks } from '@/shared/capability';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Confirm } from '@/shared/ui/Confirm';
import { SelectField } from '@/shared/ui/SelectField';
import { TextField } from '@/shared/ui/TextField';
import css from './PeoplePanel.module.css';
import type { Entry } from './roster';

interface Props {
  readonly id: string;
  readonly entry: Entry;
  readonly pinned: boolean;
  readonly onPin: (id: string) => void;
  readonly onVolume: (id: string, volume: number) => void;
  readonly meeting: Meeting | null;
  readonly state: MeetingState | null;
  readonly onWrite: ((id: string) => void) | null;
}

/** What we may do about somebody: for ourselves, and, as far as our role reaches, for everyone. */
export function PersonOptions({ id, entry, pinned, onPin, onVolume, meeting, state, onWrite }: Props) {
  const t = useWords();
  const { person, participant, name } = entry;
  return (
    <div id={id} className={css.options}>
      {person !== null && !person.isLocal && (
        <div className={css.volume}>
          <Volume2 aria-hidden="true" />
          <input
            type="range"
            aria-label={t('people.volume', { name })}
            min="0"
            max="100"
            step="5"
            value={Math.round(person.volume * 100)}
            onChange={(event) => onVolume(person.id, Number(event.target.value) / 100)}
          />
          <span className="tabular" aria-hidden="true">
            {Math.round(person.volume * 100)}
          </span>
        </div>
      )}
      {person !== null && (
        <Button look="quiet" icon={pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />} aria-pressed={pinned} onClick={() => onPin(person.id)}>
          {t(pinned ? 'stage.unpin' : 'stage.pin', { name })}
        </Button>
      )}
      {onWrite !== null && participant !== null && !entry.isLocal && (
        <Button look="quiet" icon={<MessageSquare aria-hidden="true" />} onClick={() => onWrite(participant.id)}>
          {t('person.write')}
        </Button>
      )}
      {meeting !== null && participant !== null && <HostOptions entry={entry} participant={participant} meeting={meeting} state={state} />}
      {meeting !== null && entry.isLocal && may(state, 'rename_self') && <Rename name={name} onRename={(next) => carryOut(meeting.rename(next))} />}
    </div>
  );
}

function HostOptions({ entry, participant, meeting, state }: { entry: Entry; participant: Participant; meeting: Meeting; state: MeetingState | null }) {
  const t = useWords();
  const [asking, setAsking] = useState<'remove' | 'hand-over' | null>(null);
  const { id, name, role } = participant;
  const { person } = entry;
  const above = outranks(state, participant);
  const spotlight = state?.meeting.spotlight ?? [];
  const lit = spotlight.includes(id);
  const stopAsking = (): void => setAsking(null);

  const act = (when: boolean, key: Parameters<typeof t>[0], icon: ReactNode, onClick: () => void) =>
    when && (
      <Button key={key} look="quiet" icon={icon} onClick={onClick}>
        {t(key)}
      </Button>
    );
  const speaks = role === 'host' || role === 'cohost' || role === 'speaker';
  return (
    <>
      {may(state, 'allow_to_speak') && [
        act(!speaks && !participant.allowed_to_speak, 'person.allowToSpeak', <Speech aria-hidden="true" />, () => void carryOut(meeting.allowToSpeak(id, true))),
        act(participant.allowed_to_speak, 'person.endSpeaking', <Speech aria-hidden="true" />, () => void carryOut(meeting.allowToSpeak(id, false))),
        act(participant.hand_at !== null && !entry.isLocal, 'person.lowerHand', <Hand aria-hidden="true" />, () => void carryOut(meeting.lowerHand(id))),
      ]}
      {act(may(state, 'spotlight') && person !== null, lit ? 'person.unspotlight' : 'person.spotlight', <Sparkles aria-hidden="true" />, () =>
        void carryOut(meeting.setSpotlight(lit ? spotlight.filter((one) => one !== id) : [...spotlight, id])),
      )}
      {above && [
        act(may(state, 'mute_others') && person?.mic === 'on', 'person.mute', <MicOff aria-hidden="true" />, () => void carryOut(meeting.mute(id, 'microphone'))),
        act(may(state, 'hard_mute'), participant.hard_muted ? 'person.unHardMute' : 'person.hardMute', <MicOff aria-hidden="true" />, () => void carryOut(meeting.restrict(id, { microphone: !participant.hard_muted }))),
        act(may(state, 'stop_video') && (participant.video_stopped || (person !== null && person.camera !== null)), participant.video_stopped ? 'person.allowVideo' : 'person.stopVideo', participant.video_stopped ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />, () =>
          void carryOut(meeting.restrict(id, { camera: !participant.video_stopped })),
        ),
        act(may(state, 'stop_share') && (participant.share_stopped || (person !== null && person.share !== null)), participant.share_stopped ? 'person.allowShare' : 'person.stopShare', <MonitorUp aria-hidden="true" />, () =>
          void carryOut(meeting.restrict(id, { screen_share: !participant.share_stopped })),
        ),
        act(may(state, 'hand_over'), 'person.handOver', <Crown aria-hidden="true" />, () => setAsking('hand-over')),
        act(may(state, 'remove'), 'person.remove', <DoorOpen aria-hidden="true" />, () => setAsking('remove')),
      ]}
      {above && may(state, 'promote') && role !== 'host' && (
        <RoleField participant={participant} meeting={meeting} />
      )}
      {asking === 'remove' && (
        <Confirm
          title={t('person.removeAsk', { name })}
          hint={t('person.removeHint')}
          choices={[
            { label: t('person.removeDo', { name }), onChoose: () => void carryOut(meeting.remove(id, false)) },
            ...(may(state, 'ban') ? [{ label: t('person.banDo'), onChoose: () => void carryOut(meeting.remove(id, true)) }] : []),
          ]}
          onClose={stopAsking}
        />
      )}
      {asking === 'hand-over' && (
        <Confirm
          title={t('person.handOverAsk', { name })}
          hint={t('person.handOverHint', { name })}
          choices={[{ label: t('person.handOver'), onChoose: () => void carryOut(meeting.handOver(id)) }]}
          onClose={stopAsking}
        />
      )}
    </>
  );
}

const ROLES: readonly GivenRole[] = ['cohost', 'speaker', 'attendee', 'viewer'];
/** No role of ours is called so: names of both stand in one list. */
const MADE = 'made:';

/** Ours, and those that somebody made for this meeting or for the organisation. */
function RoleField({ participant, meeting }: { participant: Participant; meeting: Meeting }) {
  const t = useWords();
  const { id, role, role_name } = participant;
  const [made, setMade] = useState<readonly CustomRole[]>([]);
  useEffect(() => {
    let left = false;
    void meeting.customRoles().then((roles) => {
      if (!left) setMade(roles);
    });
    return () => {
      left = true;
    };
  }, [meeting]);
  const own = made.find(({ name }) => name === role_name);
  // One that is given to nobody any more is still theirs.
  const gone = role_name !== null && own === undefined ? [{ value: MADE, label: role_name }] : [];
  return (
    <SelectField
      label={t('person.role')}
      value={role_name === null ? role : `${MADE}${own?.id ?? ''}`}
      options={[...ROLES.map((value) => ({ value, label: t(`roles.${value}`) })), ...made.map((one) => ({ value: `${MADE}${one.id}`, label: one.name })), ...gone]}
      onChange={(next) => void carryOut(next.startsWith(MADE) ? meeting.setCustomRole(id, next.slice(MADE.length)) : meeting.setRole(id, next as GivenRole))}
    />
  );
}

function Rename({ name, onRename }: { name: string; onRename: (name: string) => Promise<boolean> }) {
  const t = useWords();
  const [next, setNext] = useState(name);
  const wanted = next.trim();
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '' && wanted !== name) void onRename(wanted);
      }}
    >
      <TextField label={t('person.renameLabel')} value={next} maxLength={60} autoComplete="name" onChange={(event) => setNext(event.target.value)} />
      <Button type="submit" aria-disabled={wanted === '' || wanted === name}>
        {t('person.rename')}
      </Button>
    </form>
  );
}
