import { useMemo } from 'react';
import { Rating } from '@/features/ended/Rating';
import { rateMeeting } from '@/sdk/meeting/rating';
import type { ParticipantId } from '@/sdk/meeting/types';

/** Asks who was in a meeting how it was. Fetched once it is over, so that the way into a call does not carry it. */
export function MeetingRating({ link, participant }: { link: string; participant: ParticipantId }) {
  const rate = useMemo(() => rateMeeting.bind(null, link, participant), [link, participant]);
  return <Rating onRate={rate} />;
}
