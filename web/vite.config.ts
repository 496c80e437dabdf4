/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compiledWords } from './words_plugin';

/** The one text face is on the critical path of the first paint, so the page asks for it at once. */
function preloadTextFace(): Plugin {
  return {
    name: 'preload-text-face',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const face = Object.keys(bundle ?? {}).find((name) => /inter-latin-wght-normal.*\.woff2$/.test(name));
        if (face === undefined) return [];
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${face}` };
        return [{ tag: 'link', attrs, injectTo: 'head' }];
      },
    },
  };
}

const server = process.env.PARLEY_URL ?? 'http://127.0.0.1:7880';

export default defineConfig({
  plugins: [react(), compiledWords(), preloadTextFace()],
  resolve: { alias: { '@': `${import.meta.dirname}/src` } },
  build: {
    // The oldest browsers with light-dark(), which the theme tokens are written in.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    manifest: true,
    // The SDK of the call is one chunk, loaded on demand; checks/first_load.test.ts watches the sum.
    chunkSizeWarningLimit: 600,
    assetsInlineLimit: 0,
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
    restoreMocks: true,
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
