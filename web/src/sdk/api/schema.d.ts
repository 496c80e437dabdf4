// Made from openapi.json by `make api`. Not to be edited.

export interface paths {
    readonly "/account": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One's own account. */
        readonly get: operations["getAccount"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Changes one's own name. */
        readonly patch: operations["changeAccount"];
        readonly trace?: never;
    };
    readonly "/account/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Changes one's own password; every other session ends. */
        readonly put: operations["changePassword"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/recovery-codes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Ten new recovery codes in place of the old ones, shown this once. */
        readonly post: operations["renewRecoveryCodes"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Where one is signed in. */
        readonly get: operations["listSessions"];
        readonly put?: never;
        readonly post?: never;
        /** Signs out everywhere but here. */
        readonly delete: operations["endOtherSessions"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/sessions/{session}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Signs out somewhere. */
        readonly delete: operations["endSession"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/totp": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** A secret for an authenticator app; codes are asked for once one was shown. */
        readonly put: operations["beginTotp"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/totp/confirm": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** By a code of the app: from now on signing in asks for one. Answers with recovery codes, which are shown this once. */
        readonly post: operations["confirmTotp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/totp/remove": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Codes are not asked for any more; recovery codes are void. */
        readonly post: operations["removeTotp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The caller's own meetings, newest first. */
        readonly get: operations["listMeetings"];
        readonly put?: never;
        /** Makes a meeting, whose host the caller is. */
        readonly post: operations["createMeeting"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What one may know of a meeting at its door. */
        readonly get: operations["getDoorplate"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Changes the settings that are named. */
        readonly patch: operations["changeMeeting"];
        readonly trace?: never;
    };
    readonly "/meetings/{link}/bans": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who is kept out. */
        readonly get: operations["listBans"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/bans/{ban}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Lets somebody come again. */
        readonly delete: operations["liftBan"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/boards/{board}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The notes or the whiteboard: a snapshot, if one is newer than `after`, and the updates after that. `more`: ask again after the last number. */
        readonly get: operations["readBoard"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/boards/{board}/presence": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Where one's own cursor or pointer is, for those who look now. */
        readonly put: operations["pointOnBoard"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/boards/{board}/restore": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Takes back the snapshots of the last days, should one have lost something: all updates that are kept are read again. */
        readonly post: operations["restoreBoard"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/boards/{board}/snapshot": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** The document as it is with all updates up to `number`, the last one: read in their place from now on. */
        readonly put: operations["putBoardSnapshot"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/boards/{board}/updates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Adds a change, which others apply whenever it comes. `document`: of which it is a change; null: of whichever is there, or a new one. */
        readonly post: operations["appendBoardUpdate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/breakouts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Says which breakout rooms there are to be, and who in which. */
        readonly put: operations["planBreakouts"];
        readonly post?: never;
        /** Forgets a plan that is not open. */
        readonly delete: operations["discardBreakouts"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/breakouts/broadcast": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Shows a line to everybody, in whichever room. */
        readonly post: operations["broadcast"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/breakouts/close": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Brings everybody back, at once or after a countdown. */
        readonly post: operations["closeBreakouts"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/breakouts/open": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Moves everybody who has a place there. */
        readonly post: operations["openBreakouts"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/chat": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What was written in this run of the meeting, newest first. */
        readonly get: operations["listMessages"];
        readonly put?: never;
        /** Writes to all, or to the person whose participant `to` is; with files, or files alone, that were uploaded for it. */
        readonly post: operations["writeMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/chat/{message}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Takes the text and the files of a message away for good: of one's own, or as a moderator. */
        readonly delete: operations["deleteMessage"];
        readonly options?: never;
        readonly head?: never;
        /** Another text for a message of one's own. */
        readonly patch: operations["editMessage"];
        readonly trace?: never;
    };
    readonly "/meetings/{link}/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Ends the meeting for all. */
        readonly post: operations["endMeeting"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What happens in the meeting, as server-sent events, from now on or after one. */
        readonly get: operations["listen"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/files": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Uploads a file for a message: it is removed after an hour if none names it. */
        readonly post: operations["uploadFile"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/files/{file}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The bytes of a file, to be saved: for whoever sees the message that names it. */
        readonly get: operations["fetchFile"];
        readonly put?: never;
        readonly post?: never;
        /** Removes a file of one's own that no message names; others go with their message. */
        readonly delete: operations["deleteFile"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/hand": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Raises one's hand, or takes it down. */
        readonly put: operations["raiseHand"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/join": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Comes in, or waits at the door. `participant` is the one of before a reload. */
        readonly post: operations["joinMeeting"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/layout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** One layout for all; null: as everybody likes. */
        readonly put: operations["setLayout"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/leave": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Goes, and gives up the place. */
        readonly post: operations["leaveMeeting"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/link": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Gives the meeting another link: the old one leads nowhere any more. */
        readonly post: operations["renewLink"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/lobby/admit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Lets in these people, or all who wait. */
        readonly post: operations["admit"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/lobby/deny": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Turns these people away. They may ask again. */
        readonly post: operations["deny"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/lobby/message": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Shows a line to those who wait and who come while it stands; empty: none. */
        readonly put: operations["setLobbyMessage"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/lock": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Nobody new comes in while it is locked. */
        readonly put: operations["lockMeeting"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/mute-all": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Mutes everybody who cannot mute others; hard: until it is lifted. */
        readonly post: operations["muteAll"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Changes one's own name. */
        readonly patch: operations["renameSelf"];
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/breakout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Moves somebody, or oneself, into a breakout room, or back (null). */
        readonly put: operations["moveToBreakout"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/hand": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Takes somebody's hand down. */
        readonly delete: operations["lowerHand"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/hand-over": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Makes somebody the host, and oneself a co-host. */
        readonly post: operations["handOver"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/mute": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Mutes somebody's microphone, camera or share, once: they may go on again. */
        readonly post: operations["muteParticipant"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/remove": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Removes somebody, who has to be let in again; with `ban` for good. */
        readonly post: operations["removeParticipant"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/restrictions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Takes microphone, camera or share from somebody (true), or gives it back. */
        readonly put: operations["restrictParticipant"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/role": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Gives somebody a role, up to one's own: one of ours, or one that was made. */
        readonly put: operations["setRole"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/participants/{participant}/speaking": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Answers a raised hand: they may unmute themselves, or not any more. */
        readonly put: operations["allowToSpeak"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/polls": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** A draft, which others see once it is open. */
        readonly post: operations["createPoll"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/polls/{poll}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** With all its votes. */
        readonly delete: operations["deletePoll"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/polls/{poll}/close": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** It takes no more votes. */
        readonly post: operations["closePoll"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/polls/{poll}/open": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** It takes votes. */
        readonly post: operations["openPoll"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/polls/{poll}/share": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Everybody sees the counts; of an anonymous poll once it is closed. */
        readonly post: operations["sharePoll"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/polls/{poll}/vote": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** One's own vote, in place of an earlier one. Ranked: in order of preference. In an anonymous poll it is final. */
        readonly put: operations["vote"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/quality": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who had which connection in a run of the meeting (by default this one), the worst first: for its owner, and for who may change its settings. For 30 days. */
        readonly get: operations["listQuality"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/quality/{participant}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What one participant's connection was like, half minute by half minute, between two times in Unix seconds. Where there are more, `next` is the `from` of the rest. */
        readonly get: operations["getQuality"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/questions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** By votes, or newest first. */
        readonly get: operations["listQuestions"];
        readonly put?: never;
        /** Anonymous: nobody is told who asks. */
        readonly post: operations["askQuestion"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/questions/{question}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** One's own, or as one who answers or moderates. */
        readonly delete: operations["deleteQuestion"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/questions/{question}/answer": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** In writing, or aloud: without a text. In place of an earlier answer. */
        readonly post: operations["answerQuestion"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/questions/{question}/vote": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** One wants it answered, or not any more. Not one's own. */
        readonly put: operations["voteForQuestion"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/rating": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** How it was, from one to five stars, and what went wrong: in place of an earlier rating of one's own. For who took part, until a day after the end. */
        readonly put: operations["rateMeeting"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/ratings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How this run of the meeting was, without who said so: for its owner, and for who may change its settings. */
        readonly get: operations["getRatings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/reactions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Shows a reaction to all for a moment. */
        readonly post: operations["react"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/roles": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The made roles that can be given here: the organisation's and the meeting's own. */
        readonly get: operations["listMeetingRoles"];
        readonly put?: never;
        /** Makes a role for this meeting: one of ours with more and fewer capabilities. */
        readonly post: operations["createMeetingRole"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/roles/{role}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Gives it to nobody any more; who has it keeps it for as long as the meeting is on. */
        readonly delete: operations["deleteMeetingRole"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/spotlight": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Shows these people large to all, in this order; none: as everybody likes. */
        readonly put: operations["setSpotlight"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/state": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All that one may see of the meeting now; the event stream goes on from `seq`. */
        readonly get: operations["getState"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/suspended": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Stops everybody's sound, picture, share, chat and files at once, or lifts that. */
        readonly put: operations["suspendMeeting"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/timer": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Counts down from now, for everybody. */
        readonly put: operations["setTimer"];
        readonly post?: never;
        /** There is none any more. */
        readonly delete: operations["stopTimer"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/meetings/{link}/token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** A token for the room of the media plane in which one is to be now. */
        readonly post: operations["getToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/personal-room": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** The caller's own room, which can begin again and again; made when first asked for. */
        readonly put: operations["openPersonalRoom"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/probe": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** A token for a room of one's own, to see how media gets through. */
        readonly post: operations["probe"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The roles that were made for all meetings of the organisation. */
        readonly get: operations["listRoles"];
        readonly put?: never;
        /** Makes a role for all meetings of the organisation. For administrators. */
        readonly post: operations["createRole"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Gives it to nobody any more; who has it keeps it for as long as the meeting is on. For administrators. */
        readonly delete: operations["deleteRole"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who one is: an account, a guest, or nobody yet. */
        readonly get: operations["getSession"];
        readonly put?: never;
        /** Signs in by mail address and password, and by a one-time or recovery code where the account has codes. */
        readonly post: operations["signIn"];
        /** Ends the session. */
        readonly delete: operations["signOut"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Account: {
            readonly email: string;
            readonly has_totp: boolean;
            readonly is_admin: boolean;
            readonly name: string;
            readonly recovery_codes: number;
        };
        readonly Board: {
            readonly document: string | null;
            readonly last: number;
            readonly more: boolean;
            readonly snapshot: {
                readonly data: string;
                readonly number: number;
            } | null;
            readonly updates: readonly {
                readonly data: string;
                readonly number: number;
            }[];
        };
        readonly Breakouts: {
            /** Format: date-time */
            readonly ends_at: string | null;
            readonly may_hop: boolean;
            readonly rooms: readonly {
                readonly id: string;
                readonly name: string;
                readonly participants: readonly string[];
            }[];
            /** @enum {string} */
            readonly state: "planned" | "open" | "closing";
        };
        /** @enum {string} */
        readonly Capability: "publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all";
        readonly CustomRole: {
            /** @enum {string} */
            readonly base: "host" | "cohost" | "speaker" | "attendee" | "viewer";
            readonly fewer: readonly ("publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all")[];
            readonly id: string;
            readonly more: readonly ("publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all")[];
            readonly name: string;
            /** @enum {string} */
            readonly of: "organisation" | "meeting";
        };
        /** @description Of each type of event its data. This object itself is never sent. */
        readonly Events: {
            readonly board: {
                /** @enum {string} */
                readonly board: "notes" | "whiteboard";
                readonly data?: string;
                readonly document: string;
                readonly number: number;
            };
            readonly board_presence: {
                /** @enum {string} */
                readonly board: "notes" | "whiteboard";
                readonly data: string;
                readonly participant: string;
            };
            readonly board_restored: {
                /** @enum {string} */
                readonly board: "notes" | "whiteboard";
                readonly document: string;
            };
            readonly board_snapshot: {
                /** @enum {string} */
                readonly board: "notes" | "whiteboard";
                readonly document: string;
                readonly number: number;
                readonly participant: string;
            };
            readonly breakouts: components["schemas"]["Breakouts"] | null;
            readonly broadcast: {
                readonly from_name: string;
                readonly text: string;
            };
            readonly hello: {
                /** Format: date-time */
                readonly now: string;
                readonly seq: number;
            };
            readonly lobby: {
                readonly waiting: readonly components["schemas"]["Waiting"][];
            };
            readonly lobby_message: {
                readonly text: string;
            };
            readonly me: components["schemas"]["Me"];
            readonly meeting: components["schemas"]["Meeting"];
            readonly message: components["schemas"]["Message"];
            readonly participant: components["schemas"]["Participant"];
            readonly participant_left: {
                readonly id: string;
            };
            readonly poll: components["schemas"]["PollNews"];
            readonly poll_deleted: {
                readonly id: string;
            };
            readonly question: components["schemas"]["QuestionNews"];
            readonly question_deleted: {
                readonly id: string;
            };
            readonly reaction: {
                readonly emoji: string;
                readonly participant: string;
            };
            readonly reset: Record<string, never>;
            readonly timer: components["schemas"]["Timer"] | null;
        };
        readonly File: {
            readonly height: number | null;
            readonly id: string;
            readonly name: string;
            readonly size: number;
            readonly type: string;
            readonly width: number | null;
        };
        readonly FileLimits: {
            readonly endings: readonly string[];
            readonly max_bytes: number;
            readonly max_per_message: number;
        };
        /** @enum {string} */
        readonly Layout: "grid" | "speaker" | "whiteboard";
        /** @enum {string} */
        readonly LobbyRule: "nobody" | "outsiders" | "everybody";
        readonly Me: {
            readonly allowed_to_speak: boolean;
            readonly capabilities: readonly components["schemas"]["Capability"][];
            /** Format: date-time */
            readonly hand_at: string | null;
            readonly hard_muted: boolean;
            readonly name: string;
            readonly participant: string;
            readonly role: components["schemas"]["Role"];
            readonly role_name: string | null;
            readonly room: string;
            readonly share_stopped: boolean;
            readonly state: components["schemas"]["Presence"];
            readonly video_stopped: boolean;
            readonly why: components["schemas"]["WaitsFor"] | null;
        };
        readonly MediaFlow: {
            readonly bits_per_second: number;
            readonly jitter_ms: number;
            readonly layers: readonly {
                readonly bits_per_second: number;
                readonly frames_per_second: number;
                readonly layer: number;
                readonly loss_per_mille: number;
            }[];
            readonly loss_per_mille: number;
            readonly paused_seconds: number;
            readonly round_trip_ms: number;
            readonly score: number;
            readonly streams: number;
            /** @enum {string} */
            readonly what: "camera" | "microphone" | "screen_share" | "screen_share_audio" | "video" | "audio";
        };
        readonly Meeting: {
            /** Format: date-time */
            readonly ends_at: string | null;
            readonly has_passcode: boolean;
            readonly is_locked: boolean;
            readonly is_personal: boolean;
            readonly join_before_host: boolean;
            readonly layout: components["schemas"]["Layout"] | null;
            readonly link: string;
            readonly lobby: components["schemas"]["LobbyRule"];
            readonly max_minutes: number;
            readonly max_people: number;
            readonly room: string;
            readonly spotlight: readonly string[];
            /** Format: date-time */
            readonly started_at: string | null;
            readonly state: components["schemas"]["MeetingState"];
            readonly suspended: boolean;
            readonly title: string;
            readonly type: components["schemas"]["MeetingType"];
        };
        /** @enum {string} */
        readonly MeetingState: "new" | "on" | "over";
        /** @enum {string} */
        readonly MeetingType: "meeting" | "webinar" | "audio_room" | "consult" | "classroom";
        readonly Message: {
            /** Format: date-time */
            readonly at: string;
            readonly deleted: boolean;
            /** Format: date-time */
            readonly edited_at: string | null;
            readonly files: readonly components["schemas"]["File"][];
            readonly from: string;
            readonly from_name: string;
            readonly id: string;
            readonly is_mine: boolean;
            readonly reply_to: string | null;
            readonly text: string;
            readonly to: string | null;
            readonly to_name: string | null;
        };
        readonly Participant: {
            readonly allowed_to_speak: boolean;
            readonly breakout: string | null;
            /** Format: date-time */
            readonly hand_at: string | null;
            readonly hard_muted: boolean;
            readonly id: string;
            /** Format: date-time */
            readonly joined_at: string;
            readonly name: string;
            readonly role: components["schemas"]["Role"];
            readonly role_name: string | null;
            readonly share_stopped: boolean;
            readonly video_stopped: boolean;
        };
        readonly Poll: {
            readonly anonymous: boolean;
            readonly correct: readonly number[] | null;
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            readonly kind: components["schemas"]["PollKind"];
            readonly mine: readonly number[] | null;
            readonly options: readonly {
                readonly text: string;
                readonly votes: number | null;
            }[];
            readonly question: string;
            readonly run_off: {
                readonly rounds: readonly {
                    readonly out: readonly number[];
                    readonly votes: readonly (number | null)[];
                }[];
                readonly winners: readonly number[];
            } | null;
            readonly shared: boolean;
            /** @enum {string} */
            readonly state: "draft" | "open" | "closed";
            readonly voters: number;
        };
        /** @enum {string} */
        readonly PollKind: "single" | "multiple" | "ranked" | "quiz";
        readonly PollNews: {
            readonly anonymous: boolean;
            readonly correct: readonly number[] | null;
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            readonly kind: components["schemas"]["PollKind"];
            readonly mine?: readonly number[] | null;
            readonly options: readonly {
                readonly text: string;
                readonly votes: number | null;
            }[];
            readonly question: string;
            readonly run_off: {
                readonly rounds: readonly {
                    readonly out: readonly number[];
                    readonly votes: readonly (number | null)[];
                }[];
                readonly winners: readonly number[];
            } | null;
            readonly shared: boolean;
            /** @enum {string} */
            readonly state: "draft" | "open" | "closed";
            readonly voters: number;
        };
        /** @enum {string} */
        readonly Presence: "waiting" | "inside" | "denied" | "removed" | "banned" | "ended" | "left";
        /** @description What is wrong (RFC 9457). `code` is for programs and never changes. */
        readonly Problem: {
            readonly code: string;
            readonly detail: string;
            readonly member?: string;
            readonly status: number;
            readonly title: string;
            readonly type: string;
        };
        readonly QualitySample: {
            /** Format: date-time */
            readonly ended_at: string;
            /** @enum {string} */
            readonly quality: "excellent" | "good" | "poor" | "lost";
            readonly received: readonly components["schemas"]["MediaFlow"][];
            readonly score: number;
            readonly seconds: number;
            readonly sent: readonly components["schemas"]["MediaFlow"][];
        };
        readonly QualitySummary: {
            readonly bad_samples: number;
            /** Format: date-time */
            readonly first: string;
            /** Format: date-time */
            readonly last: string;
            readonly name: string;
            readonly participant: string;
            readonly samples: number;
            readonly worst_score: number;
        };
        readonly Question: {
            readonly answer: string | null;
            readonly answered: boolean;
            /** Format: date-time */
            readonly at: string;
            readonly from_name: string | null;
            readonly id: string;
            readonly is_mine: boolean;
            readonly mine: boolean;
            readonly text: string;
            readonly votes: number;
        };
        readonly QuestionNews: {
            readonly answer: string | null;
            readonly answered: boolean;
            /** Format: date-time */
            readonly at: string;
            readonly from_name: string | null;
            readonly id: string;
            readonly is_mine: boolean;
            readonly mine?: boolean;
            readonly text: string;
            readonly votes: number;
        };
        readonly Ratings: {
            readonly average: number | null;
            readonly count: number;
            readonly reasons: {
                readonly connection: number;
                readonly other: number;
                readonly picture: number;
                readonly sound: number;
            };
            readonly texts: readonly string[];
        };
        /** @enum {string} */
        readonly Role: "host" | "cohost" | "speaker" | "attendee" | "viewer";
        readonly Session: {
            readonly client: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            readonly is_current: boolean;
            /** Format: date-time */
            readonly used_at: string;
        };
        readonly Timer: {
            /** Format: date-time */
            readonly ends_at: string;
            readonly label: string;
            readonly seconds: number;
        };
        readonly Waiting: {
            readonly id: string;
            readonly name: string;
            /** Format: date-time */
            readonly since: string;
        };
        /** @enum {string} */
        readonly WaitsFor: "lobby" | "host";
    };
    responses: {
        /** @description Refused, or not possible now. */
        readonly Problem: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly changeAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly changePassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly new_password: string;
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly renewRecoveryCodes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly code: string;
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly codes: readonly string[];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listSessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Session"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly endOtherSessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly endSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly session: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly beginTotp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly secret: string;
                        readonly uri: string;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly confirmTotp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly code: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly codes: readonly string[];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly removeTotp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly code: string;
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listMeetings: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Meeting"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly createMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly join_before_host?: boolean;
                    /** @enum {string} */
                    readonly lobby?: "nobody" | "outsiders" | "everybody";
                    readonly max_minutes?: number;
                    readonly max_people?: number;
                    readonly passcode?: string | null;
                    readonly title?: string;
                    /** @enum {string} */
                    readonly type?: "meeting" | "webinar" | "audio_room" | "consult" | "classroom";
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Meeting"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly getDoorplate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly count: number | null;
                        readonly has_passcode: boolean;
                        readonly host_is_here: boolean;
                        readonly is_locked: boolean;
                        readonly link: string;
                        readonly people: readonly {
                            readonly name: string;
                        }[] | null;
                        readonly state: components["schemas"]["MeetingState"];
                        readonly title: string;
                        readonly type: components["schemas"]["MeetingType"];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly changeMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly join_before_host?: boolean;
                    /** @enum {string} */
                    readonly lobby?: "nobody" | "outsiders" | "everybody";
                    readonly max_minutes?: number;
                    readonly max_people?: number;
                    readonly passcode?: string | null;
                    readonly title?: string;
                    /** @enum {string} */
                    readonly type?: "meeting" | "webinar" | "audio_room" | "consult" | "classroom";
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Meeting"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listBans: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly id: string;
                            readonly name: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly liftBan: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly ban: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly readBoard: {
        readonly parameters: {
            readonly query?: {
                readonly after?: number;
            };
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly board: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Board"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly pointOnBoard: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly board: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly data: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly restoreBoard: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly board: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly putBoardSnapshot: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly board: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly data: string;
                    readonly document: string;
                    readonly number: number;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly appendBoardUpdate: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly board: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly data: string;
                    readonly document: string | null;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly document: string;
                        readonly number: number;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly planBreakouts: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly may_hop?: boolean;
                    readonly minutes?: number | null;
                    readonly rooms: readonly {
                        readonly name: string;
                        readonly participants: readonly string[];
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly discardBreakouts: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly broadcast: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly text: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly closeBreakouts: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly seconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly openBreakouts: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listMessages: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Message"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly writeMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly files?: readonly string[];
                    readonly reply_to?: string | null;
                    readonly text: string;
                    readonly to?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deleteMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly message: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly editMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly message: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly text: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly endMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listen: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Last-Event-ID"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The stream. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly uploadFile: {
        readonly parameters: {
            readonly query: {
                readonly name: string;
            };
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "*/*": unknown;
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["File"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly fetchFile: {
        readonly parameters: {
            readonly query?: {
                readonly participant?: string;
            };
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly file: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": unknown;
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deleteFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly file: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly raiseHand: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly raised: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly joinMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name: string;
                    readonly participant?: string;
                    readonly passcode?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly participant: string;
                        readonly room: string;
                        /** @enum {string} */
                        readonly state: "inside";
                        readonly token: string;
                        readonly url: string;
                    } | {
                        readonly participant: string;
                        /** @enum {string} */
                        readonly state: "waiting";
                        readonly why: components["schemas"]["WaitsFor"];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly setLayout: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly layout: ("grid" | "speaker" | "whiteboard") | null;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly leaveMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly renewLink: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Meeting"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly admit: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly participants?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deny: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly participants: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly setLobbyMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly text: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly lockMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly locked: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly muteAll: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly hard: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly renameSelf: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly moveToBreakout: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly breakout: string | null;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly lowerHand: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly handOver: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly muteParticipant: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly source: "microphone" | "camera" | "screen_share";
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly removeParticipant: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly ban: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly restrictParticipant: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly camera?: boolean;
                    readonly microphone?: boolean;
                    readonly screen_share?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly setRole: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly custom_role?: string;
                    /** @enum {string} */
                    readonly role?: "cohost" | "speaker" | "attendee" | "viewer";
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly allowToSpeak: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly allowed: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly createPoll: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly anonymous: boolean;
                    readonly correct?: readonly number[] | null;
                    /** @enum {string} */
                    readonly kind: "single" | "multiple" | "ranked" | "quiz";
                    readonly options: readonly string[];
                    readonly question: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Poll"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deletePoll: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly poll: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly closePoll: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly poll: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Poll"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly openPoll: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly poll: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Poll"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly sharePoll: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly poll: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Poll"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly vote: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly poll: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly choices: readonly number[];
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Poll"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listQuality: {
        readonly parameters: {
            readonly query?: {
                readonly run?: number;
            };
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly participants: readonly components["schemas"]["QualitySummary"][];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly getQuality: {
        readonly parameters: {
            readonly query?: {
                readonly from?: number;
                readonly run?: number;
                readonly to?: number;
            };
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly participant: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["QualitySample"][];
                        readonly next: number | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listQuestions: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly sort?: "votes" | "newest";
            };
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["Question"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly askQuestion: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly anonymous: boolean;
                    readonly text: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Question"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deleteQuestion: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly question: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly answerQuestion: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly question: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly text?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Question"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly voteForQuestion: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
                readonly question: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly vote: boolean;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Question"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly rateMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly reasons?: readonly ("sound" | "picture" | "connection" | "other")[];
                    readonly stars: number;
                    readonly text?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly getRatings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Ratings"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly react: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly emoji: "👍" | "❤️" | "😂" | "😮" | "👏" | "🎉";
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listMeetingRoles: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["CustomRole"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly createMeetingRole: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly base: "host" | "cohost" | "speaker" | "attendee" | "viewer";
                    readonly fewer?: readonly ("publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all")[];
                    readonly more?: readonly ("publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all")[];
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CustomRole"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deleteMeetingRole: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Parley-Participant"?: string;
            };
            readonly path: {
                readonly link: string;
                readonly role: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly setSpotlight: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly participants: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly getState: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly breakouts: components["schemas"]["Breakouts"] | null;
                        readonly files: components["schemas"]["FileLimits"] | null;
                        readonly lobby: readonly components["schemas"]["Waiting"][] | null;
                        readonly lobby_message: string;
                        readonly me: components["schemas"]["Me"];
                        readonly meeting: components["schemas"]["Meeting"];
                        /** Format: date-time */
                        readonly now: string;
                        readonly participants: readonly components["schemas"]["Participant"][];
                        readonly polls: readonly components["schemas"]["Poll"][];
                        readonly questions: readonly components["schemas"]["Question"][];
                        readonly seq: number;
                        readonly timer: components["schemas"]["Timer"] | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly suspendMeeting: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly suspended: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly setTimer: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly label?: string;
                    readonly seconds: number;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Timer"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly stopTimer: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly getToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "Parley-Participant": string;
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly link: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly participant: string;
                        readonly room: string;
                        /** @enum {string} */
                        readonly state: "inside";
                        readonly token: string;
                        readonly url: string;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly openPersonalRoom: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Meeting"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly probe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly room: string;
                        readonly token: string;
                        readonly url: string;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly listRoles: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly components["schemas"]["CustomRole"][];
                        readonly next: string | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly createRole: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly base: "host" | "cohost" | "speaker" | "attendee" | "viewer";
                    readonly fewer?: readonly ("publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all")[];
                    readonly more?: readonly ("publish_camera" | "publish_microphone" | "share_screen" | "chat" | "private_chat" | "share_files" | "react" | "raise_hand" | "unmute_self" | "vote" | "ask_question" | "answer_question" | "create_poll" | "edit_notes" | "see_people" | "be_seen" | "rename_self" | "mute_others" | "hard_mute" | "stop_video" | "stop_share" | "allow_to_speak" | "remove" | "ban" | "see_lobby" | "admit" | "spotlight" | "layout_for_all" | "lock" | "suspend_all" | "manage_breakouts" | "broadcast" | "record" | "moderate_chat" | "run_timer" | "promote" | "hand_over" | "change_settings" | "end_for_all")[];
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CustomRole"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly deleteRole: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly getSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly may_create: boolean;
                        readonly person: {
                            readonly account: string | null;
                            readonly name: string;
                        } | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly signIn: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly code?: string;
                    readonly email: string;
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly may_create: boolean;
                        readonly person: {
                            readonly account: string | null;
                            readonly name: string;
                        } | null;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
    readonly signOut: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
            readonly "5XX": components["responses"]["Problem"];
        };
    };
}
