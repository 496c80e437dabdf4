/** How it was: said once the call is over, when nothing of the meeting is followed any more. */
import type { BodyOf } from '../api/operation';
import * as api from '../api/operations';
import { Client } from './client';
import type { Outcome } from './meeting';
import type { ParticipantId } from './types';

export type Rating = BodyOf<typeof api.rateMeeting>;
export type Reason = NonNullable<Rating['reasons']>[number];

export async function rateMeeting(link: string, participant: ParticipantId, rating: Rating, client = new Client()): Promise<Outcome> {
  // Who rates is about to go: the page may be closed before it is answered.
  const answer = await client.ask(api.rateMeeting, { path: { link }, participant, body: rating, keepalive: true });
  return answer.ok ? { ok: true } : answer;
}
