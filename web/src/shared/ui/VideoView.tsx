import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { VideoSource } from '@/sdk/call';
import { cx } from '../cx';
import css from './VideoView.module.css';

interface Props {
  readonly source: VideoSource | null;
  readonly mirrored?: boolean;
  readonly fit?: 'cover' | 'contain';
}

/**
 * One video element for the whole life of its place. The element is there from the start, whether or
 * not there is a picture: a source comes and goes, a re-render or a move touches nothing.
 */
export function VideoView({ source, mirrored = false, fit = 'cover' }: Props) {
  const ref = useRef<HTMLVideoElement>(null);
  const [playing, setPlaying] = useState<VideoSource | null>(null);

  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || source === null) return;
    return source.attach(element);
  }, [source]);

  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    // Shown from the first frame on; before, there is something better to look at behind it.
    const show = (): void => setPlaying(source);
    if (source !== null && element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) show();
    element.addEventListener('loadeddata', show);
    return () => element.removeEventListener('loadeddata', show);
  }, [source]);

  const visible = source !== null && playing === source;
  return (
    <video
      ref={ref}
      className={cx(css.video, css[fit], mirrored && css.mirrored, visible && css.visible)}
      autoPlay
      playsInline
      muted
      aria-hidden="true"
      tabIndex={-1}
    />
  );
}
