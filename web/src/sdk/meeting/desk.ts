import * as api from '../api/operations';
import { createStore, type Readable } from '../store';
import { Client } from './client';
import type { Refusal } from './meeting';
import type { Kind, LobbyRule, MeetingInfo, Session } from './types';

export interface DeskView {
  /** null: not known, because nobody answered yet. */
  readonly session: Session | null;
  readonly meetings: readonly MeetingInfo[];
  /** There are older ones. */
  readonly more: boolean;
}

export interface MeetingSettings {
  readonly title: string;
  readonly type: Kind;
  readonly lobby: LobbyRule;
  readonly join_before_host: boolean;
  /** 0: no limit. */
  readonly max_people: number;
  readonly max_minutes: number;
  /** null: take it away; undefined: leave it as it is. */
  readonly passcode?: string | null;
}

export type Done<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

const PAGE = 5;

/** Where one is before any meeting: who one is, one's meetings, and making one. */
export class Desk {
  private readonly views = createStore<DeskView>({ session: null, meetings: [], more: false });
  private next: string | null = null;

  constructor(private readonly client: Client = new Client()) {}

  get view(): Readable<DeskView> {
    return this.views;
  }

  async open(signal?: AbortSignal): Promise<void> {
    const answer = await this.client.ask(api.getSession, signal === undefined ? {} : { signal }).catch(() => null);
    if (answer?.ok === true) await this.become(answer.body);
  }

  async signIn(email: string, password: string, code: string): Promise<Done<null>> {
    const answer = await this.client.ask(api.signIn, { body: { email, password, ...(code === '' ? {} : { code }) } });
    if (!answer.ok) return answer;
    await this.become(answer.body);
    return { ok: true, value: null };
  }

  async signOut(): Promise<void> {
    const answer = await this.client.ask(api.signOut);
    if (answer.ok) await this.open();
  }

  /** Resolves with the link. */
  async createMeeting(settings: Partial<MeetingSettings> = {}): Promise<Done<string>> {
    const answer = await this.client.ask(api.createMeeting, { body: settings });
    return answer.ok ? { ok: true, value: answer.body.link } : answer;
  }

  /** One's own room, made when it is first asked for. Resolves with the link. */
  async personalRoom(): Promise<Done<string>> {
    const answer = await this.client.ask(api.openPersonalRoom);
    return answer.ok ? { ok: true, value: answer.body.link } : answer;
  }

  /** The old link leads nowhere any more. */
  async renewLink(link: string): Promise<Done<null>> {
    const answer = await this.client.ask(api.renewLink, { path: { link } });
    if (!answer.ok) return answer;
    this.replace(link, answer.body);
    return { ok: true, value: null };
  }

  async change(link: string, settings: MeetingSettings): Promise<Done<null>> {
    const answer = await this.client.ask(api.changeMeeting, { path: { link }, body: settings });
    if (!answer.ok) return answer;
    this.replace(link, answer.body);
    return { ok: true, value: null };
  }

  async loadMore(): Promise<void> {
    if (this.next !== null) await this.load(this.next);
  }

  private async become(session: Session): Promise<void> {
    this.patch({ session, meetings: [], more: false });
    this.next = null;
    if (session.person !== null) await this.load(null);
  }

  private async load(cursor: string | null): Promise<void> {
    const answer = await this.client.ask(api.listMeetings, { query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) } });
    if (!answer.ok) return;
    const { items, next } = answer.body;
    this.next = next;
    const known = new Set(this.views.get().meetings.map(({ link }) => link));
    this.patch({ meetings: [...this.views.get().meetings, ...items.filter(({ link }) => !known.has(link))], more: next !== null });
  }

  private replace(link: string, changed: MeetingInfo): void {
    this.patch({ meetings: this.views.get().meetings.map((one) => (one.link === link ? changed : one)) });
  }

  private patch(change: Partial<DeskView>): void {
    this.views.update((now) => ({ ...now, ...change }));
  }
}
