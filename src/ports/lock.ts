/** A queue that keeps publishers from getting in each other's way. Never truth: two holders are possible after a stale take-over. */
export interface Queue {
  /** Waits at most `withinMs` for the turn. Resolves with the release function, or undefined when the time is up. */
  turn(withinMs: number): Promise<(() => Promise<void>) | undefined>;
  /** Whether somebody has the turn now (one cheap look). */
  busy(): Promise<boolean>;
}
