// Where a server's webhooks arrive: each is checked as LiveKit's own library checks them.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebhookEvent, WebhookReceiver } from 'livekit-server-sdk';

export interface Delivery {
  readonly event: WebhookEvent;
  readonly contentType: string;
  /** Why the library did not accept it. */
  readonly refused?: string;
}

export interface WebhookSink {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  close(): Promise<void>;
}

/** `port` 0: any that is free. */
export async function startWebhookSink(key: string, secret: string, port = 0): Promise<WebhookSink> {
  const receiver = new WebhookReceiver(key, secret);
  const deliveries: Delivery[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', async () => {
      const contentType = request.headers['content-type'] ?? '';
      try {
        const event = await receiver.receive(body, request.headers.authorization);
        deliveries.push({ event, contentType });
        response.end();
      } catch (error) {
        const event = await receiver.receive(body, undefined, true).catch(() => undefined);
        if (event) deliveries.push({ event, contentType, refused: String(error) });
        response.writeHead(401).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    deliveries,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
