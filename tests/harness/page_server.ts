// Serves the test page. On localhost, because only a secure context has cameras.
import http from 'node:http';
import fs from 'node:fs';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { TESTS } from './paths.ts';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePage(): Promise<PageServer> {
  const folder = path.join(import.meta.dirname, 'page');
  const bundle = await build({
    entryPoints: [path.join(folder, 'main.ts')],
    bundle: true,
    format: 'iife',
    write: false,
    sourcemap: 'inline',
    target: 'es2022',
    logLevel: 'silent',
  });
  const sdk = path.join(TESTS, 'node_modules/livekit-client/dist');
  const scripts = new Map<string, Uint8Array>([
    ['/page.js', bundle.outputFiles[0]!.contents],
    ['/e2ee-worker.js', fs.readFileSync(path.join(sdk, 'livekit-client.e2ee.worker.js'))],
  ]);
  const html = fs.readFileSync(path.join(folder, 'index.html'));
  const server = http.createServer((request, response) => {
    const found = scripts.get(request.url ?? '');
    response.setHeader('content-type', found ? 'text/javascript' : 'text/html');
    response.end(found ?? html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
