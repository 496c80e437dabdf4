/** What the application plane says of a meeting, by the names that the page uses. The shapes are the server's: sdk/api. */
import type { AnswerOf, BodyOf, Schemas } from '../api/operation';
import type * as api from '../api/operations';

export type Role = Schemas['Role'];
/** What somebody can be made, short of the host. */
export type GivenRole = NonNullable<BodyOf<typeof api.setRole>['role']>;
export type Kind = Schemas['MeetingType'];
export type LobbyRule = Schemas['LobbyRule'];
export type Capability = Schemas['Capability'];
export type Layout = Schemas['Layout'];

/** A role that somebody made, for this meeting or for the whole organisation. */
export type CustomRole = Schemas['CustomRole'];

/** RFC 3339, in UTC. */
export type Instant = string;
/** One tab of somebody's in one run of a meeting; their LiveKit identity. */
export type ParticipantId = string;

/** `max_people` and `max_minutes` 0: no limit. */
export type MeetingInfo = Schemas['Meeting'];
/** `capabilities` are what we may do now, all circumstances applied; `room` is the media room to be in: the meeting's, or a breakout's. */
export type Me = Schemas['Me'];
export type Participant = Schemas['Participant'];
export type Waiting = Schemas['Waiting'];
/** `to` null: to everybody. */
export type Message = Schemas['Message'];
/** A file that a message names. `type` is what the server found it to be; width and height are a picture's. */
export type SharedFile = Schemas['File'];
/** Endings in small letters, without a dot. */
export type FileLimits = Schemas['FileLimits'];
export type PollKind = Schemas['PollKind'];
/** An option's `votes` null: not for us to see yet. */
export type Poll = Schemas['Poll'];
/** `from_name` null: asked without a name; `mine`: we voted for it. */
export type Question = Schemas['Question'];
export type Breakouts = Schemas['Breakouts'];
export type Timer = Schemas['Timer'];

/** `lobby` null: not for us to see. */
export type MeetingState = AnswerOf<typeof api.getState>;
/** What one may know of a meeting at its door; `people` null: not for us, who have to wait in the lobby first. */
export type Doorplate = AnswerOf<typeof api.getDoorplate>;
/** `person` null: nobody yet; its `account` null: a guest of this browser. */
export type Session = AnswerOf<typeof api.getSession>;

export type Reaction = BodyOf<typeof api.react>['emoji'];
export const REACTIONS = ['👍', '❤️', '😂', '😮', '👏', '🎉'] as const satisfies readonly Reaction[];
