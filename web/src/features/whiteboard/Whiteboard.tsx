import { CloudOff, Download, Expand, Eraser, List, Redo2, Trash2, TriangleAlert, Tv, TvMinimal, Undo2, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type RefObject } from 'react';
import type { Board } from '@/sdk/boards/board';
import { boardOf, renew } from '@/sdk/boards/boards';
import { Drafts, tellDraft, type Draft, type Sketch } from '@/sdk/boards/drafts';
import { Drawing, MAX_TEXT, type Colour, type Kind, type Shape } from '@/sdk/boards/drawing';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { may } from '@/shared/capability';
import { saveFile } from '@/shared/download';
import { useBox } from '@/shared/hooks/use_box';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { hueOf } from '@/shared/initials';
import { carryOut } from '@/shared/refusal';
import { BoardNotice } from '@/shared/ui/BoardNotice';
import { Confirm } from '@/shared/ui/Confirm';
import { Menu } from '@/shared/ui/Menu';
import { RestoreBoard } from '@/shared/ui/RestoreBoard';
import { RoundButton } from '@/shared/ui/RoundButton';
import { pictureOf, toPng } from './export';
import { areaOf, around, fitting, round, toBoard, zoomed, type Point, type Sight } from './geometry';
import { describe, ObjectList } from './ObjectList';
import { ShapeView } from './ShapeView';
import { heightOf } from './text';
import { Toolbar } from './Toolbar';
import { isWritten, USUAL_SIZE, type Tool } from './tools';
import { resized, useGestures } from './use_gestures';
import { usePointers, type Pointer } from './use_pointers';
import css from './Whiteboard.module.css';

export { loadBoardWords } from '@/shared/board_words';

interface Props {
  readonly meeting: Meeting;
  readonly state: MeetingState;
  readonly onClose: () => void;
}

/** The whiteboard of a meeting, beside the people: everybody who may draws at the same time. */
export function Whiteboard(props: Props) {
  const { meeting } = props;
  const [board, setBoard] = useState(() => boardOf(meeting, 'whiteboard'));
  return <OnBoard key={board.doc.clientID} {...props} board={board} onRenew={() => setBoard(renew(meeting, 'whiteboard'))} />;
}

const ARROWS: Readonly<Record<string, Point>> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };
const STEP = 10;
const FINE_STEP = 1;
const PAN_STEP = 60;
const ZOOM_STEP = 1.25;
const NOTHING: ReadonlySet<string> = new Set();

function OnBoard({ meeting, state, board, onClose, onRenew }: Props & { board: Board; onRenew: () => void }) {
  const t = useWords();
  const { loaded, unsent, away, trouble } = useStore(board.view);
  const drawing = useDrawing(board);
  const { shapes, canUndo, canRedo } = useStore(drawing.view);
  const mayEdit = may(state, 'edit_notes');
  useLayoutEffect(() => board.setMayEdit(mayEdit), [board, mayEdit]);
  const [tool, setTool] = useState<Tool>(mayEdit ? 'pen' : 'hand');
  const [colour, setColour] = useState<Colour>('black');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NOTHING);
  const [sight, setSight] = useState<Sight>({ x: 0, y: 0, scale: 1 });
  const [writing, setWriting] = useState<string | null>(null);
  const [clearing, setClearing] = useState(false);
  const [listed, setListed] = useState(false);
  const canvas = useRef<SVGSVGElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const box = useBox(frame);
  // What somebody else removed is not selected any more.
  const selected = useMemo(() => new Set(shapes.filter(({ id }) => chosen.has(id)).map(({ id }) => id)), [shapes, chosen]);
  const pointers = usePointers(board);
  const point = useCallback((at: Point | null) => board.presence.awareness.setLocalStateField('pointer', at === null ? null : { x: round(at.x), y: round(at.y) }), [board]);

  const { shown, handlers } = useGestures({
    canvas,
    drawing,
    shapes,
    sight,
    tool,
    colour,
    mayEdit,
    selected,
    onSight: setSight,
    onSelect: setChosen,
    onMade: (id, kind) => made(id, kind),
    onWrite: setWriting,
    onPoint: point,
  });
  useWheel(canvas, setSight);
  const sketches = useDrafts(board, drawing, shown.draft);

  const made = (id: string, kind: Kind): void => {
    if (kind === 'pen') return;
    setChosen(new Set([id]));
    setTool('select');
    if (isWritten(kind)) setWriting(id);
  };
  const middle = (): Point => toBoard(sight, { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 });
  const choose = (next: Tool): void => {
    setTool(next);
    if (next !== 'select') setChosen(NOTHING);
  };
  const paint = (next: Colour): void => {
    setColour(next);
    if (selected.size > 0 && mayEdit) drawing.change(selected, () => ({ colour: next }));
  };
  const remove = (): void => {
    if (selected.size === 0 || !mayEdit) return;
    announcer.say(t('whiteboard.removed', { count: selected.size }));
    drawing.remove(selected);
    canvas.current?.focus();
  };
  /** What a press in the middle would make. */
  const make = (): void => {
    if (tool === 'select' || tool === 'hand' || tool === 'pen') return;
    const { x, y } = middle();
    const [w, h] = USUAL_SIZE[tool];
    const shape = { kind: tool, x: round(x - w / 2), y: round(y - h / 2), w, h, colour, text: '', points: [] };
    announcer.say(t('whiteboard.added', { object: describe({ ...shape, id: '', z: 0 }, t) }));
    made(drawing.add(shape), tool);
  };
  const zoom = (factor: number): void => setSight((now) => zoomed(now, factor, { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 }));
  const showAll = (): void => {
    const all = around(shapes.map(areaOf));
    if (all !== null && box !== null) setSight(fitting(all, box.width, box.height));
  };

  const onArrow = (event: KeyboardEvent, { x, y }: Point): void => {
    if (selected.size === 0 || !mayEdit) {
      setSight((now) => ({ ...now, x: now.x - x * PAN_STEP, y: now.y - y * PAN_STEP }));
      return;
    }
    const step = event.altKey ? FINE_STEP : STEP;
    const by = { x: x * step, y: y * step };
    drawing.joinSteps(() => drawing.change(selected, (shape) => (event.shiftKey && shape.kind !== 'pen' ? resized(shape, by) : { x: round(shape.x + by.x), y: round(shape.y + by.y) })));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const arrow = ARROWS[event.key];
    const one = selected.size === 1 ? shapes.find(({ id }) => selected.has(id)) : undefined;
    if (arrow !== undefined) onArrow(event, arrow);
    else if (command && mayEdit && (key === 'y' || (key === 'z' && event.shiftKey))) drawing.redo();
    else if (command && mayEdit && key === 'z') drawing.undo();
    else if (command && key === 'a') setChosen(new Set(shapes.map(({ id }) => id)));
    else if (command) return;
    else if (event.key === 'Delete' || event.key === 'Backspace') remove();
    else if (event.key === 'Enter' && mayEdit) {
      if (one !== undefined && isWritten(one.kind)) setWriting(one.id);
      else make();
    } else if (event.key === 'Escape' && selected.size > 0) setChosen(NOTHING);
    else if (event.key === '+' || event.key === '=') zoom(ZOOM_STEP);
    else if (event.key === '-') zoom(1 / ZOOM_STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const save = async (as: 'svg' | 'png'): Promise<void> => {
    const picture = canvas.current === null ? null : pictureOf(canvas.current, shapes);
    if (picture === null) {
      announcer.say(t('whiteboard.nothing'), { shown: true });
      return;
    }
    const file = as === 'svg' ? new Blob([picture.svg], { type: 'image/svg+xml' }) : await toPng(picture).catch(() => null);
    if (file !== null) saveFile(`whiteboard.${as}`, file, file.type);
  };

  const written = shapes.find(({ id }) => id === writing);
  const forAll = state.meeting.layout === 'whiteboard';
  const nameOf = (id: string): string => state.participants.find((person) => person.id === id)?.name ?? '';
  return (
    <section className={css.whiteboard} aria-label={t('whiteboard.title')} data-whiteboard={loaded ? 'ready' : 'loading'} data-unsent={unsent}>
      <div className={css.bar}>
        {mayEdit ? <Toolbar tool={tool} colour={colour} onTool={choose} onColour={paint} /> : <p className={css.reading}>{t('whiteboard.readOnly')}</p>}
        <div className={css.acts} role="group" aria-label={t('whiteboard.acts')}>
          {mayEdit && (
            <>
              <RoundButton small look="ghost" tipAt="below" label={t('whiteboard.undo')} icon={<Undo2 aria-hidden="true" />} aria-disabled={!canUndo} onClick={() => drawing.undo()} />
              <RoundButton small look="ghost" tipAt="below" label={t('whiteboard.redo')} icon={<Redo2 aria-hidden="true" />} aria-disabled={!canRedo} onClick={() => drawing.redo()} />
              <RoundButton small look="ghost" tipAt="below" label={t('whiteboard.remove')} icon={<Trash2 aria-hidden="true" />} aria-disabled={selected.size === 0} onClick={remove} />
              <RoundButton small look="ghost" tipAt="below" label={t('whiteboard.clear')} icon={<Eraser aria-hidden="true" />} aria-disabled={shapes.length === 0} onClick={() => shapes.length > 0 && setClearing(true)} />
            </>
          )}
          <RoundButton small look={listed ? 'active' : 'ghost'} tipAt="below" label={t('whiteboard.list')} icon={<List aria-hidden="true" />} aria-expanded={listed} onClick={() => setListed(!listed)} />
          <Menu
            label={t('whiteboard.save')}
            icon={<Download aria-hidden="true" />}
            className={css.save}
            control="save-whiteboard"
            items={[
              { label: t('whiteboard.savePng'), icon: <Download aria-hidden="true" />, onSelect: () => void save('png') },
              { label: t('whiteboard.saveSvg'), icon: <Download aria-hidden="true" />, onSelect: () => void save('svg') },
            ]}
            onOpenChange={ignore}
          />
          {may(state, 'change_settings') && <RestoreBoard meeting={meeting} board="whiteboard" />}
          {may(state, 'layout_for_all') && (
            <RoundButton
              small
              look={forAll ? 'active' : 'ghost'}
              tipAt="below"
              label={forAll ? t('whiteboard.hideForAll') : t('whiteboard.showAll')}
              icon={forAll ? <Tv aria-hidden="true" /> : <TvMinimal aria-hidden="true" />}
              aria-pressed={forAll}
              data-control="whiteboard-for-all"
              onClick={() => void carryOut(meeting.setLayout(forAll ? null : 'whiteboard'))}
            />
          )}
          <RoundButton small look="ghost" tipAt="below" label={t('whiteboard.close')} icon={<X aria-hidden="true" />} data-control="close-whiteboard" onClick={onClose} />
        </div>
      </div>
      <BoardNotice away={away} unsent={unsent} trouble={trouble} icons={{ away: <CloudOff aria-hidden="true" />, trouble: <TriangleAlert aria-hidden="true" /> }} onRenew={onRenew} />
      <div ref={frame} className={css.frame}>
        <svg
          ref={canvas}
          className={css.canvas}
          tabIndex={0}
          role="application"
          aria-label={t('whiteboard.canvas', { count: shapes.length })}
          aria-describedby="whiteboard-keys"
          data-tool={tool}
          onKeyDown={onKeyDown}
          {...handlers}
        >
          <g transform={`translate(${sight.x} ${sight.y}) scale(${sight.scale})`}>
            {shapes.map((shape) => (
              <ShapeView key={shape.id} shape={placed(shape, shown)} hidden={shape.id === writing} />
            ))}
            {sketches
              .filter(({ participant }) => nameOf(participant) !== '')
              .map(({ client, participant, shape }) => (
                <g key={`${client} ${shape.id}`} className={css.draft} data-draft={participant}>
                  <ShapeView shape={shape} />
                </g>
              ))}
            {shown.draft !== null && <g className={css.draft} data-draft=""><ShapeView shape={{ ...shown.draft, z: 0 }} /></g>}
            {shapes.filter(({ id }) => selected.has(id)).map((shape) => <Mark key={shape.id} shape={placed(shape, shown)} scale={sight.scale} sizable={mayEdit && selected.size === 1 && shape.kind !== 'pen'} />)}
            {shown.frame !== null && <rect className={css.catch} x={shown.frame.x} y={shown.frame.y} width={shown.frame.w} height={shown.frame.h} />}
            {pointers.map((pointer) => <Pointing key={pointer.client} pointer={pointer} name={nameOf(pointer.participant)} scale={sight.scale} />)}
          </g>
        </svg>
        <p id="whiteboard-keys" className="visually-hidden">
          {t('whiteboard.keys')}
        </p>
        {!loaded && trouble === null && <p className={css.loading}>{t('panel.loading')}</p>}
        {loaded && shapes.length === 0 && shown.draft === null && <p className={css.loading}>{mayEdit ? t('whiteboard.hint') : t('whiteboard.nothing')}</p>}
        {written !== undefined && isWritten(written.kind) && (
          <Writing
            key={written.id}
            shape={written}
            sight={sight}
            onText={(text) => drawing.joinSteps(() => drawing.change([written.id], (shape) => ({ text, h: Math.max(shape.kind === 'note' ? shape.h : 0, heightOf(text, shape.w)) })))}
            onDone={() => {
              setWriting(null);
              if (written.kind === 'text' && written.text.trim() === '') drawing.remove([written.id]);
              canvas.current?.focus();
            }}
          />
        )}
        {listed && <ObjectList shapes={shapes} selected={selected} onSelect={(ids) => { setTool('select'); setChosen(ids); }} />}
        <div className={css.zoom} role="group" aria-label={t('whiteboard.zoom')}>
          <RoundButton small look="ghost" label={t('whiteboard.zoomOut')} icon={<ZoomOut aria-hidden="true" />} onClick={() => zoom(1 / ZOOM_STEP)} />
          <button type="button" className="tabular" aria-label={t('whiteboard.zoomReset', { percent: Math.round(sight.scale * 100) })} onClick={() => zoom(1 / sight.scale)}>
            {Math.round(sight.scale * 100)} %
          </button>
          <RoundButton small look="ghost" label={t('whiteboard.zoomIn')} icon={<ZoomIn aria-hidden="true" />} onClick={() => zoom(ZOOM_STEP)} />
          <RoundButton small look="ghost" label={t('whiteboard.fit')} icon={<Expand aria-hidden="true" />} aria-disabled={shapes.length === 0} onClick={showAll} />
        </div>
      </div>
      {clearing && <Confirm title={t('whiteboard.clearTitle')} hint={t('whiteboard.clearHint', { count: shapes.length })} choices={[{ label: t('whiteboard.clear'), onChoose: () => drawing.clear() }]} onClose={() => setClearing(false)} />}
    </section>
  );
}

const ignore = (): void => undefined;

function useDrawing(board: Board): Drawing {
  const [drawing] = useState(() => new Drawing(board.doc));
  useEffect(() => {
    board.presence.awareness.setLocalState({});
    return () => {
      drawing.close();
      if (!board.isClosed) board.presence.awareness.setLocalState(null);
    };
  }, [board, drawing]);
  return drawing;
}

/** What others draw at this moment; they are told what is drawn here. */
function useDrafts(board: Board, drawing: Drawing, own: Draft | null): readonly Sketch[] {
  const [sketches, setSketches] = useState<readonly Sketch[]>([]);
  useEffect(() => {
    const drafts = new Drafts(board, drawing);
    const read = (): void => setSketches(drafts.view.get());
    read();
    const stop = drafts.view.subscribe(read);
    return () => {
      stop();
      drafts.close();
    };
  }, [board, drawing]);
  useEffect(() => tellDraft(board, own), [board, own]);
  return sketches;
}

/** Two fingers on a touchpad move the board; with Ctrl, which is what pinching says, it comes closer. */
function useWheel(canvas: RefObject<SVGSVGElement | null>, onSight: (change: (sight: Sight) => Sight) => void): void {
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      // React listens passively and could not keep the page from scrolling.
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) onSight((now) => zoomed(now, Math.exp(-event.deltaY / 200), { x: event.clientX - left, y: event.clientY - top }));
      else onSight((now) => ({ ...now, x: now.x - (event.shiftKey ? event.deltaY : event.deltaX), y: now.y - (event.shiftKey ? 0 : event.deltaY) }));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [canvas, onSight]);
}

/** Where it is while it is moved or made larger: others see it when it is let go. */
function placed(shape: Shape, { shifted, sized }: ReturnType<typeof useGestures>['shown']): Shape {
  if (shifted?.ids.has(shape.id) === true) return { ...shape, x: shape.x + shifted.by.x, y: shape.y + shifted.by.y };
  if (sized?.id === shape.id) return { ...shape, ...resized(shape, sized.by) };
  return shape;
}

function Mark({ shape, scale, sizable }: { shape: Shape; scale: number; sizable: boolean }) {
  const { x, y, w, h } = areaOf(shape);
  const air = 6 / scale;
  const size = 14 / scale;
  return (
    <>
      <rect className={css.mark} x={x - air} y={y - air} width={w + 2 * air} height={h + 2 * air} />
      {sizable && <rect className={css.sizer} data-sizer={shape.id} x={shape.x + shape.w - size / 2} y={shape.y + shape.h - size / 2} width={size} height={size} rx={3 / scale} />}
    </>
  );
}

function Pointing({ pointer, name, scale }: { pointer: Pointer; name: string; scale: number }) {
  if (name === '') return null;
  return (
    <g className={css.pointer} style={{ '--hue': hueOf(pointer.participant) } as CSSProperties} transform={`translate(${pointer.x} ${pointer.y}) scale(${1 / scale})`} data-pointer={pointer.participant}>
      <path d="M0 0L4 15L7.5 9.5L14 8Z" />
      <text x={14} y={22}>
        {name}
      </text>
    </g>
  );
}

interface WritingProps {
  readonly shape: Shape;
  readonly sight: Sight;
  readonly onText: (text: string) => void;
  readonly onDone: () => void;
}

/** Over the shape while somebody writes into it. */
function Writing({ shape, sight, onText, onDone }: WritingProps) {
  const t = useWords();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  const place = {
    left: sight.x + shape.x * sight.scale,
    top: sight.y + shape.y * sight.scale,
    width: shape.w,
    height: Math.max(shape.h, heightOf(shape.text, shape.w)),
    transform: `scale(${sight.scale})`,
  };
  return (
    <textarea
      ref={area}
      className={css.writing}
      dir="auto"
      style={place}
      aria-label={t('whiteboard.text')}
      maxLength={MAX_TEXT}
      value={shape.text}
      onChange={(event) => onText(event.target.value)}
      onBlur={onDone}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onDone();
      }}
    />
  );
}
