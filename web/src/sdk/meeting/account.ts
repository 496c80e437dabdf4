import type { AnswerOf, Schemas } from '../api/operation';
import * as api from '../api/operations';
import { Client, type Answer } from './client';
import type { Done } from './desk';

/** One's own account, as its page shows it; `recovery_codes`: how many are left. */
export type AccountInfo = Schemas['Account'];
/** Somewhere one is signed in; `client` '' where it did not say. */
export type SessionInfo = Schemas['Session'];
/** What an authenticator app is told: in the QR code, and for typing. */
export type TotpSecret = AnswerOf<typeof api.beginTotp>;

/** A limit of tries is an answer: to wait for its end, and try again unasked, would take the next try away. */
const ONCE = { patienceMs: 0 } as const;

/** What one does with one's own account, asked one by one. */
export class Account {
  constructor(private readonly client: Client = new Client()) {}

  async read(): Promise<Done<AccountInfo>> {
    return done(await this.client.ask(api.getAccount, ONCE));
  }

  async rename(name: string): Promise<Done<AccountInfo>> {
    return done(await this.client.ask(api.changeAccount, { body: { name }, ...ONCE }));
  }

  async changePassword(password: string, next: string): Promise<Done<null>> {
    return done(await this.client.ask(api.changePassword, { body: { password, new_password: next }, ...ONCE }));
  }

  async beginTotp(password: string): Promise<Done<TotpSecret>> {
    return done(await this.client.ask(api.beginTotp, { body: { password }, ...ONCE }));
  }

  /** Resolves with the recovery codes, which are told this once. */
  async confirmTotp(code: string): Promise<Done<readonly string[]>> {
    return codesIn(await this.client.ask(api.confirmTotp, { body: { code }, ...ONCE }));
  }

  async removeTotp(password: string, code: string): Promise<Done<null>> {
    return done(await this.client.ask(api.removeTotp, { body: { password, code }, ...ONCE }));
  }

  async renewCodes(password: string, code: string): Promise<Done<readonly string[]>> {
    return codesIn(await this.client.ask(api.renewRecoveryCodes, { body: { password, code }, ...ONCE }));
  }

  async sessions(): Promise<Done<readonly SessionInfo[]>> {
    const answer = await this.client.ask(api.listSessions, ONCE);
    return answer.ok ? { ok: true, value: answer.body.items } : answer;
  }

  async endSession(session: string): Promise<Done<null>> {
    return done(await this.client.ask(api.endSession, { path: { session }, ...ONCE }));
  }

  async endOtherSessions(): Promise<Done<null>> {
    return done(await this.client.ask(api.endOtherSessions, ONCE));
  }
}

function done<T>(answer: Answer<T>): Done<T> {
  return answer.ok ? { ok: true, value: answer.body } : answer;
}

function codesIn(answer: Answer<{ readonly codes: readonly string[] }>): Done<readonly string[]> {
  return answer.ok ? { ok: true, value: answer.body.codes } : answer;
}
