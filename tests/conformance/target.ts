// The server under test, seen from one scenario: addresses, tokens, clients. What a scenario opens here is closed
// when it ends, however it ends.
import { SignalRequest, type SignalResponse } from '@livekit/protocol';
import type { RoomOptions } from '@livekit/rtc-node';
import { AccessToken, type VideoGrant } from 'livekit-server-sdk';
import { NodeParticipant } from '../harness/node_participant.ts';
import { type SignalOptions, SignalClient, addressOf } from '../harness/signal_client.ts';
import { type ProxiedSession, type SignalProxy, startSignalProxy } from '../harness/signal_proxy.ts';
import { RUN } from './stable.ts';
import type { WebhookSink } from './webhook_sink.ts';

export interface Server {
  readonly ws: string;
  readonly key: string;
  readonly secret: string;
  /** Where the server under test sends its webhooks, if anybody told it to. */
  readonly webhooks?: WebhookSink;
}

export interface Grants {
  readonly identity?: string;
  readonly name?: string;
  /** "agent", "ingress" … */
  readonly kind?: AccessToken['kind'];
  readonly metadata?: string;
  readonly attributes?: Record<string, string>;
  readonly video?: VideoGrant;
  readonly sip?: { admin?: boolean; call?: boolean };
  readonly secret?: string;
  readonly ttl?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** `singlePeerConnection: false`: /rtc instead of /rtc/v1. */
export type EngineOptions = Partial<RoomOptions> & { grants?: Grants; singlePeerConnection?: boolean };

/** Everything that was said on one connection of an SDK, in order: "< join", "> offer". */
export interface Tapped {
  readonly ws: string;
  readonly said: string[];
  readonly fromServer: SignalResponse[];
  readonly fromClient: SignalRequest[];
  /** Says more to the server than the SDK would by itself. */
  say(message: SignalRequest['message']): void;
}

export class Target {
  readonly server: Server;
  readonly #scenario: string;
  readonly #open: (() => unknown)[] = [];

  constructor(server: Server, scenario = '') {
    this.server = server;
    this.#scenario = scenario;
  }

  scope(scenario: string): Target {
    return new Target(this.server, scenario);
  }

  /** Runs when the scenario is over, last first. */
  atEnd(close: () => unknown): void {
    this.#open.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#open.splice(0).reverse()) {
      try {
        await close();
      } catch {
        // What could not be closed was closed by the server before.
      }
    }
  }

  get http(): string {
    return this.server.ws.replace(/^ws/, 'http');
  }

  room(label = 'room'): string {
    return `${RUN}-${this.#scenario}-${label}`;
  }

  async token(grants: Grants): Promise<string> {
    const { identity, name, metadata, attributes } = grants;
    const access = new AccessToken(this.server.key, grants.secret ?? this.server.secret, {
      ttl: grants.ttl ?? 600,
      ...(identity === undefined ? {} : { identity }),
      ...(name === undefined ? {} : { name }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(attributes === undefined ? {} : { attributes }),
    });
    if (grants.kind !== undefined) access.kind = grants.kind;
    access.addGrant(grants.video ?? {});
    if (grants.sip) access.addSIPGrant(grants.sip);
    return access.toJwt();
  }

  /** A token to join a room of this scenario. */
  joining(identity: string, grants: Grants = {}, room = this.room()): Promise<string> {
    return this.token({ identity, ...grants, video: { roomJoin: true, room, ...grants.video } });
  }

  async signal(options: Omit<SignalOptions, 'url'>): Promise<SignalClient> {
    const client = await SignalClient.connect({ url: this.server.ws, ...options });
    this.atEnd(() => client.socket.terminate());
    return client;
  }

  /** Somebody who has joined, on the signaling level alone. */
  async join(identity: string, options: Partial<Omit<SignalOptions, 'url'>> & { grants?: Grants } = {}): Promise<SignalClient> {
    const { grants, ...rest } = options;
    const client = await this.signal({ token: await this.joining(identity, grants), ...rest });
    await client.wait('join');
    return client;
  }

  /** "101", or the status and text of the refusal. */
  async knock(options: Omit<SignalOptions, 'url'>): Promise<string> {
    try {
      const client = await this.signal(options);
      client.socket.terminate();
      return '101';
    } catch (error) {
      return (error as Error).message;
    }
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.http}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(10_000), ...init });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  validate(options: Omit<SignalOptions, 'url'>): Promise<Answer> {
    const address = addressOf({ url: this.http, ...options }, '/validate');
    return this.fetch(address.slice(this.http.length));
  }

  /** A call as curl would make it. */
  async twirp(method: string, body: object | Uint8Array, token: string): Promise<Answer> {
    const isBinary = body instanceof Uint8Array;
    return this.fetch(`/twirp/livekit.${method}`, {
      method: 'POST',
      headers: {
        'content-type': isBinary ? 'application/protobuf' : 'application/json',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
      body: isBinary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    });
  }

  /** An address for an SDK, behind which everything that is said is written down. */
  async tap(): Promise<Tapped> {
    const said: string[] = [];
    const fromServer: SignalResponse[] = [];
    const fromClient: SignalRequest[] = [];
    let current: ProxiedSession | undefined;
    const proxy: SignalProxy = await startSignalProxy(this.server.ws, {
      opened: (session) => {
        current = session;
        said.push(`${session.path}${session.query.get('reconnect') ? ' reconnect' : ''}`);
      },
      fromServer: (_session, message) => {
        said.push(`< ${message.message.case}`);
        fromServer.push(message);
      },
      fromClient: (_session, message) => {
        said.push(`> ${message.message.case}`);
        fromClient.push(message);
      },
    });
    this.atEnd(() => proxy.close());
    const say = (message: SignalRequest['message']) => current!.server.send(new SignalRequest({ message }).toBinary());
    return { ws: proxy.ws, said, fromServer, fromClient, say };
  }

  /** Somebody with a real engine, whose every word is written down. */
  async engine(id: number, options: EngineOptions = {}): Promise<{ who: NodeParticipant; tap: Tapped }> {
    const tap = await this.tap();
    const who = new NodeParticipant(id);
    this.atEnd(() => who.leave());
    const { grants, ...room } = options;
    await who.room.connect(tap.ws, await this.joining(`p${id}`, grants), { autoSubscribe: true, dynacast: false, ...room });
    return { who, tap };
  }
}
