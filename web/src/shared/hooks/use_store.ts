import { useSyncExternalStore } from 'react';
import type { Readable } from '@/sdk/store';

/** Re-renders when the store changes. */
export function useStore<T>(store: Readable<T>): T {
  return useSyncExternalStore((listener) => store.subscribe(listener), () => store.get());
}
