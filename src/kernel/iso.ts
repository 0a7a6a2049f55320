import type { Millis } from './ids.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * `2026-11-21T08:50:33.123Z` from milliseconds since 1970, without a clock or a time zone in sight.
 * Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
export function isoTime(at_ms: Millis): string {
  const days = Math.floor(at_ms / 86_400_000);
  const ms = at_ms - days * 86_400_000;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1_000) % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}.${String(Math.floor(ms) % 1_000).padStart(3, '0')}Z`;
}
