import type { Shape } from '@/sdk/boards/drawing';
import { useWords, type Translate } from '@/shared/i18n';
import { CheckField } from '@/shared/ui/CheckField';
import { isWritten } from './tools';
import css from './Whiteboard.module.css';

interface Props {
  readonly shapes: readonly Shape[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
}

/** More of them are no list that anybody reads. */
const MOST = 300;

/** Everything on the board in words, the topmost first: for those who do not see it, and for what lies below. */
export function ObjectList({ shapes, selected, onSelect }: Props) {
  const t = useWords();
  return (
    <section className={css.objects} aria-label={t('whiteboard.objects', { count: shapes.length })}>
      <h3>{t('whiteboard.objects', { count: shapes.length })}</h3>
      <ul>
        {shapes
          .toReversed()
          .slice(0, MOST)
          .map((shape) => (
            <li key={shape.id}>
              <CheckField
                checked={selected.has(shape.id)}
                onChange={(event) => onSelect(event.target.checked ? new Set([...selected, shape.id]) : new Set([...selected].filter((id) => id !== shape.id)))}
              >
                {describe(shape, t)}
              </CheckField>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** "Sticky note, red: Buy milk". */
export function describe(shape: Shape, t: Translate): string {
  const what = t('whiteboard.object', { kind: t(`whiteboard.tool.${shape.kind}`), colour: t(`whiteboard.colour.${shape.colour}`) });
  return isWritten(shape.kind) && shape.text.trim() !== '' ? t('whiteboard.objectText', { what, text: shape.text.trim().slice(0, 80) }) : what;
}
