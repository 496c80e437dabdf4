import type { Capability, MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';

const SHIELDED: readonly Capability[] = ['mute_others', 'hard_mute', 'lock', 'suspend_all', 'layout_for_all', 'change_settings', 'end_for_all'];

/** Whether there is anything behind the shield for us. */
export function hasHostControls(state: MeetingState | null): boolean {
  return SHIELDED.some((capability) => may(state, capability));
}
