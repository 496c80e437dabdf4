import { useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { Timer } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { TextField } from '@/shared/ui/TextField';
import css from './TimerDialog.module.css';

const MINUTES = [1, 3, 5, 10, 15, 30];
const LONGEST_MINUTES = 24 * 60;

export function TimerDialog({ meeting, timer, onClose }: { meeting: Meeting; timer: Timer | null; onClose: () => void }) {
  const t = useWords();
  const [minutes, setMinutes] = useState('5');
  const [label, setLabel] = useState('');
  const wanted = Number(minutes);
  const good = Number.isFinite(wanted) && wanted > 0 && wanted <= LONGEST_MINUTES;
  const start = async (): Promise<void> => {
    if (good && (await carryOut(meeting.setTimer(Math.round(wanted * 60), label.trim())))) onClose();
  };
  return (
    <Dialog title={t('timer.title')} onClose={onClose}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <div className={css.quick}>
          {MINUTES.map((one) => (
            <Button key={one} aria-pressed={minutes === String(one)} look={minutes === String(one) ? 'primary' : 'plain'} onClick={() => setMinutes(String(one))}>
              {one}
            </Button>
          ))}
        </div>
        <TextField label={t('timer.minutes')} type="number" inputMode="decimal" min="0.5" max={LONGEST_MINUTES} step="0.5" value={minutes} onChange={(event) => setMinutes(event.target.value)} />
        <TextField label={t('timer.label')} maxLength={60} value={label} onChange={(event) => setLabel(event.target.value)} />
        <div className={css.acts}>
          {timer !== null && (
            <Button
              onClick={() => {
                void carryOut(meeting.stopTimer());
                onClose();
              }}
            >
              {t('timer.stop')}
            </Button>
          )}
          <Button type="submit" look="primary" aria-disabled={!good}>
            {t('timer.start')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
