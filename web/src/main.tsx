import '@fontsource-variable/inter/index.css';
import '@/shared/face/face.css';
import '@/shared/tokens.css';
import '@/shared/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { activateRemembered } from '@/shared/i18n';
import { registerServiceWorker } from '@/sdk/update';
import { recallShortcuts } from '@/shared/shortcuts';
import { applyRememberedTheme } from '@/shared/theme';

applyRememberedTheme();
recallShortcuts();

async function start(root: HTMLElement): Promise<void> {
  await activateRemembered();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

const root = document.getElementById('app');
if (root !== null) void start(root);

// The development server serves no worker, and a kept page would hide what was just changed.
if (import.meta.env.PROD) void registerServiceWorker();
