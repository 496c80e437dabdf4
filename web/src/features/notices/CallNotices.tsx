import { MicOff, MonitorUp, TriangleAlert, Unplug, Volume2, WifiOff, X } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import type { CallSnapshot } from '@/sdk/call';
import type { JoinState } from '@/sdk/join/machine';
import { mutedHint } from '@/sdk/preferences';
import { useOnline } from '@/shared/hooks/use_online';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { Bars } from '@/shared/ui/Bars';
import { Button } from '@/shared/ui/Button';
import { Notice } from '@/shared/ui/Notice';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './CallNotices.module.css';

interface Props {
  /** Measured by whoever makes way for the notices. */
  readonly ref?: Ref<HTMLDivElement>;
  readonly join: JoinState;
  readonly call: CallSnapshot;
  /** Null where one cannot talk by holding a key. */
  readonly talkKey: string | null;
  readonly onUnmute: () => void;
  readonly onDismissFallback: () => void;
  readonly onPlay: () => void;
  readonly onDevices: () => void;
  readonly onDismissTrouble: () => void;
  readonly onStopShare: () => void;
  /** What the meeting has to say, after what the call has. */
  readonly children?: ReactNode;
}

/** What is the matter right now. The gravest first, two of the call at most, and three in all. */
export function CallNotices({ ref, ...props }: Props) {
  const t = useWords();
  const { join, call } = props;
  const { trouble, fallback } = call;
  const online = useOnline();
  const hint = useStore(mutedHint);
  const local = call.people.find((person) => person.isLocal);
  const notices = [
    !online && (
      <Notice key="offline" look="bad" icon={<WifiOff aria-hidden="true" />}>
        {t('notices.offline')}
      </Notice>
    ),
    online && join.at === 'repairing' && (
      <Notice key="repair" look={join.what === 'media' ? 'bad' : 'warn'} icon={<Unplug aria-hidden="true" />}>
        {join.what === 'media' ? t('notices.media') : t('notices.signal')}
      </Notice>
    ),
    online && (join.at === 'asking' || join.at === 'connecting') && (
      <Notice key="again" look="bad" icon={<Unplug aria-hidden="true" />}>
        {t('notices.again')}
      </Notice>
    ),
    hint && call.mutedSpeech && !call.mic.on && (
      <Notice key="muted" look="warn" icon={<MicOff aria-hidden="true" />} action={<Button look="primary" onClick={props.onUnmute}>{t('controls.unmuteShort')}</Button>}>
        {props.talkKey === null ? t('notices.youAreMuted') : t('notices.youAreMutedKey', { key: props.talkKey })}
      </Notice>
    ),
    fallback !== null && (
      <Notice
        key="fallback"
        look={fallback.now === null ? 'bad' : 'warn'}
        icon={<Unplug aria-hidden="true" />}
        action={
          <span className={css.actions}>
            <Button onClick={props.onDevices}>{t('controls.settings')}</Button>
            <RoundButton small look="ghost" tipAt="below" label={t('dismiss')} icon={<X aria-hidden="true" />} onClick={props.onDismissFallback} />
          </span>
        }
      >
        {fallback.now === null ? t(`fallback.${fallback.device}.none`, { gone: fallback.gone }) : t(`fallback.${fallback.device}.other`, { gone: fallback.gone, now: fallback.now })}
      </Notice>
    ),
    call.audioBlocked && (
      <Notice key="audio" icon={<Volume2 aria-hidden="true" />} action={<Button look="primary" onClick={props.onPlay}>{t('notices.playSound')}</Button>}>
        {t('notices.audioBlocked')}
      </Notice>
    ),
    trouble !== null && (
      <Notice
        key="device"
        look="bad"
        icon={<TriangleAlert aria-hidden="true" />}
        action={
          <span className={css.actions}>
            {trouble.device !== 'share' && <Button onClick={props.onDevices}>{t('controls.settings')}</Button>}
            <RoundButton small look="ghost" tipAt="below" label={t('dismiss')} icon={<X aria-hidden="true" />} onClick={props.onDismissTrouble} />
          </span>
        }
      >
        <strong className={css.title}>{t(`device.${trouble.device}.${trouble.problem}.title`)}</strong> {t(`device.${trouble.device}.${trouble.problem}.hint`)}
      </Notice>
    ),
    call.share.on && (
      <Notice key="share" icon={<MonitorUp aria-hidden="true" />} action={<Button onClick={props.onStopShare}>{t('notices.stopSharing')}</Button>}>
        {t('notices.sharing')}
      </Notice>
    ),
    join.at === 'live' && local?.quality === 'poor' && (
      <Notice key="slow" look="warn" icon={<Bars quality="poor" />}>
        {call.cause === null ? t('notices.slow') : t(`connection.causes.${call.cause}`)}
      </Notice>
    ),
  ].filter(Boolean);
  return (
    <div ref={ref} className={css.notices}>
      {notices.slice(0, 2)}
      {props.children}
    </div>
  );
}
