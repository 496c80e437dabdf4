import { MonitorUp, TriangleAlert, Unplug, Volume2, X } from 'lucide-react';
import type { Ref } from 'react';
import type { CallSnapshot } from '@/sdk/call';
import type { JoinState } from '@/sdk/join/machine';
import { t } from '@/shared/messages';
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
  readonly onPlay: () => void;
  readonly onDevices: () => void;
  readonly onDismissTrouble: () => void;
  readonly onStopShare: () => void;
}

/** What is the matter right now. The gravest first, and never more than two at a time. */
export function CallNotices({ ref, ...props }: Props) {
  const { join, call } = props;
  const { trouble } = call;
  const local = call.people.find((person) => person.isLocal);
  const notices = [
    join.at === 'repairing' && (
      <Notice key="repair" look={join.what === 'media' ? 'bad' : 'warn'} icon={<Unplug aria-hidden="true" />}>
        {join.what === 'media' ? t.notices.media : t.notices.signal}
      </Notice>
    ),
    (join.at === 'asking' || join.at === 'connecting') && (
      <Notice key="again" look="bad" icon={<Unplug aria-hidden="true" />}>
        {t.notices.again}
      </Notice>
    ),
    call.audioBlocked && (
      <Notice key="audio" icon={<Volume2 aria-hidden="true" />} action={<Button look="primary" onClick={props.onPlay}>{t.notices.playSound}</Button>}>
        {t.notices.audioBlocked}
      </Notice>
    ),
    trouble !== null && (
      <Notice
        key="device"
        look="bad"
        icon={<TriangleAlert aria-hidden="true" />}
        action={
          <span className={css.actions}>
            {trouble.device !== 'share' && <Button onClick={props.onDevices}>{t.controls.devices}</Button>}
            <RoundButton small look="ghost" tipAt="below" label={t.dismiss} icon={<X aria-hidden="true" />} onClick={props.onDismissTrouble} />
          </span>
        }
      >
        <strong className={css.title}>{t.device[trouble.device][trouble.problem].title}.</strong> {t.device[trouble.device][trouble.problem].hint}
      </Notice>
    ),
    call.share.on && (
      <Notice key="share" icon={<MonitorUp aria-hidden="true" />} action={<Button onClick={props.onStopShare}>{t.notices.stopSharing}</Button>}>
        {t.notices.sharing}
      </Notice>
    ),
    join.at === 'live' && local?.quality === 'poor' && (
      <Notice key="slow" look="warn" icon={<Bars quality="poor" />}>
        {t.notices.slow}
      </Notice>
    ),
  ].filter(Boolean);
  return <div ref={ref} className={css.notices}>{notices.slice(0, 2)}</div>;
}
