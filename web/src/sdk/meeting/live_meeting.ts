import { addressOf, type AnswerOf, type InputOf, type Operation } from '../api/operation';
import * as api from '../api/operations';
import { pause } from '../pause';
import { createStore, type Readable } from '../store';
import { boardPlane, type BoardListener, type BoardPlane } from './boards';
import * as chat from './chat';
import { Attachments } from './attachments';
import { Client, newKey, type Answer, type Asking } from './client';
import type { MeetingSettings } from './desk';
import type { Numbered } from './events';
import type { MediaSource, Meeting, MeetingView, NewPoll, Outcome, Refusal } from './meeting';
import { loaded, NOTHING, readState, reduce, type Known } from './reduce';
import { follow, isEnd } from './stream';
import type { CustomRole, GivenRole, Layout, ParticipantId, Reaction } from './types';
import { upload, type Sender } from './upload';

export interface LiveMeetingOptions {
  readonly link: string;
  readonly client?: Client;
  readonly fetcher?: typeof fetch;
  readonly random?: () => number;
  /** The wall clock, which the server's is compared with. */
  readonly wallNow?: () => number;
  readonly newKey?: () => string;
  readonly sender?: Sender;
  /** The server no longer knows us as somebody in this meeting. */
  readonly onUnseated?: () => void;
}

/** Repaired sooner than this, a broken stream is nothing to speak of. */
export const AWAY_AFTER_MS = 1500;
/** The client has its own patience; this is for answers that make no sense. */
const STATE_AGAIN_MS = 2000;
const REACTION_MS = 4000;
const MAX_REACTIONS = 40;
const PAGE = 50;
const MAX_PAGE = 200;

/**
 * The meeting over the application plane's REST and event stream, beside the media and independent of it: what
 * breaks here is repaired here, and no call notices.
 *
 *  owner     the visit; `open` once a place is known, `close` when it is given up
 *  bounded   one stream and one reading of the state at a time; MAX_REACTIONS in flight; events that wait, in reduce.ts
 */
export class LiveMeeting implements Meeting {
  private readonly client: Client;
  private readonly wallNow: () => number;
  private readonly newKey: () => string;
  private readonly views = createStore<MeetingView>({
    state: null,
    away: false,
    chat: chat.shown(chat.NO_CHAT),
    reactions: [],
    broadcast: null,
    skew: 0,
  });
  private known: Known = NOTHING;
  private talk = chat.NO_CHAT;
  private readonly attachments: Attachments;
  private participant: ParticipantId | null = null;
  private running = new AbortController();
  private reading: AbortSignal | null = null;
  private resets = 0;
  private awayTimer: ReturnType<typeof setTimeout> | undefined;
  private nextReaction = 1;
  private readonly boardListeners = new Set<BoardListener>();
  readonly boards: BoardPlane;

  constructor(private readonly options: LiveMeetingOptions) {
    this.client = options.client ?? new Client();
    this.wallNow = options.wallNow ?? Date.now;
    this.newKey = options.newKey ?? newKey;
    this.boards = boardPlane(this.client, () => ({ link: options.link, participant: this.participant }), this.boardListeners);
    this.attachments = new Attachments(
      (file, key, onProgress, signal) => upload({ link: options.link, file, key, onProgress, signal, participant: this.participant }, options.sender),
      ({ id }) => void this.call(api.deleteFile, { path: { file: id } }),
      (all) => this.setTalk(chat.attached(this.talk, all)),
      this.newKey,
    );
  }

  get view(): Readable<MeetingView> {
    return this.views;
  }

  /** Follows the meeting as this participant. Once more as the same one: where the stream had ended, it is opened anew. */
  open(participant: ParticipantId): void {
    if (this.participant === participant) return;
    this.close();
    this.participant = participant;
    this.running = new AbortController();
    void this.run(participant, this.running.signal);
  }

  /** For who has left: what is there now, read once. Nothing is followed. */
  lookBack(participant: ParticipantId): void {
    this.close();
    this.participant = participant;
    this.running = new AbortController();
    void this.readState(this.running.signal);
  }

  close(): void {
    this.attachments.clear();
    this.running.abort();
    clearTimeout(this.awayTimer);
    this.awayTimer = undefined;
    if (this.participant !== null) this.tellBoards({ on: 'closed' });
    this.participant = null;
    this.known = NOTHING;
    this.talk = chat.NO_CHAT;
    this.patch({ state: null, away: false, chat: chat.shown(this.talk), reactions: [], broadcast: null });
  }

  private async run(participant: ParticipantId, signal: AbortSignal): Promise<void> {
    // The state first: its number is where the stream begins.
    await this.readState(signal);
    if (signal.aborted) return;
    const { fetcher, random } = this.options;
    const ended = await follow(
      {
        url: addressOf(api.listen, { path: { link: this.options.link } }).url,
        participant,
        lastId: () => this.lastId(),
        onEvent: (event) => {
          if (!signal.aborted) this.onEvent(event);
        },
        onBroken: () => this.onBroken(),
        ...(fetcher === undefined ? {} : { fetcher }),
        ...(random === undefined ? {} : { random }),
      },
      signal,
    );
    if (ended !== null) this.unseated();
  }

  /** Events that wait are as good as used: they are kept until the state is there. */
  private lastId(): number {
    return Math.max(this.known.waiting.at(-1)?.id ?? 0, this.known.state?.seq ?? 0);
  }

  private unseated(): void {
    this.running.abort();
    this.participant = null;
    this.patch({ away: true });
    this.options.onUnseated?.();
  }

  private onBroken(): void {
    this.awayTimer ??= setTimeout(() => this.patch({ away: true }), AWAY_AFTER_MS);
  }

  private onEvent(numbered: Numbered): void {
    const { id, event } = numbered;
    const isNews = id === null || id > (this.known.state?.seq ?? 0);
    const { stale } = this.known;
    this.known = reduce(this.known, numbered);
    // What is being read may be from before.
    if (event.on === 'reset' && stale) this.resets++;
    switch (event.on) {
      case 'hello':
        clearTimeout(this.awayTimer);
        this.awayTimer = undefined;
        this.patch({ away: false, skew: this.skewOf(event.now) });
        this.tellBoards(event);
        break;
      case 'message':
        if (isNews) this.setTalk(chat.received(this.talk, event.message));
        break;
      case 'broadcast':
        if (isNews) this.patch({ broadcast: { text: event.text, from_name: event.from_name } });
        break;
      case 'reaction':
        this.fly(event.participant, event.emoji);
        break;
      case 'board':
      case 'board_snapshot':
      case 'board_restored':
      case 'board_presence':
        this.tellBoards(event);
        break;
      default:
    }
    this.show();
    if (this.known.stale) void this.readState(this.running.signal);
  }

  private tellBoards(event: Parameters<BoardListener>[0]): void {
    for (const listener of this.boardListeners) listener(event);
  }

  /** Until it is fresh: what is told meanwhile may ask for it once more. */
  private async readState(signal: AbortSignal): Promise<void> {
    if (this.reading === signal) return;
    this.reading = signal;
    let wanted = true;
    while (wanted && this.known.stale) {
      const resets = this.resets;
      const again = this.known.state !== null;
      const answer = await this.call(api.getState, { signal }).catch(() => null);
      if (answer === null || signal.aborted) return;
      if (isEnd(answer.status)) {
        this.unseated();
        return;
      }
      const state = answer.ok ? readState(answer.body) : null;
      if (state === null) {
        this.onBroken();
        wanted = await pause(STATE_AGAIN_MS, signal);
      } else if (resets === this.resets) {
        this.known = loaded(this.known, state);
        this.patch({ skew: this.skewOf(state.now) });
        this.show();
        if (again) void this.refreshChat(signal);
      }
    }
    this.reading = null;
  }

  private show(): void {
    if (this.views.get().state !== this.known.state) this.patch({ state: this.known.state });
  }

  private patch(change: Partial<MeetingView>): void {
    this.views.update((now) => ({ ...now, ...change }));
  }

  private setTalk(next: chat.ChatState): void {
    this.talk = next;
    this.patch({ chat: chat.shown(next) });
  }

  private skewOf(now: string): number {
    const server = Date.parse(now);
    return Number.isNaN(server) ? this.views.get().skew : server - this.wallNow();
  }

  private fly(participant: ParticipantId, emoji: string): void {
    const key = this.nextReaction++;
    this.patch({ reactions: [...this.views.get().reactions, { key, participant, emoji }].slice(-MAX_REACTIONS) });
    setTimeout(() => this.patch({ reactions: this.views.get().reactions.filter((reaction) => reaction.key !== key) }), REACTION_MS);
  }

  // ---- Commands. Each is one operation; what it changes comes back as an event.

  private call<O extends Operation>(operation: O, ...[input]: Asking<Within<O>>): Promise<Answer<AnswerOf<O>>> {
    const { participant } = this;
    const { link } = this.options;
    const all = { participant, ...input, path: { ...input?.path, link } };
    // What was left out of the path is in it now; that this makes it whole again is beyond the compiler.
    return this.client.ask(operation, ...([all] as unknown as Asking<InputOf<O>>));
  }

  private async act<O extends Operation>(operation: O, ...input: Asking<Within<O>>): Promise<Outcome> {
    return outcomeOf(await this.call(operation, ...input));
  }

  setLocked(locked: boolean): Promise<Outcome> {
    return this.act(api.lockMeeting, { body: { locked } });
  }
  setSuspended(suspended: boolean): Promise<Outcome> {
    return this.act(api.suspendMeeting, { body: { suspended } });
  }
  setSettings(settings: Partial<MeetingSettings>): Promise<Outcome> {
    return this.act(api.changeMeeting, { body: settings });
  }
  endForAll(): Promise<Outcome> {
    return this.act(api.endMeeting);
  }

  admit(participants?: readonly ParticipantId[]): Promise<Outcome> {
    return this.act(api.admit, { body: participants === undefined ? {} : { participants } });
  }
  deny(participants: readonly ParticipantId[]): Promise<Outcome> {
    return this.act(api.deny, { body: { participants } });
  }
  setLobbyMessage(text: string): Promise<Outcome> {
    return this.act(api.setLobbyMessage, { body: { text } });
  }

  mute(participant: ParticipantId, source: MediaSource): Promise<Outcome> {
    return this.act(api.muteParticipant, { path: { participant }, body: { source } });
  }
  restrict(participant: ParticipantId, restrictions: Partial<Record<MediaSource, boolean>>): Promise<Outcome> {
    return this.act(api.restrictParticipant, { path: { participant }, body: restrictions });
  }
  muteAll(hard: boolean): Promise<Outcome> {
    return this.act(api.muteAll, { body: { hard } });
  }
  remove(participant: ParticipantId, ban: boolean): Promise<Outcome> {
    return this.act(api.removeParticipant, { path: { participant }, body: { ban } });
  }
  setRole(participant: ParticipantId, role: GivenRole): Promise<Outcome> {
    return this.act(api.setRole, { path: { participant }, body: { role } });
  }
  async customRoles(): Promise<readonly CustomRole[]> {
    const answer = await this.call(api.listMeetingRoles);
    return answer.ok ? answer.body.items : [];
  }
  setCustomRole(participant: ParticipantId, role: string): Promise<Outcome> {
    return this.act(api.setRole, { path: { participant }, body: { custom_role: role } });
  }
  handOver(participant: ParticipantId): Promise<Outcome> {
    return this.act(api.handOver, { path: { participant } });
  }
  allowToSpeak(participant: ParticipantId, allowed: boolean): Promise<Outcome> {
    return this.act(api.allowToSpeak, { path: { participant }, body: { allowed } });
  }
  lowerHand(participant: ParticipantId): Promise<Outcome> {
    return this.act(api.lowerHand, { path: { participant } });
  }
  rename(name: string): Promise<Outcome> {
    return this.act(api.renameSelf, { path: { participant: this.participant ?? '' }, body: { name } });
  }
  setSpotlight(participants: readonly ParticipantId[]): Promise<Outcome> {
    return this.act(api.setSpotlight, { body: { participants } });
  }
  setLayout(layout: Layout | null): Promise<Outcome> {
    return this.act(api.setLayout, { body: { layout } });
  }

  raiseHand(raised: boolean): Promise<Outcome> {
    return this.act(api.raiseHand, { body: { raised } });
  }
  react(emoji: Reaction): Promise<Outcome> {
    return this.act(api.react, { body: { emoji } });
  }

  createPoll({ question, kind, options, anonymous, correct }: NewPoll): Promise<Outcome> {
    return this.act(api.createPoll, { body: { question, kind, options, anonymous, ...(correct === undefined ? {} : { correct }) } });
  }
  setPollState(poll: string, to: 'open' | 'closed' | 'shared'): Promise<Outcome> {
    return this.act({ open: api.openPoll, closed: api.closePoll, shared: api.sharePoll }[to], { path: { poll } });
  }
  deletePoll(poll: string): Promise<Outcome> {
    return this.act(api.deletePoll, { path: { poll } });
  }
  vote(poll: string, choices: readonly number[]): Promise<Outcome> {
    return this.act(api.vote, { path: { poll }, body: { choices } });
  }

  ask(text: string, anonymous: boolean): Promise<Outcome> {
    return this.act(api.askQuestion, { body: { text, anonymous } });
  }
  voteQuestion(question: string, vote: boolean): Promise<Outcome> {
    return this.act(api.voteForQuestion, { path: { question }, body: { vote } });
  }
  answerQuestion(question: string, text: string): Promise<Outcome> {
    return this.act(api.answerQuestion, { path: { question }, body: text === '' ? {} : { text } });
  }
  deleteQuestion(question: string): Promise<Outcome> {
    return this.act(api.deleteQuestion, { path: { question } });
  }

  planBreakouts(rooms: readonly { readonly name: string; readonly participants: readonly ParticipantId[] }[], minutes: number | null, mayHop: boolean): Promise<Outcome> {
    return this.act(api.planBreakouts, { body: { rooms, may_hop: mayHop, ...(minutes === null ? {} : { minutes }) } });
  }
  openBreakouts(): Promise<Outcome> {
    return this.act(api.openBreakouts);
  }
  closeBreakouts(seconds: number): Promise<Outcome> {
    return this.act(api.closeBreakouts, { body: { seconds } });
  }
  discardBreakouts(): Promise<Outcome> {
    return this.act(api.discardBreakouts);
  }
  broadcast(text: string): Promise<Outcome> {
    return this.act(api.broadcast, { body: { text } });
  }
  moveTo(participant: ParticipantId, breakout: string | null): Promise<Outcome> {
    return this.act(api.moveToBreakout, { path: { participant }, body: { breakout } });
  }

  setTimer(seconds: number, label: string): Promise<Outcome> {
    return this.act(api.setTimer, { body: { seconds, label } });
  }
  stopTimer(): Promise<Outcome> {
    return this.act(api.stopTimer);
  }
  dismissBroadcast(): void {
    this.patch({ broadcast: null });
  }

  // ---- Chat

  async loadChat(): Promise<void> {
    if (this.talk.older === undefined) await this.loadPage({});
  }

  async loadOlder(): Promise<void> {
    if (typeof this.talk.older === 'string') await this.loadPage({ cursor: this.talk.older });
  }

  private async loadPage(from: { cursor?: string }): Promise<void> {
    if (this.talk.loading) return;
    const { signal } = this.running;
    this.setTalk(chat.loading(this.talk));
    const answer = await this.call(api.listMessages, { query: { limit: PAGE, ...from }, signal }).catch(() => null);
    if (answer === null || signal.aborted) return;
    this.setTalk(chat.pageLoaded(this.talk, answer.ok ? chat.readPage(answer.body) : null));
  }

  private async refreshChat(signal: AbortSignal): Promise<void> {
    if (this.talk.older === undefined) return;
    const limit = Math.min(Math.max(this.talk.messages.length, PAGE), MAX_PAGE);
    const answer = await this.call(api.listMessages, { query: { limit }, signal }).catch(() => null);
    const page = answer?.ok === true ? chat.readPage(answer.body) : null;
    if (page !== null && !signal.aborted) this.setTalk(chat.readAnew(this.talk, page));
  }

  send(text: string, to: ParticipantId | null, replyTo: string | null): Promise<Outcome> {
    return this.deliver({ key: this.newKey(), text: text.trim(), to, replyTo, files: this.attachments.take(), failed: false });
  }

  attach(files: readonly File[]): void {
    const limits = this.known.state?.files ?? null;
    if (limits !== null) this.attachments.add(files, limits);
  }
  detach(key: string): void {
    this.attachments.drop(key);
  }
  retryAttachment(key: string): void {
    this.attachments.retry(key);
  }

  /** A picture on a page cannot bring a header along: which tab asks is said in the address, who it is by the cookie. */
  fileUrl(id: string): string {
    return addressOf(api.fetchFile, { path: { link: this.options.link, file: id }, query: { participant: this.participant ?? '' } }).url;
  }

  /** With the key of the first time: if that had come through after all, nothing is said twice. */
  async resend(key: string): Promise<Outcome> {
    const draft = this.talk.sending.find((sending) => sending.key === key);
    return draft === undefined ? { ok: true } : this.deliver({ ...draft, failed: false });
  }

  private async deliver(draft: chat.Draft): Promise<Outcome> {
    const { key, text, to, replyTo, files } = draft;
    this.setTalk(chat.drafted(this.talk, draft));
    const body = { text, ...(to === null ? {} : { to }), ...(replyTo === null ? {} : { reply_to: replyTo }), ...(files.length === 0 ? {} : { files: files.map(({ id }) => id) }) };
    const answer = await this.call(api.writeMessage, { body, key });
    this.setTalk(answer.ok ? chat.acknowledged(this.talk, key, chat.readMessage(answer.body)) : chat.drafted(this.talk, { ...draft, failed: true }));
    return outcomeOf(answer);
  }

  discard(key: string): void {
    this.setTalk(chat.discarded(this.talk, key));
  }

  edit(message: string, text: string): Promise<Outcome> {
    return this.act(api.editMessage, { path: { message }, body: { text } });
  }
  deleteMessage(message: string): Promise<Outcome> {
    return this.act(api.deleteMessage, { path: { message } });
  }
  chatSeen(): void {
    this.setTalk(chat.seen(this.talk));
  }
}

/** An operation in this meeting takes what it takes elsewhere, but for the link. */
type Within<O extends Operation> = Omit<InputOf<O>, 'path'> & WithoutLink<Required<InputOf<O>>['path']>;
type WithoutLink<Path> = object extends Omit<Path, 'link'> ? { readonly path?: Omit<Path, 'link'> } : { readonly path: Omit<Path, 'link'> };

function outcomeOf(answer: Answer): Outcome {
  return answer.ok ? { ok: true } : { ok: false, refusal: answer.refusal satisfies Refusal };
}
