import '@fontsource-variable/inter/index.css';
import '@/shared/tokens.css';
import '@/shared/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { activateRemembered } from '@/shared/i18n';
import { recallShortcuts } from '@/shared/shortcuts';
import { applyRememberedTheme } from '@/shared/theme';

applyRememberedTheme();
recallShortcuts();

const root = document.getElementById('app');
if (root !== null) {
  await activateRemembered();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
