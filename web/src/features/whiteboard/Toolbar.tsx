import { ArrowUpRight, Circle, Hand, Minus, MousePointer2, Pencil, Square, StickyNote, Type } from 'lucide-react';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { COLOURS, type Colour } from '@/sdk/boards/drawing';
import { cx } from '@/shared/cx';
import { isRightToLeft, useWords } from '@/shared/i18n';
import { TOOLS, type Tool } from './tools';
import css from './Whiteboard.module.css';

const ICONS: Record<Tool, ReactNode> = {
  select: <MousePointer2 />,
  hand: <Hand />,
  pen: <Pencil />,
  line: <Minus />,
  arrow: <ArrowUpRight />,
  rectangle: <Square />,
  ellipse: <Circle />,
  text: <Type />,
  note: <StickyNote />,
};

interface Props {
  readonly tool: Tool;
  readonly colour: Colour;
  readonly onTool: (tool: Tool) => void;
  readonly onColour: (colour: Colour) => void;
}

/** What one draws with, and in which colour: two groups of which one is chosen each. */
export function Toolbar({ tool, colour, onTool, onColour }: Props) {
  const t = useWords();
  return (
    <div className={css.tools}>
      <Group label={t('whiteboard.tools')} values={TOOLS} at={tool} onChoose={onTool} nameOf={(one) => t(`whiteboard.tool.${one}`)}>
        {(one) => ICONS[one]}
      </Group>
      <Group label={t('whiteboard.colours')} values={COLOURS} at={colour} onChoose={onColour} nameOf={(one) => t(`whiteboard.colour.${one}`)}>
        {(one) => <span className={cx(css.swatch, css[one])} />}
      </Group>
    </div>
  );
}

interface GroupProps<T extends string> {
  readonly label: string;
  readonly values: readonly T[];
  readonly at: T;
  readonly onChoose: (value: T) => void;
  readonly nameOf: (value: T) => string;
  readonly children: (value: T) => ReactNode;
}

/** Radio buttons that look like tools: one stop of the Tab key, arrows choose. */
function Group<T extends string>({ label, values, at, onChoose, nameOf, children }: GroupProps<T>) {
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const onwards = isRightToLeft() ? -1 : 1;
    const now = values.indexOf(at);
    const go: Record<string, number> = { ArrowRight: now + onwards, ArrowLeft: now - onwards, ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: values.length - 1 };
    const to = go[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (to + values.length) % values.length;
    onChoose(values[next] as T);
    row.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={row} className={css.group} role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {values.map((value) => (
        <button key={value} type="button" role="radio" className={cx(css.tool, value === at && css.on)} aria-checked={value === at} aria-label={nameOf(value)} title={nameOf(value)} tabIndex={value === at ? 0 : -1} data-tool={value} onClick={() => onChoose(value)}>
          {children(value)}
        </button>
      ))}
    </div>
  );
}
