/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin, type Rolldown } from 'vite';
import { compiledWords } from './words_plugin.ts';

/** The one text face is on the critical path of the first paint, so the page asks for it at once. */
function preloadTextFace(): Plugin {
  return {
    name: 'preload-text-face',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const face = Object.keys(bundle ?? {}).find((name) => /text-face.*\.woff2$/.test(name));
        if (face === undefined) return [];
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${face}` };
        return [{ tag: 'link', attrs, injectTo: 'head' }];
      },
    },
  };
}

/**
 * Builds the service worker into one file at the root: a worker's scope is its folder. It carries the name of
 * the build: other files, another worker, and browsers notice.
 */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const name = createHash('sha256').update(Object.keys(bundle).sort().join()).digest('hex').slice(0, 12);
      const built = await build({
        configFile: false,
        logLevel: 'silent',
        build: { write: false, rollupOptions: { input: `${import.meta.dirname}/src/sw/sw.ts`, output: { entryFileNames: 'sw.js' } } },
      });
      const [file] = (Array.isArray(built) ? built[0] : (built as Rolldown.RolldownOutput))?.output ?? [];
      if (file?.type !== 'chunk') throw new Error('no service worker came out');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: file.code.replaceAll('__PARLEY_BUILD__', name) });
    },
  };
}

const server = process.env.PARLEY_URL ?? 'http://127.0.0.1:7880';

export default defineConfig({
  plugins: [react(), compiledWords(), preloadTextFace(), serviceWorker()],
  resolve: { alias: { '@': `${import.meta.dirname}/src` } },
  worker: { format: 'es' },
  build: {
    // The oldest browsers with light-dark(), which the theme tokens are written in.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    manifest: true,
    // The SDK of the call is one chunk, loaded on demand; checks/first_load.test.ts watches the sum.
    chunkSizeWarningLimit: 600,
    assetsInlineLimit: 0,
    // Every one of these browsers preloads modules by itself.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // The page and all that it cannot do without is one file, which packs better than the several
        // that the bundler would make of what later parts use, too.
        codeSplitting: { groups: [{ name: 'index', test: /index\.html$/ }] },
      },
    },
  },
  server: {
    proxy: {
      '/rtc': { target: server, ws: true, changeOrigin: true },
      '/api': { target: server, changeOrigin: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'checks/**/*.test.ts'],
    setupFiles: ['src/test_setup.ts'],
    testTimeout: 20_000,
    restoreMocks: true,
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
