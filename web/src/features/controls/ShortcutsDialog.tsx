import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { keyName } from '@/shared/key_name';
import { bindings, COMMANDS, MEETING_COMMANDS, ORIGINAL, rebind, resetBindings, setShortcutsEnabled, shortcutsEnabled, type Command, type Rebound } from '@/shared/shortcuts';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import css from './ShortcutsDialog.module.css';

export { loadLaterWords } from '@/shared/later_words';

/** Every key, and a press to change it. A key has one meaning: one that is taken is refused, by name. */
export function ShortcutsDialog({ inMeeting, onClose }: { inMeeting: boolean; onClose: () => void }) {
  const t = useWords();
  const enabled = useStore(shortcutsEnabled);
  const keys = useStore(bindings);
  const [asking, setAsking] = useState<Command | null>(null);
  const [refused, setRefused] = useState<{ readonly key: string; readonly why: Extract<Rebound, { ok: false }> } | null>(null);

  const stop = (): void => {
    setAsking(null);
    setRefused(null);
  };
  const onPress = (command: Command) => (event: KeyboardEvent) => {
    if (asking !== command) return;
    // Tab must lead out of here, whatever is asked.
    if (event.key === 'Tab') {
      stop();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      stop();
      return;
    }
    if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    const outcome = rebind(command, event.key);
    if (outcome.ok) stop();
    else setRefused({ key: event.key, why: outcome });
  };
  const trouble =
    refused === null
      ? ''
      : refused.why.why === 'reserved'
        ? t('shortcuts.reserved')
        : t('shortcuts.taken', { key: keyName(refused.key, t), command: t(`shortcuts.rows.${refused.why.by}`) });

  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose} holdsEscape={asking !== null}>
      <dl className={css.list}>
        {COMMANDS.filter((command) => inMeeting || !MEETING_COMMANDS.has(command)).map((command) => (
          <div key={command} className={css.row}>
            <dt>{t(`shortcuts.rows.${command}`)}</dt>
            <dd>
              <KeyButton
                label={t('shortcuts.change', { command: t(`shortcuts.rows.${command}`), key: keyName(keys[command], t) })}
                asking={asking === command}
                words={asking === command ? t('shortcuts.press') : keyName(keys[command], t)}
                onAsk={() => {
                  setRefused(null);
                  setAsking(asking === command ? null : command);
                }}
                onPress={onPress(command)}
              />
            </dd>
          </div>
        ))}
        <div className={css.row}>
          <dt>{t('shortcuts.rows.close')}</dt>
          <dd>
            <kbd className={css.key}>{t('shortcuts.escape')}</kbd>
          </dd>
        </div>
      </dl>
      <p className={css.trouble} role="alert">
        {trouble}
      </p>
      <label className={css.toggle}>
        <input type="checkbox" checked={enabled} onChange={(event) => setShortcutsEnabled(event.target.checked)} />
        {t('shortcuts.enabled')}
      </label>
      {COMMANDS.some((command) => keys[command] !== ORIGINAL[command]) && <Button onClick={resetBindings}>{t('shortcuts.reset')}</Button>}
    </Dialog>
  );
}

function KeyButton(props: { label: string; words: string; asking: boolean; onAsk: () => void; onPress: (event: KeyboardEvent) => void }) {
  const ref = useRef<HTMLButtonElement>(null);
  // Safari does not give the focus to what is pressed with the mouse; the answer comes by key.
  useEffect(() => {
    if (props.asking) ref.current?.focus();
  }, [props.asking]);
  return (
    <button
      ref={ref}
      type="button"
      className={css.key}
      aria-label={props.asking ? props.words : props.label}
      data-asking={props.asking}
      onClick={props.onAsk}
      onKeyDown={props.onPress}
    >
      {props.words}
    </button>
  );
}
