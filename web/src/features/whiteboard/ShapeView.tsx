import { memo } from 'react';
import type { Shape } from '@/sdk/boards/drawing';
import { cx } from '@/shared/cx';
import { areaOf, arrowHead, penPath } from './geometry';
import { isRightToLeftText, LINE_HEIGHT, PADDING, TEXT_SIZE, wrap } from './text';
import css from './Whiteboard.module.css';

/** One shape. Around its strokes lies a wider one that nobody sees: what a finger can meet. */
export const ShapeView = memo(function ShapeView({ shape, hidden = false }: { shape: Shape; hidden?: boolean }) {
  return (
    <g transform={`translate(${shape.x} ${shape.y})`} className={cx(css.shape, css[shape.colour])} data-shape={shape.id} data-kind={shape.kind}>
      <Body shape={shape} textHidden={hidden} />
    </g>
  );
});

function Body({ shape, textHidden }: { shape: Shape; textHidden: boolean }) {
  const { w, h } = shape;
  const { x, y, w: width, h: height } = areaOf({ ...shape, x: 0, y: 0 });
  switch (shape.kind) {
    case 'pen': {
      const path = penPath(shape.points);
      return (
        <>
          <path d={path} className={css.grip} />
          <path d={path} />
        </>
      );
    }
    case 'line':
    case 'arrow': {
      const path = `M0 0L${w} ${h}${shape.kind === 'arrow' ? arrowHead(w, h) : ''}`;
      return (
        <>
          <path d={path} className={css.grip} />
          <path d={path} />
        </>
      );
    }
    case 'rectangle':
      return (
        <>
          <rect x={x} y={y} width={width} height={height} rx={4} className={css.grip} />
          <rect x={x} y={y} width={width} height={height} rx={4} />
        </>
      );
    case 'ellipse':
      return (
        <>
          <ellipse cx={x + width / 2} cy={y + height / 2} rx={width / 2} ry={height / 2} className={css.grip} />
          <ellipse cx={x + width / 2} cy={y + height / 2} rx={width / 2} ry={height / 2} />
        </>
      );
    case 'text':
    case 'note':
      return (
        <>
          <rect x={x} y={y} width={width} height={height} rx={shape.kind === 'note' ? 6 : 0} className={shape.kind === 'note' ? css.note : css.sheet} />
          {!textHidden && <Lines text={shape.text} width={width} />}
        </>
      );
  }
}

function Lines({ text, width }: { text: string; width: number }) {
  const fromRight = isRightToLeftText(text);
  const x = fromRight ? width - PADDING : PADDING;
  return (
    <text className={css.lines} direction={fromRight ? 'rtl' : 'ltr'} fontSize={TEXT_SIZE}>
      {wrap(text, width - 2 * PADDING).map((line, i) => (
        <tspan key={i} x={x} y={PADDING + TEXT_SIZE * (LINE_HEIGHT * i + 1)}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
