import type { Clock } from '../../ports/clock.ts';

/** The longest delay `setTimeout` takes; anything longer fires at once. In ms, 2^31 - 1. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** One timer, or the abort, whichever is first. */
function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const handle = setTimeout(done, Math.min(ms, LONGEST_TIMER_MS));
    signal?.addEventListener('abort', done);
  });
}

/** The clocks of this machine. */
export function systemClock(): Clock {
  const monotonic = (): number => performance.now();
  return {
    now: () => Date.now(),
    monotonic,
    async sleep(ms, signal) {
      const until = monotonic() + ms;
      // A timer may fire up to 1 ms early, and a sleep may be longer than one timer: look again until the time is really up.
      for (let left = ms; left > 0 && signal?.aborted !== true; left = until - monotonic()) await timer(Math.ceil(left), signal);
    },
  };
}
