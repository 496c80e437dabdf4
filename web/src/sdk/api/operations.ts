// Made from openapi.json by `make api`. Not to be edited.

export const BASE = '/api/v1';

/** Lets in these people, or all who wait. */
export const admit = 'POST /meetings/{link}/lobby/admit' as const;
/** Answers a raised hand: they may unmute themselves, or not any more. */
export const allowToSpeak = 'PUT /meetings/{link}/participants/{participant}/speaking' as const;
/** In writing, or aloud: without a text. In place of an earlier answer. */
export const answerQuestion = 'POST /meetings/{link}/questions/{question}/answer' as const;
/** Adds a change, which others apply whenever it comes. `document`: of which it is a change; null: of whichever is there, or a new one. */
export const appendBoardUpdate = 'POST /meetings/{link}/boards/{board}/updates' as const;
/** Anonymous: nobody is told who asks. */
export const askQuestion = 'POST /meetings/{link}/questions' as const;
/** A secret for an authenticator app; codes are asked for once one was shown. */
export const beginTotp = 'PUT /account/totp' as const;
/** Shows a line to everybody, in whichever room. */
export const broadcast = 'POST /meetings/{link}/breakouts/broadcast' as const;
/** Changes one's own name. */
export const changeAccount = 'PATCH /account' as const;
/** Changes the settings that are named. */
export const changeMeeting = 'PATCH /meetings/{link}' as const;
/** Changes one's own password; every other session ends. */
export const changePassword = 'PUT /account/password' as const;
/** Brings everybody back, at once or after a countdown. */
export const closeBreakouts = 'POST /meetings/{link}/breakouts/close' as const;
/** It takes no more votes. */
export const closePoll = 'POST /meetings/{link}/polls/{poll}/close' as const;
/** By a code of the app: from now on signing in asks for one. Answers with recovery codes, which are shown this once. */
export const confirmTotp = 'POST /account/totp/confirm' as const;
/** Makes a meeting, whose host the caller is. */
export const createMeeting = 'POST /meetings' as const;
/** Makes a role for this meeting: one of ours with more and fewer capabilities. */
export const createMeetingRole = 'POST /meetings/{link}/roles' as const;
/** A draft, which others see once it is open. */
export const createPoll = 'POST /meetings/{link}/polls' as const;
/** Makes a role for all meetings of the organisation. For administrators. */
export const createRole = 'POST /roles' as const;
/** Removes a file of one's own that no message names; others go with their message. */
export const deleteFile = 'DELETE /meetings/{link}/files/{file}' as const;
/** Gives it to nobody any more; who has it keeps it for as long as the meeting is on. */
export const deleteMeetingRole = 'DELETE /meetings/{link}/roles/{role}' as const;
/** Takes the text and the files of a message away for good: of one's own, or as a moderator. */
export const deleteMessage = 'DELETE /meetings/{link}/chat/{message}' as const;
/** With all its votes. */
export const deletePoll = 'DELETE /meetings/{link}/polls/{poll}' as const;
/** One's own, or as one who answers or moderates. */
export const deleteQuestion = 'DELETE /meetings/{link}/questions/{question}' as const;
/** Gives it to nobody any more; who has it keeps it for as long as the meeting is on. For administrators. */
export const deleteRole = 'DELETE /roles/{role}' as const;
/** Turns these people away. They may ask again. */
export const deny = 'POST /meetings/{link}/lobby/deny' as const;
/** Forgets a plan that is not open. */
export const discardBreakouts = 'DELETE /meetings/{link}/breakouts' as const;
/** Another text for a message of one's own. */
export const editMessage = 'PATCH /meetings/{link}/chat/{message}' as const;
/** Ends the meeting for all. */
export const endMeeting = 'POST /meetings/{link}/end' as const;
/** Signs out everywhere but here. */
export const endOtherSessions = 'DELETE /account/sessions' as const;
/** Signs out somewhere. */
export const endSession = 'DELETE /account/sessions/{session}' as const;
/** The bytes of a file, to be saved: for whoever sees the message that names it. */
export const fetchFile = 'GET /meetings/{link}/files/{file}' as const;
/** One's own account. */
export const getAccount = 'GET /account' as const;
/** What one may know of a meeting at its door. */
export const getDoorplate = 'GET /meetings/{link}' as const;
/** What one participant's connection was like, half minute by half minute, between two times in Unix seconds. Where there are more, `next` is the `from` of the rest. */
export const getQuality = 'GET /meetings/{link}/quality/{participant}' as const;
/** How this run of the meeting was, without who said so: for its owner, and for who may change its settings. */
export const getRatings = 'GET /meetings/{link}/ratings' as const;
/** Who one is: an account, a guest, or nobody yet. */
export const getSession = 'GET /session' as const;
/** All that one may see of the meeting now; the event stream goes on from `seq`. */
export const getState = 'GET /meetings/{link}/state' as const;
/** A token for the room of the media plane in which one is to be now. */
export const getToken = 'POST /meetings/{link}/token' as const;
/** Makes somebody the host, and oneself a co-host. */
export const handOver = 'POST /meetings/{link}/participants/{participant}/hand-over' as const;
/** Comes in, or waits at the door. `participant` is the one of before a reload. */
export const joinMeeting = 'POST /meetings/{link}/join' as const;
/** Goes, and gives up the place. */
export const leaveMeeting = 'POST /meetings/{link}/leave' as const;
/** Lets somebody come again. */
export const liftBan = 'DELETE /meetings/{link}/bans/{ban}' as const;
/** Who is kept out. */
export const listBans = 'GET /meetings/{link}/bans' as const;
/** The made roles that can be given here: the organisation's and the meeting's own. */
export const listMeetingRoles = 'GET /meetings/{link}/roles' as const;
/** The caller's own meetings, newest first. */
export const listMeetings = 'GET /meetings' as const;
/** What was written in this run of the meeting, newest first. */
export const listMessages = 'GET /meetings/{link}/chat' as const;
/** Who had which connection in a run of the meeting (by default this one), the worst first: for its owner, and for who may change its settings. For 30 days. */
export const listQuality = 'GET /meetings/{link}/quality' as const;
/** By votes, or newest first. */
export const listQuestions = 'GET /meetings/{link}/questions' as const;
/** The roles that were made for all meetings of the organisation. */
export const listRoles = 'GET /roles' as const;
/** Where one is signed in. */
export const listSessions = 'GET /account/sessions' as const;
/** What happens in the meeting, as server-sent events, from now on or after one. */
export const listen = 'GET /meetings/{link}/events' as const;
/** Nobody new comes in while it is locked. */
export const lockMeeting = 'PUT /meetings/{link}/lock' as const;
/** Takes somebody's hand down. */
export const lowerHand = 'DELETE /meetings/{link}/participants/{participant}/hand' as const;
/** Moves somebody, or oneself, into a breakout room, or back (null). */
export const moveToBreakout = 'PUT /meetings/{link}/participants/{participant}/breakout' as const;
/** Mutes everybody who cannot mute others; hard: until it is lifted. */
export const muteAll = 'POST /meetings/{link}/mute-all' as const;
/** Mutes somebody's microphone, camera or share, once: they may go on again. */
export const muteParticipant = 'POST /meetings/{link}/participants/{participant}/mute' as const;
/** Moves everybody who has a place there. */
export const openBreakouts = 'POST /meetings/{link}/breakouts/open' as const;
/** The caller's own room, which can begin again and again; made when first asked for. */
export const openPersonalRoom = 'PUT /personal-room' as const;
/** It takes votes. */
export const openPoll = 'POST /meetings/{link}/polls/{poll}/open' as const;
/** Says which breakout rooms there are to be, and who in which. */
export const planBreakouts = 'PUT /meetings/{link}/breakouts' as const;
/** Where one's own cursor or pointer is, for those who look now. */
export const pointOnBoard = 'PUT /meetings/{link}/boards/{board}/presence' as const;
/** A token for a room of one's own, to see how media gets through. */
export const probe = 'POST /probe' as const;
/** The document as it is with all updates up to `number`, the last one: read in their place from now on. */
export const putBoardSnapshot = 'PUT /meetings/{link}/boards/{board}/snapshot' as const;
/** Raises one's hand, or takes it down. */
export const raiseHand = 'PUT /meetings/{link}/hand' as const;
/** How it was, from one to five stars, and what went wrong: in place of an earlier rating of one's own. For who took part, until a day after the end. */
export const rateMeeting = 'PUT /meetings/{link}/rating' as const;
/** Shows a reaction to all for a moment. */
export const react = 'POST /meetings/{link}/reactions' as const;
/** The notes or the whiteboard: a snapshot, if one is newer than `after`, and the updates after that. `more`: ask again after the last number. */
export const readBoard = 'GET /meetings/{link}/boards/{board}' as const;
/** Removes somebody, who has to be let in again; with `ban` for good. */
export const removeParticipant = 'POST /meetings/{link}/participants/{participant}/remove' as const;
/** Codes are not asked for any more; recovery codes are void. */
export const removeTotp = 'POST /account/totp/remove' as const;
/** Changes one's own name. */
export const renameSelf = 'PATCH /meetings/{link}/participants/{participant}' as const;
/** Gives the meeting another link: the old one leads nowhere any more. */
export const renewLink = 'POST /meetings/{link}/link' as const;
/** Ten new recovery codes in place of the old ones, shown this once. */
export const renewRecoveryCodes = 'POST /account/recovery-codes' as const;
/** Takes back the snapshots of the last days, should one have lost something: all updates that are kept are read again. */
export const restoreBoard = 'POST /meetings/{link}/boards/{board}/restore' as const;
/** Takes microphone, camera or share from somebody (true), or gives it back. */
export const restrictParticipant = 'PUT /meetings/{link}/participants/{participant}/restrictions' as const;
/** One layout for all; null: as everybody likes. */
export const setLayout = 'PUT /meetings/{link}/layout' as const;
/** Shows a line to those who wait and who come while it stands; empty: none. */
export const setLobbyMessage = 'PUT /meetings/{link}/lobby/message' as const;
/** Gives somebody a role, up to one's own: one of ours, or one that was made. */
export const setRole = 'PUT /meetings/{link}/participants/{participant}/role' as const;
/** Shows these people large to all, in this order; none: as everybody likes. */
export const setSpotlight = 'PUT /meetings/{link}/spotlight' as const;
/** Counts down from now, for everybody. */
export const setTimer = 'PUT /meetings/{link}/timer' as const;
/** Everybody sees the counts; of an anonymous poll once it is closed. */
export const sharePoll = 'POST /meetings/{link}/polls/{poll}/share' as const;
/** Signs in by mail address and password, and by a one-time or recovery code where the account has codes. */
export const signIn = 'POST /session' as const;
/** Ends the session. */
export const signOut = 'DELETE /session' as const;
/** There is none any more. */
export const stopTimer = 'DELETE /meetings/{link}/timer' as const;
/** Stops everybody's sound, picture, share, chat and files at once, or lifts that. */
export const suspendMeeting = 'PUT /meetings/{link}/suspended' as const;
/** Uploads a file for a message: it is removed after an hour if none names it. */
export const uploadFile = 'POST /meetings/{link}/files' as const;
/** One's own vote, in place of an earlier one. Ranked: in order of preference. In an anonymous poll it is final. */
export const vote = 'PUT /meetings/{link}/polls/{poll}/vote' as const;
/** One wants it answered, or not any more. Not one's own. */
export const voteForQuestion = 'PUT /meetings/{link}/questions/{question}/vote' as const;
/** Writes to all, or to the person whose participant `to` is; with files, or files alone, that were uploaded for it. */
export const writeMessage = 'POST /meetings/{link}/chat' as const;
