import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { t } from '@/shared/i18n';
import type { Change } from './changes';

/** What changed in a meeting between two states, and concerns us, in words. What lasts has a notice besides. */
export function meetingChanges(before: MeetingState, now: MeetingState): Change[] {
  const changes: Change[] = [];
  const say = (text: string, shown = true): void => void changes.push({ text, shown });
  const was = before.me;
  const is = now.me;

  if (before.meeting.is_locked !== now.meeting.is_locked) say(now.meeting.is_locked ? t('plane.locked') : t('plane.unlocked'));
  if (before.meeting.suspended && !now.meeting.suspended) say(t('plane.resumed'));
  if (was.hard_muted && !is.hard_muted) say(t('plane.mayUnmute'));
  if (was.video_stopped !== is.video_stopped) say(is.video_stopped ? t('plane.videoStopped') : t('plane.mayVideo'));
  if (was.share_stopped !== is.share_stopped) say(is.share_stopped ? t('plane.shareStopped') : t('plane.mayShare'));
  if (was.allowed_to_speak !== is.allowed_to_speak) say(is.allowed_to_speak ? t('plane.maySpeak') : t('plane.speakEnded'));
  if (was.role !== is.role || was.role_name !== is.role_name) say(t('plane.nowRole', { role: is.role_name ?? t(`roles.${is.role}`) }));
  if (!before.meeting.spotlight.includes(is.participant) && now.meeting.spotlight.includes(is.participant)) say(t('plane.spotlit'));

  const opened = (state: MeetingState): boolean => state.breakouts?.state === 'open';
  if (!opened(before) && opened(now) && before.breakouts?.state !== 'closing') say(t('plane.roomsOpened'), false);
  if (before.breakouts?.state === 'open' && now.breakouts?.state === 'closing') say(t('plane.roomsClosing'));
  if (before.me.room !== before.meeting.room && now.me.room === now.meeting.room && now.breakouts === null) say(t('plane.roomsClosed'));

  if (may(now, 'allow_to_speak')) {
    const raised = new Set(before.participants.filter(({ hand_at }) => hand_at !== null).map(({ id }) => id));
    for (const { id, name, hand_at } of now.participants) if (hand_at !== null && !raised.has(id) && id !== is.participant) say(t('hand.raisedBy', { name }));
  }
  return changes;
}
