/** Pushes that are made in any minute at most. */
const MOST = 6;
const MINUTE_MS = 60_000;

/** The pushes of the last minute that still count, as wall times in milliseconds. Those of the future are of a clock that was wrong. */
export function recent(times_ms: readonly number[], now_ms: number): readonly number[] {
  return times_ms.filter((at) => at <= now_ms && now_ms - at < MINUTE_MS).toSorted((a, b) => a - b);
}

/** How long to wait before the next push, in milliseconds. */
export function waitBeforePush(times_ms: readonly number[], now_ms: number): number {
  const counted = recent(times_ms, now_ms);
  const first = counted.at(-MOST);
  return first === undefined ? 0 : first + MINUTE_MS - now_ms;
}
