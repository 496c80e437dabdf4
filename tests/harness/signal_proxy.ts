// Stands between a client and the server's signaling port: sees every signaling message of an SDK in order,
// and can do to them what a network or another server would. HTTP passes through; so does what is not touched.
import { SignalRequest, SignalResponse } from '@livekit/protocol';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import WebSocket, { WebSocketServer } from 'ws';

/** One client's connection, as the proxy holds it. */
export interface ProxiedSession {
  readonly path: string;
  readonly query: URLSearchParams;
  /** To the client, and to the server. */
  readonly client: WebSocket;
  readonly server: WebSocket;
  /** The TCP connection of the client, to be cut without a word. */
  readonly wire: Duplex;
}

export interface Refusal {
  readonly status: number;
  readonly body: string;
}

export interface ProxyHooks {
  /** How much later than a client's the connection to the server ends; default: at once. */
  readonly lingerMs?: number;
  /** A request, an upgrade or not, that the server is not to see. */
  refuse?(path: string, query: URLSearchParams): Refusal | undefined;
  /** What the server is asked instead of what the client asked: changes the query in place. */
  reroute?(path: string, query: URLSearchParams): void;
  opened?(session: ProxiedSession): void;
  /** What the server says; false: the client does not get it; another message: it gets that one. */
  fromServer?(session: ProxiedSession, message: SignalResponse): boolean | SignalResponse | void;
  fromClient?(session: ProxiedSession, message: SignalRequest): boolean | void;
}

export interface SignalProxy {
  readonly ws: string;
  close(): Promise<void>;
}

export async function startSignalProxy(upstream: string, hooks: ProxyHooks = {}): Promise<SignalProxy> {
  const base = new URL(upstream.replace(/^ws/, 'http'));
  const parse = (url: string | undefined) => new URL(url ?? '/', base);

  const web = http.createServer((request, response) => {
    const { pathname, searchParams } = parse(request.url);
    const refusal = hooks.refuse?.(pathname, searchParams);
    if (refusal) {
      response.writeHead(refusal.status, { 'access-control-allow-origin': '*' }).end(refusal.body);
      return;
    }
    const { host: _host, ...headers } = request.headers;
    const onward = http.request(
      { host: base.hostname, port: base.port, path: request.url, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  });

  const sockets = new WebSocketServer({ noServer: true });
  web.on('upgrade', (request, wire, head) => {
    const { pathname, searchParams } = parse(request.url);
    const refusal = hooks.refuse?.(pathname, searchParams);
    if (refusal) {
      refuseUpgrade(wire, refusal);
      return;
    }
    // The server first: what it refuses is refused with its own words.
    const authorization = request.headers.authorization;
    const onward = new URLSearchParams(searchParams);
    hooks.reroute?.(pathname, onward);
    const server = new WebSocket(`${upstream}${pathname}?${onward}`, authorization ? { headers: { authorization } } : {});
    const early: [Buffer, boolean][] = [];
    const hold = (data: Buffer, isBinary: boolean) => void early.push([data, isBinary]);
    server.on('message', hold);
    server.once('unexpected-response', (_request, answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += chunk));
      answer.on('end', () => refuseUpgrade(wire, { status: answer.statusCode!, body }));
    });
    server.on('error', () => wire.destroy());
    server.once('open', () => {
      sockets.handleUpgrade(request, wire, head, (client) => {
        const session = { path: pathname, query: searchParams, client, server, wire };
        hooks.opened?.(session);
        const down = (data: Buffer, isBinary: boolean) => {
          const pass = hooks.fromServer?.(session, SignalResponse.fromBinary(data)) ?? true;
          if (!pass || client.readyState !== WebSocket.OPEN) return;
          client.send(typeof pass === 'boolean' ? data : pass.toBinary(), { binary: isBinary });
        };
        server.off('message', hold);
        for (const [data, isBinary] of early) down(data, isBinary);
        server.on('message', down);
        client.on('message', (data: Buffer, isBinary: boolean) => {
          const pass = hooks.fromClient?.(session, SignalRequest.fromBinary(data)) ?? true;
          if (pass && server.readyState === WebSocket.OPEN) server.send(data, { binary: isBinary });
        });
        server.once('close', (code, reason) => closeAs(client, code, reason));
        client.once('close', (code, reason) => setTimeout(() => closeAs(server, code, reason), hooks.lingerMs ?? 0));
        client.on('error', () => server.terminate());
      });
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  return {
    ws: `ws://127.0.0.1:${(web.address() as AddressInfo).port}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      web.closeAllConnections();
      await new Promise<void>((resolve) => web.close(() => resolve()));
    },
  };
}

function refuseUpgrade(wire: Duplex, { status, body }: Refusal) {
  const reason = http.STATUS_CODES[status] ?? 'Refused';
  wire.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** The other end hears the same close code; 1005 and 1006 stand for "none was sent". */
function closeAs(socket: WebSocket, code: number, reason: Buffer) {
  if (code === 1006) socket.terminate();
  else if (code === 1005) socket.close();
  else socket.close(code, reason);
}
