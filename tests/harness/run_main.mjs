// Runs `main` of a TypeScript file with the words of the command line, and ends with the status that it returns. These
// files are TypeScript, which Vitest's own loader reads wherever the tests run.
import path from 'node:path';
import { createViteServer } from 'vitest/node';

export async function runMain(file) {
  const root = path.resolve(import.meta.dirname, '..');
  const server = { middlewareMode: true, ws: false, watch: null };
  const vite = await createViteServer({ root, configFile: false, logLevel: 'error', server, appType: 'custom' });
  const { main } = await vite.ssrLoadModule(file);
  const status = await main(process.argv.slice(2));
  await vite.close();
  process.exit(status);
}
