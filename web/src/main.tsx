import '@fontsource-variable/inter/index.css';
import '@/shared/tokens.css';
import '@/shared/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { recallShortcuts } from '@/shared/shortcuts';
import { applyRememberedTheme } from '@/shared/theme';

applyRememberedTheme();
recallShortcuts();

const root = document.getElementById('app');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
