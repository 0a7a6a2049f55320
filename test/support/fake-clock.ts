import type { Clock } from '../../src/ports/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves both clocks by `ms` and wakes the sleepers whose time has come, in order of their time; lets each run before the next. */
  advance(ms: number): Promise<void>;
  /** Moves wall time only, in either direction: what an operator or NTP does. */
  jump(ms: number): void;
  /** How many sleeps are pending. */
  sleeping(): number;
}

/** Lets every promise that is ready run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export function fakeClock(startMs = Date.UTC(2030, 0, 1)): FakeClock {
  let wall = startMs;
  let ran = 0;
  const sleepers = new Set<Sleeper>();

  const move = (ms: number): void => {
    wall += ms;
    ran += ms;
  };
  const next = (limit: number): Sleeper | undefined =>
    [...sleepers].filter(({ until }) => until <= limit).sort((a, b) => a.until - b.until)[0];

  return {
    now: () => wall,
    monotonic: () => ran,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted === true) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { until: ran + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    async advance(ms) {
      const limit = ran + ms;
      for (let sleeper = next(limit); sleeper !== undefined; sleeper = next(limit)) {
        move(Math.max(0, sleeper.until - ran));
        sleeper.wake();
        await settle();
      }
      move(limit - ran);
      await settle();
    },
    jump(ms) {
      wall += ms;
    },
    sleeping: () => sleepers.size,
  };
}
