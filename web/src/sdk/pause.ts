/** Resolves after so many milliseconds, or at once when it is called off; true if it is still wanted then. */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  if (ms > 0 && signal?.aborted !== true) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
    });
  }
  return signal?.aborted !== true;
}
