import { useStore } from '@/shared/hooks/use_store';
import { t } from '@/shared/messages';
import { setShortcutsEnabled, shortcutsEnabled, type Command } from '@/shared/shortcuts';
import { Dialog } from '@/shared/ui/Dialog';
import css from './ShortcutsDialog.module.css';

const ORDER: readonly Command[] = ['mic', 'camera', 'share', 'people', 'layout', 'fullscreen', 'help', 'close'];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const enabled = useStore(shortcutsEnabled);
  return (
    <Dialog title={t.shortcuts.title} onClose={onClose}>
      <dl className={css.list}>
        {ORDER.map((command) => (
          <div key={command} className={css.row}>
            <dt>{t.shortcuts.rows[command]}</dt>
            <dd>
              <kbd className={css.key}>{t.shortcuts.keys[command]}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <label className={css.toggle}>
        <input type="checkbox" checked={enabled} onChange={(event) => setShortcutsEnabled(event.target.checked)} />
        {t.shortcuts.enabled}
      </label>
    </Dialog>
  );
}
