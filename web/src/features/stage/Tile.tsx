import { Hand, MicOff, MonitorUp, Pin, PinOff } from 'lucide-react';
import { memo, useLayoutEffect, useRef } from 'react';
import type { Person } from '@/sdk/call';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { Avatar } from '@/shared/ui/Avatar';
import { Bars } from '@/shared/ui/Bars';
import { RoundButton } from '@/shared/ui/RoundButton';
import { VideoView } from '@/shared/ui/VideoView';
import type { Rect } from './grid';
import type { Item, Role } from './layout';
import css from './Tile.module.css';

/** What somebody shows besides their picture, and how it is said. */
export interface Mark {
  /** Their place among the raised hands. */
  readonly hand: number | null;
  readonly emoji: string | null;
  readonly spoken: string;
}

interface Props {
  readonly id: string;
  readonly person: Person;
  readonly mirrored: boolean;
  readonly kind: Item['kind'];
  readonly role: Role;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly mark?: Mark | undefined;
  readonly pinned: boolean;
  /** Null where there is nothing to choose between. */
  readonly onPin: ((id: string) => void) | null;
}

/** Below this, letters in a corner would cover more than they tell. */
const TINY = 96;
/** Below this height the name would cover the letters that stand for a face. */
const LOW = 110;

/** Below this a button would hide the person; the list of people has it, too. */
const SMALLEST_WITH_PIN = 120;

/** A person's picture in its place. Drawn anew only when something about that person changed. */
export const Tile = memo(function Tile({ id, person, mirrored, kind, role, x, y, width, height, mark, pinned, onPin }: Props) {
  const t = useWords();
  const ref = useRef<HTMLLIElement>(null);
  useFlight(ref, { x, y, width, height });

  const isScreen = kind === 'screen';
  const pinnable = onPin !== null && width >= SMALLEST_WITH_PIN;
  const source = isScreen ? person.share : person.camera;
  const name = person.isLocal ? t('you') : person.name;
  const spoken = isScreen
    ? t('stage.screenOf', { name: person.name })
    : t(person.speaking ? 'stage.tileSpeaking' : 'stage.tile', {
        name: person.isLocal ? t('stage.selfView') : person.name,
        mic: t(person.mic === 'off' ? 'stage.micMuted' : 'stage.micOn'),
        camera: t(source === null ? 'stage.cameraOff' : 'stage.cameraOn'),
      });
  return (
    <li
      ref={ref}
      className={cx(css.tile, css[role], isScreen && css.screen, person.speaking && !isScreen && css.speaking)}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
      aria-label={mark === undefined ? spoken : `${spoken}, ${mark.spoken}`}
      data-identity={person.id}
      data-kind={kind}
      data-role={role}
      data-pinned={pinned}
    >
      {!isScreen && (
        <div className={cx(css.stand, height < LOW && css.raised)} aria-hidden="true">
          <span className={css.avatar} style={{ width: Math.min(132, Math.round(Math.min(width, height) * 0.42)) }}>
            <Avatar id={person.id} name={person.name} />
          </span>
        </div>
      )}
      <VideoView source={source} mirrored={mirrored} fit={isScreen ? 'contain' : 'cover'} />
      {!isScreen && <Trouble person={person} small={width < 240 || height < 140} />}
      <div className={css.name} aria-hidden="true">
        {isScreen ? (
          <MonitorUp className={css.plain} />
        ) : (
          person.mic === 'off' && <MicOff />
        )}
        {(width >= TINY || isScreen) && <bdi className={css.text}>{isScreen ? t('stage.screenOf', { name: person.name }) : name}</bdi>}
      </div>
      {mark !== undefined && (
        <div className={cx(css.marks, height < LOW ? css.lowMarks : pinnable && css.besidePin)} aria-hidden="true">
          {mark.hand !== null && (
            <span className={cx(css.hand, 'tabular')}>
              <Hand />
              {mark.hand}
            </span>
          )}
          {mark.emoji !== null && <span className={css.emoji}>{mark.emoji}</span>}
        </div>
      )}
      {pinnable && (
        <RoundButton
          small
          look="ghost"
          tipAt="above"
          className={cx(css.pin, pinned && css.pinned)}
          label={t(pinned ? 'stage.unpin' : 'stage.pin', { name: isScreen ? t('stage.screenOf', { name: person.name }) : name })}
          icon={pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
          aria-pressed={pinned}
          onClick={() => onPin(id)}
        />
      )}
    </li>
  );
});

function Trouble({ person, small }: { person: Person; small: boolean }) {
  const t = useWords();
  const words = person.quality === 'lost' ? t('stage.lost') : person.paused ? t('stage.paused') : person.quality === 'poor' ? t(person.isLocal ? 'stage.weakYours' : 'stage.weakTheirs') : null;
  if (words === null) return null;
  return (
    <div className={css.trouble}>
      <Bars quality={person.quality === 'lost' ? 'lost' : 'poor'} />
      <span className={small ? 'visually-hidden' : undefined}>{words}</span>
    </div>
  );
}

const FLIGHT_MS = 180;
/** Changes that follow this fast come from dragging a window's edge: there, tiles stick to it. */
const DRAG_MS = 150;

/** FLIP: the tile is where it belongs at once, and is drawn on its way there from where it was. */
function useFlight(ref: React.RefObject<HTMLLIElement | null>, rect: Rect): void {
  const last = useRef<{ rect: Rect; at: number } | null>(null);
  const { x, y, width, height } = rect;
  useLayoutEffect(() => {
    const element = ref.current;
    const before = last.current;
    const now = performance.now();
    last.current = { rect: { x, y, width, height }, at: now };
    if (element === null || typeof element.animate !== 'function') return;
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const easing = 'cubic-bezier(0.2, 0.8, 0.3, 1)';
    const there = `translate(${x}px, ${y}px)`;
    if (before === null) {
      element.animate([{ opacity: 0, transform: `${there} scale(0.96)` }, { opacity: 1, transform: there }], { duration: FLIGHT_MS, easing });
      return;
    }
    if (now - before.at < DRAG_MS) return;
    const old = before.rect;
    const from = `translate(${old.x}px, ${old.y}px) scale(${old.width / width}, ${old.height / height})`;
    element.animate([{ transform: from }, { transform: there }], { duration: FLIGHT_MS, easing });
  }, [ref, x, y, width, height]);
}
