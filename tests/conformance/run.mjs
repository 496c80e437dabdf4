#!/usr/bin/env node
// Runs main.ts: these files are TypeScript, which Vitest's own loader reads wherever the tests run.
import path from 'node:path';
import { createViteServer } from 'vitest/node';

const root = path.resolve(import.meta.dirname, '..');
const vite = await createViteServer({ root, configFile: false, logLevel: 'error', server: { middlewareMode: true, ws: false, watch: null }, appType: 'custom' });
const { main } = await vite.ssrLoadModule(path.join(import.meta.dirname, 'main.ts'));
const status = await main(process.argv.slice(2));
await vite.close();
process.exit(status);
