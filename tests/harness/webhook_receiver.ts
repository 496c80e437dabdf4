// A backend that is told what happens: verifies each webhook with LiveKit's own receiver, and can be down or
// unwell, as backends are.
import http from 'node:http';
import https from 'node:https';
import { type WebhookEvent, WebhookReceiver } from 'livekit-server-sdk';
import { KEY, SECRET } from './tokens.ts';

export interface Received {
  readonly event: WebhookEvent;
  readonly headers: http.IncomingHttpHeaders;
  readonly at: number;
}

export class WebhookBackend {
  /** What was answered with 200, in the order of arrival, repetitions included. */
  readonly received: Received[] = [];
  /** What no good backend would believe, with the reason. */
  readonly rejected: string[] = [];
  /** All requests, those answered with an error too. */
  requests = 0;
  /** What verified requests are answered with. */
  status: (event: WebhookEvent) => number = () => 200;
  #server: http.Server | undefined;
  readonly #verifier = new WebhookReceiver(KEY, SECRET);
  port = 0;

  /** With a certificate: over TLS. */
  constructor(private readonly certificate?: { readonly key: Buffer; readonly cert: Buffer }) {}

  get url(): string {
    return `${this.certificate ? 'https' : 'http'}://127.0.0.1:${this.port}/livekit?secret=hunter2`;
  }

  /** Listens; after `down`, on the same port as before. */
  async up() {
    const take: http.RequestListener = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => void this.#take(request, body).then((status) => response.writeHead(status).end('thank you')));
    };
    this.#server = this.certificate ? https.createServer(this.certificate, take) : http.createServer(take);
    await new Promise<void>((resolve) => this.#server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as { port: number }).port;
  }

  async down() {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  async #take(request: http.IncomingMessage, body: string): Promise<number> {
    this.requests += 1;
    try {
      const event = await this.#verifier.receive(body, request.headers.authorization);
      const status = this.status(event);
      if (status === 200) this.received.push({ event, headers: request.headers, at: performance.now() });
      return status;
    } catch (error) {
      this.rejected.push(String(error));
      return 401;
    }
  }

  /** What is known of a room: each event once, in the order in which it first arrived. */
  of(room: string): WebhookEvent[] {
    const seen = new Set<string>();
    return this.received
      .map(({ event }) => event)
      .filter((event) => event.room?.name === room && !seen.has(event.id) && seen.add(event.id));
  }

  names(room: string): string[] {
    return this.of(room).map(({ event }) => event);
  }
}
