// A signaling client of our own, for what no SDK would do: hundreds of joins a minute, forged tokens, offers
// that are no SDP, frames that are no protobuf.
import {
  ClientInfo,
  ClientInfo_SDK,
  JoinRequest,
  LeaveRequest,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';
import http from 'node:http';
import WebSocket from 'ws';

type Message = SignalResponse['message'];
type Case = NonNullable<Message['case']>;
type Value<C extends Case> = Extract<Message, { case: C }>['value'];

export interface SignalOptions {
  readonly url: string;
  readonly token: string;
  /** /rtc/v1 with a join request instead of /rtc. */
  readonly v1?: boolean;
  readonly offer?: string;
  /** More of the query, or other values: `{ reconnect: '1' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** More of the join request, on /rtc/v1. */
  readonly join?: ConstructorParameters<typeof JoinRequest>[0];
}

export class SignalClient {
  readonly messages: SignalResponse[] = [];
  closed: { code: number; reason: string } | null = null;
  #wake: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.messages.push(
        isBinary ? SignalResponse.fromBinary(data) : SignalResponse.fromJsonString(data.toString(), { ignoreUnknownFields: true }),
      );
      this.#notify();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#notify();
    });
    socket.on('error', () => this.#notify());
  }

  #notify() {
    for (const wake of this.#wake.splice(0)) wake();
  }

  static async connect(options: SignalOptions): Promise<SignalClient> {
    const socket = new WebSocket(addressOf(options));
    socket.binaryType = 'nodebuffer';
    const client = new SignalClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_request, response: http.IncomingMessage) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)));
      });
    });
    return client;
  }

  send(message: SignalRequest['message']) {
    this.socket.send(new SignalRequest({ message }).toBinary());
  }

  /** The first message of this kind, already here or still to come. */
  async wait<C extends Case>(kind: C, timeoutMs = 10_000): Promise<Value<C>> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const found = this.messages.find(({ message }) => message.case === kind);
      if (found) return found.message.value as Value<C>;
      if (this.closed) throw new Error(`closed (${this.closed.code}) while waiting for ${kind}`);
      const left = end - Date.now();
      if (left <= 0) throw new Error(`no ${kind} in ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async waitClosed(timeoutMs = 10_000) {
    const end = Date.now() + timeoutMs;
    while (!this.closed) {
      if (Date.now() > end) throw new Error('still open');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.closed;
  }

  async leave() {
    this.send({ case: 'leave', value: new LeaveRequest() });
    await this.waitClosed().catch(() => this.socket.terminate());
  }
}

/** The address that an SDK would open. */
export function addressOf({ url, token, v1, offer, query: more, join: also }: SignalOptions, endpoint = ''): string {
  const query = new URLSearchParams({ access_token: token });
  if (!v1) {
    const said = { sdk: 'js', version: '2.23.0', protocol: '17', auto_subscribe: '1', ...more };
    for (const [name, value] of Object.entries(said)) query.set(name, value);
    return `${url}/rtc${endpoint}?${query}`;
  }
  const join = new JoinRequest({
    clientInfo: new ClientInfo({ sdk: ClientInfo_SDK.JS, version: '2.23.0', protocol: 17 }),
    connectionSettings: { autoSubscribe: true },
    ...(offer === undefined ? {} : { publisherOffer: new SessionDescription({ type: 'offer', sdp: offer, id: 1 }) }),
    ...also,
  });
  const wrapped = new WrappedJoinRequest({
    compression: WrappedJoinRequest_Compression.NONE,
    joinRequest: join.toBinary(),
  });
  const base64 = Buffer.from(wrapped.toBinary()).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  query.set('join_request', base64);
  for (const [name, value] of Object.entries(more ?? {})) query.set(name, value);
  return `${url}/rtc/v1${endpoint}?${query}`;
}

/** A small but honest offer: one bundle of data channels and a section to receive sound. */
export function cannedOffer(ufrag = 'abcd'): string {
  const transport = [
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:0123456789abcdefghijklmn',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i * 7 + 16).toString(16).toUpperCase()).join(':')}`,
    'a=setup:actpass',
  ];
  return [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...transport,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...transport,
    'a=mid:1',
    'a=recvonly',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    '',
  ].join('\r\n');
}
