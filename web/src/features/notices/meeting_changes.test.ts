import { beforeAll, describe, expect, it } from 'vitest';
import type { MeetingState } from '@/sdk/meeting/types';
import { loadLaterWords } from '@/shared/later_words';
import { someone, stateWith } from '@/shared/testing/meeting';
import { meetingChanges } from './meeting_changes';

beforeAll(loadLaterWords);
const said = (before: MeetingState, now: MeetingState) => meetingChanges(before, now).map(({ text }) => text);

describe('what changed in the meeting', () => {
  it('is nothing between two that are the same', () => {
    expect(said(stateWith(), stateWith())).toEqual([]);
  });

  it.each([
    [{ meeting: { is_locked: true } }, 'The meeting is locked'],
    [{ me: { video_stopped: true } }, 'A host stopped your video.'],
    [{ me: { allowed_to_speak: true } }, 'You may speak now'],
    [{ me: { role: 'cohost' } }, 'You are now: Co-host'],
    [{ meeting: { spotlight: ['me'] } }, 'You are in the spotlight: everyone sees you large'],
  ] as const)('%j is told as "%s"', (wish, text) => {
    expect(said(stateWith(), stateWith(wish))).toEqual([text]);
  });

  it('tells who raised a hand to those who can answer it, and to nobody else', () => {
    const more = { participants: [someone('me'), someone('ada', { hand_at: '2026-01-01T10:00:00.000Z' })] };
    expect(said(stateWith({ can: ['allow_to_speak'] }), stateWith({ can: ['allow_to_speak'], more }))).toEqual(['ada raised a hand']);
    expect(said(stateWith(), stateWith({ more }))).toEqual([]);
  });
});
