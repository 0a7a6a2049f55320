const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const FORM = /^(?:[0-9]{1,9}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?(?:[0-9]{1,9}s)?(?:[0-9]{1,9}ms)?$/;

/** What a person may write for a duration, for messages. */
export const DURATION_FORM = 'write it like 90s, 10m, 1h30m or 250ms';

/** `10m`, `1h30m`, `90s`, `250ms`, `1d`, or a whole number of milliseconds; undefined when it is none of these. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || value === '' || value.length > 50 || !FORM.test(value)) return undefined;
  let ms = 0;
  for (const [, count, unit] of value.matchAll(/([0-9]+)(ms|[dhms])/g)) ms += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return Number.isSafeInteger(ms) ? ms : undefined;
}
