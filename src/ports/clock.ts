/** Time, as two clocks that must not be mixed. */
export interface Clock {
  /** Wall time, milliseconds since 1970-01-01 UTC. May jump; never used to time out a holder. */
  now(): number;
  /** Monotonic time of this process, milliseconds from an arbitrary origin. Never goes back. */
  monotonic(): number;
  /** Resolves after `ms` of monotonic time, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
