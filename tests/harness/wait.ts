export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is true; says what was awaited and what the last answer was if it never is. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  good: (answer: T) => boolean = Boolean,
  timeoutMs = 15_000,
  everyMs = 100,
  hopeless: () => boolean = () => false,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (good(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end || hopeless()) {
      const told = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`waited ${timeoutMs} ms for: ${what}; last: ${told}`);
    }
    await sleep(everyMs);
  }
}
