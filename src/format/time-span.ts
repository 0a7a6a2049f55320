const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** A time span for a person, in its largest fitting unit and the next: `1 h 30 min`, `45 s`, `340 ms`, `0 s`. */
export function duration(ms: number): string {
  if (ms >= 1 && ms < 1_000) return `${String(Math.floor(ms))} ms`;
  const whole = Math.max(0, Math.floor(ms / 1_000) * 1_000);
  const at = UNITS.findIndex(([unit]) => whole >= unit);
  const [unit, name] = UNITS[at] ?? [1_000, 's'];
  const first = `${String(Math.floor(whole / unit))} ${name}`;
  const [smaller, smallerName] = UNITS[at + 1] ?? [0, ''];
  const rest = at < 0 || smaller === 0 ? 0 : Math.floor((whole % unit) / smaller);
  return rest === 0 ? first : `${first} ${String(rest)} ${smallerName}`;
}

/** Time on a stopwatch, four to eight columns: `0:07`, `12:40`, `3:05:09`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3_600);
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(seconds % 60)}` : `${String(minutes)}:${two(seconds % 60)}`;
}
