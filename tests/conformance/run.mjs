#!/usr/bin/env node
import path from 'node:path';
import { runMain } from '../harness/run_main.mjs';

await runMain(path.join(import.meta.dirname, 'main.ts'));
