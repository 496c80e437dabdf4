import { CirclePause, CirclePlay, Lock, MicOff, PhoneOff, Settings2 } from 'lucide-react';
import { lazy, Suspense, useId, useState, type ReactNode } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { Layout, LobbyRule, MeetingState } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { may } from '@/shared/capability';
import { cx } from '@/shared/cx';
import { loadDeskWords } from '@/shared/desk_words';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { SelectField } from '@/shared/ui/SelectField';
import { EndForAll } from './EndForAll';
import css from './HostDialog.module.css';

const SettingsDialog = lazy(async () => ({ default: (await Promise.all([import('./MeetingSettingsDialog'), loadDeskWords()]))[0].MeetingSettingsDialog }));

/** What a host can do about the whole meeting, each in one press. */
export function HostDialog({ meeting, state, onClose }: { meeting: Meeting; state: MeetingState; onClose: () => void }) {
  const t = useWords();
  const [ending, setEnding] = useState(false);
  const [settling, setSettling] = useState(false);
  const { is_locked, suspended, lobby, layout } = state.meeting;
  const muteAll = async (hard: boolean): Promise<void> => {
    if (await carryOut(meeting.muteAll(hard))) announcer.say(t('host.mutedAll'), { shown: true });
  };
  return (
    <Dialog title={t('host.title')} onClose={onClose}>
      <div className={css.sections}>
        {may(state, 'mute_others') && (
          <Act icon={<MicOff aria-hidden="true" />} words={t('host.muteAll')} hint={t('host.muteAllHint')} onPress={() => void muteAll(false)} />
        )}
        {may(state, 'hard_mute') && (
          <Act icon={<MicOff aria-hidden="true" />} words={t('host.hardMuteAll')} hint={t('host.hardMuteAllHint')} onPress={() => void muteAll(true)} />
        )}
        {may(state, 'suspend_all') && (
          <Act
            icon={suspended ? <CirclePlay aria-hidden="true" /> : <CirclePause aria-hidden="true" />}
            words={suspended ? t('host.resume') : t('host.suspend')}
            hint={t('host.suspendHint')}
            grave={!suspended}
            onPress={() => void carryOut(meeting.setSuspended(!suspended))}
          />
        )}
        {may(state, 'lock') && (
          <label className={css.toggle}>
            <Lock aria-hidden="true" />
            <span className={css.words}>
              <span>{t('host.lock')}</span>
              <span className={css.hint}>{t('host.lockHint')}</span>
            </span>
            <input type="checkbox" role="switch" checked={is_locked} onChange={() => void carryOut(meeting.setLocked(!is_locked))} />
          </label>
        )}
        {may(state, 'change_settings') && (
          <SelectField
            label={t('host.lobby')}
            value={lobby}
            options={(['nobody', 'outsiders', 'everybody'] as const).map((value) => ({ value, label: t(`host.lobbies.${value}`) }))}
            onChange={(next) => void carryOut(meeting.setSettings({ lobby: next as LobbyRule }))}
          />
        )}
        {may(state, 'layout_for_all') && (
          <SelectField
            label={t('host.layout')}
            value={layout ?? 'own'}
            options={(['own', 'grid', 'speaker', 'whiteboard'] as const).map((value) => ({ value, label: t(`host.layouts.${value}`) }))}
            onChange={(next) => void carryOut(meeting.setLayout(next === 'own' ? null : (next as Layout)))}
          />
        )}
        {may(state, 'change_settings') && (
          <Button className={css.end} look="quiet" icon={<Settings2 aria-hidden="true" />} onClick={() => setSettling(true)}>
            {t('host.more')}
          </Button>
        )}
        {may(state, 'end_for_all') && (
          <Button className={cx(css.end, css.grave)} look="quiet" icon={<PhoneOff aria-hidden="true" />} onClick={() => setEnding(true)}>
            {t('host.end')}
          </Button>
        )}
      </div>
      <Suspense fallback={null}>{settling && <SettingsDialog meeting={meeting} state={state} onClose={() => setSettling(false)} />}</Suspense>
      {ending && <EndForAll meeting={meeting} count={state.participants.length} onClose={() => setEnding(false)} />}
    </Dialog>
  );
}

function Act({ icon, words, hint, grave = false, onPress }: { icon: ReactNode; words: string; hint: string; grave?: boolean; onPress: () => void }) {
  const id = useId();
  return (
    <div className={css.act}>
      <Button icon={icon} look={grave ? 'danger' : 'plain'} aria-describedby={id} onClick={onPress}>
        {words}
      </Button>
      <p id={id} className={css.hint}>
        {hint}
      </p>
    </div>
  );
}
