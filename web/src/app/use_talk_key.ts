import { useCallback, useRef } from 'react';
import type { Call } from '@/sdk/call';

/** Push to talk: the microphone is on while the key is down, if it was off before and may be switched on. */
export function useTalkKey(call: Call, allowed: boolean): (down: boolean) => void {
  const talking = useRef(false);
  return useCallback(
    (down: boolean) => {
      if (down === talking.current || (down && !allowed) || (down && call.snapshot.get().mic.on)) return;
      talking.current = down;
      void call.setMic(down);
    },
    [call, allowed],
  );
}
