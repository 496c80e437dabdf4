import { Ban, Check, Droplet, Droplets, ImagePlus, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { BACKGROUNDS, isPicture, type Background, type Picture } from '@/sdk/background/choice';
import { backgroundOf, type BackgroundState } from '@/sdk/background/machine';
import { ownPicture } from '@/sdk/background/own_picture';
import { paint } from '@/sdk/background/painting';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import css from './BackgroundPicker.module.css';
import { BackgroundStatus } from './BackgroundStatus';

interface Props {
  readonly state: BackgroundState;
  readonly onChoose: (background: Background) => void;
}

/** What is to be behind the person: radio buttons with a small picture of each, and how it goes with the one that is chosen. */
export function BackgroundPicker({ state, onChoose }: Props) {
  const t = useWords();
  const group = useId();
  const chosen = backgroundOf(state);
  const own = useOwnPicture();
  const shown = BACKGROUNDS.filter((background) => background !== 'own' || own.url !== null);
  return (
    <div className={css.picker}>
      <div className={css.choices} role="radiogroup" aria-label={t('background.title')}>
        {shown.map((background) => (
          <label key={background} className={css.choice}>
            <input type="radio" className={css.radio} name={group} checked={background === chosen} onChange={() => onChoose(background)} />
            <span className={css.thumbnail}>
              <Thumbnail background={background} own={own.url} />
              <Check className={css.check} aria-hidden="true" />
            </span>
            <span className={css.name}>{t(`backgrounds.${background}`)}</span>
          </label>
        ))}
      </div>
      <OwnPicture
        own={own}
        onKept={() => onChoose('own')}
        onForgotten={() => {
          if (chosen === 'own') onChoose('strong');
        }}
      />
      <BackgroundStatus state={state} onChoose={onChoose} />
    </div>
  );
}

const ICONS: Partial<Record<Background, ReactNode>> = {
  none: <Ban aria-hidden="true" />,
  slight: <Droplet aria-hidden="true" />,
  strong: <Droplets aria-hidden="true" />,
};

function Thumbnail({ background, own }: { background: Background; own: string | null }) {
  if (isPicture(background)) return <Painted picture={background} />;
  if (background === 'own') return own === null ? null : <img className={css.image} src={own} alt="" />;
  return ICONS[background];
}

/** Twice as fine as it is wide, for fine screens. */
const FINE = { width: 208, height: 117 };

function Painted({ picture }: { picture: Picture }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = ref.current?.getContext('2d') ?? null;
    if (context !== null) paint(context, picture, FINE.width, FINE.height);
  }, [picture]);
  return <canvas ref={ref} className={css.image} {...FINE} aria-hidden="true" />;
}

interface Own {
  readonly url: string | null;
  /** The last file could not be taken. */
  readonly refused: boolean;
  readonly keep: (file: File) => Promise<boolean>;
  readonly forget: () => Promise<void>;
}

function useOwnPicture(): Own {
  const [blob, setBlob] = useState<Blob | null>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    void ownPicture.load().then(setBlob);
  }, []);
  useEffect(() => {
    const made = blob === null ? null : URL.createObjectURL(blob);
    // An address holds memory until it is taken back, so it is made where that is done.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setUrl(made);
    return () => {
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [blob]);
  return {
    url,
    refused,
    keep: async (file) => {
      try {
        await ownPicture.keep(file);
      } catch {
        setRefused(true);
        return false;
      }
      setRefused(false);
      setBlob(await ownPicture.load());
      return true;
    },
    forget: async () => {
      await ownPicture.forget();
      setBlob(null);
    },
  };
}

function OwnPicture({ own, onKept, onForgotten }: { own: Own; onKept: () => void; onForgotten: () => void }) {
  const t = useWords();
  const file = useRef<HTMLInputElement>(null);
  return (
    <div className={css.own}>
      <div className={css.buttons}>
        <Button look="quiet" icon={<ImagePlus aria-hidden="true" />} onClick={() => file.current?.click()}>
          {own.url === null ? t('backgrounds.add') : t('backgrounds.replace')}
        </Button>
        {own.url !== null && (
          <Button look="quiet" icon={<Trash2 aria-hidden="true" />} onClick={() => void own.forget().then(onForgotten)}>
            {t('backgrounds.remove')}
          </Button>
        )}
      </div>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        aria-label={t('backgrounds.add')}
        onChange={(event) => {
          const [picked] = event.target.files ?? [];
          event.target.value = '';
          if (picked !== undefined) void own.keep(picked).then((kept) => kept && onKept());
        }}
      />
      <p className={css.hint}>{t('backgrounds.hint')}</p>
      <p className={css.refused} role="status">
        {own.refused ? t('backgrounds.refused') : ''}
      </p>
    </div>
  );
}
