import type { Readable } from '../store';
import type { Attachment } from './attachments';
import type { BoardPlane } from './boards';
import type { MeetingSettings } from './desk';
import type { CustomRole, GivenRole, Layout, MeetingState, Message, ParticipantId, PollKind, Reaction, SharedFile } from './types';

/** What a panel shows beside the state: it is fetched page by page, or is gone in a moment. */
export interface Chat {
  /** In the order of time. */
  readonly messages: readonly Message[];
  /** There is more before the first one. */
  readonly more: boolean;
  readonly loading: boolean;
  /** Typed here and not yet acknowledged, or refused. */
  readonly sending: readonly { readonly key: string; readonly text: string; readonly to: ParticipantId | null; readonly files: readonly SharedFile[]; readonly failed: boolean }[];
  /** Arrived since the panel was last looked at. */
  readonly unread: number;
  /** Files for the message that is being written. */
  readonly attachments: readonly Attachment[];
}

export interface FlyingReaction {
  readonly key: number;
  readonly participant: ParticipantId;
  readonly emoji: string;
}

export interface MeetingView {
  /** null until it was read once. */
  readonly state: MeetingState | null;
  /** Commands wait and events are missing; the call itself goes on. */
  readonly away: boolean;
  readonly chat: Chat;
  readonly reactions: readonly FlyingReaction[];
  /** The last message from a host to all rooms, or to those who wait. */
  readonly broadcast: { readonly text: string; readonly from_name: string } | null;
  /** Server minus our clock, in milliseconds: for countdowns. */
  readonly skew: number;
}

/** Why a command was not carried out. `code` is the server's word (`forbidden`, `locked` …), or `away`. */
export interface Refusal {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

export type MediaSource = 'microphone' | 'camera' | 'screen_share';

export interface NewPoll {
  readonly question: string;
  readonly kind: PollKind;
  readonly options: readonly string[];
  readonly anonymous: boolean;
  readonly correct?: readonly number[];
}

/**
 * What the page may see and do in a meeting, beyond its media. Implemented over REST and the event stream in
 * `live_meeting.ts`, and by a fake in dev. Every command resolves when the server has acknowledged or refused
 * it; what it changes is seen in `view`.
 */
export interface Meeting {
  readonly view: Readable<MeetingView>;
  /** What is written and drawn together; sdk/boards makes documents of it. */
  readonly boards: BoardPlane;

  setLocked(locked: boolean): Promise<Outcome>;
  setSuspended(suspended: boolean): Promise<Outcome>;
  setSettings(settings: Partial<MeetingSettings>): Promise<Outcome>;
  endForAll(): Promise<Outcome>;

  /** Nobody named: all. */
  admit(participants?: readonly ParticipantId[]): Promise<Outcome>;
  deny(participants: readonly ParticipantId[]): Promise<Outcome>;
  setLobbyMessage(text: string): Promise<Outcome>;

  mute(participant: ParticipantId, source: MediaSource): Promise<Outcome>;
  restrict(participant: ParticipantId, restrictions: Partial<Record<MediaSource, boolean>>): Promise<Outcome>;
  muteAll(hard: boolean): Promise<Outcome>;
  remove(participant: ParticipantId, ban: boolean): Promise<Outcome>;
  setRole(participant: ParticipantId, role: GivenRole): Promise<Outcome>;
  /** Those that somebody made and that can be given here; none where we may not know them. */
  customRoles(): Promise<readonly CustomRole[]>;
  setCustomRole(participant: ParticipantId, role: string): Promise<Outcome>;
  handOver(participant: ParticipantId): Promise<Outcome>;
  allowToSpeak(participant: ParticipantId, allowed: boolean): Promise<Outcome>;
  lowerHand(participant: ParticipantId): Promise<Outcome>;
  rename(name: string): Promise<Outcome>;
  setSpotlight(participants: readonly ParticipantId[]): Promise<Outcome>;
  setLayout(layout: Layout | null): Promise<Outcome>;

  raiseHand(raised: boolean): Promise<Outcome>;
  react(emoji: Reaction): Promise<Outcome>;

  loadChat(): Promise<void>;
  loadOlder(): Promise<void>;
  /** With the attachments that are ready; the text may be empty then. */
  send(text: string, to: ParticipantId | null, replyTo: string | null): Promise<Outcome>;
  /** Files for the next message: uploaded at once, seen in `attachments`. */
  attach(files: readonly File[]): void;
  /** Calls an upload off, or takes a file away again. */
  detach(key: string): void;
  retryAttachment(key: string): void;
  /** Where a file is, for a link or a picture. */
  fileUrl(id: string): string;
  /** What failed, again; or forgotten. */
  resend(key: string): Promise<Outcome>;
  discard(key: string): void;
  edit(message: string, text: string): Promise<Outcome>;
  deleteMessage(message: string): Promise<Outcome>;
  chatSeen(): void;

  createPoll(poll: NewPoll): Promise<Outcome>;
  setPollState(poll: string, to: 'open' | 'closed' | 'shared'): Promise<Outcome>;
  deletePoll(poll: string): Promise<Outcome>;
  vote(poll: string, choices: readonly number[]): Promise<Outcome>;

  ask(text: string, anonymous: boolean): Promise<Outcome>;
  voteQuestion(question: string, vote: boolean): Promise<Outcome>;
  answerQuestion(question: string, text: string): Promise<Outcome>;
  deleteQuestion(question: string): Promise<Outcome>;

  planBreakouts(rooms: readonly { readonly name: string; readonly participants: readonly ParticipantId[] }[], minutes: number | null, mayHop: boolean): Promise<Outcome>;
  openBreakouts(): Promise<Outcome>;
  /** After a countdown of so many seconds. */
  closeBreakouts(seconds: number): Promise<Outcome>;
  discardBreakouts(): Promise<Outcome>;
  broadcast(text: string): Promise<Outcome>;
  moveTo(participant: ParticipantId, breakout: string | null): Promise<Outcome>;

  setTimer(seconds: number, label: string): Promise<Outcome>;
  stopTimer(): Promise<Outcome>;
  dismissBroadcast(): void;
}
