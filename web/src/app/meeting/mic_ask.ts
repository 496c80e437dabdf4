import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import type { Translate } from '@/shared/i18n';

/** Why the microphone cannot be switched on, if a raised hand may change that; else null. */
export function askInstead(state: MeetingState, micOn: boolean, t: Translate): string | null {
  const allowed = may(state, 'publish_microphone') && (micOn || may(state, 'unmute_self'));
  if (allowed || !may(state, 'raise_hand')) return null;
  const why = state.me.hard_muted ? 'hard' : state.meeting.suspended ? 'suspended' : 'role';
  return t('hand.ask', { why: t(`hand.why.${why}`) });
}

/** The devices for which there is no button: we may not use them, and asking would not help. */
export function withoutDevices(state: MeetingState, now: { readonly mic: boolean; readonly camera: boolean; readonly share: boolean }): ReadonlySet<'mic' | 'camera' | 'share' | 'people'> {
  const gone = new Set<'mic' | 'camera' | 'share' | 'people'>();
  if (!may(state, 'publish_microphone') || (!now.mic && !may(state, 'unmute_self'))) gone.add('mic');
  // One that is on can always be switched off.
  if (!may(state, 'publish_camera') && !now.camera) gone.add('camera');
  if (!may(state, 'share_screen') && !now.share) gone.add('share');
  return gone;
}
