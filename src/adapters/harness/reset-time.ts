const DAY_MS = 86_400_000;
const NOON = 12;

/** `8:39 PM`, or `Nov 25th, 2026 6:54 AM` where it is another day: in the zone of the program, which is this one's. */
const AGAIN = /try again at (?:([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}):(\d{2}) (AM|PM)/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * When a provider takes requests again, as codex words it; null where the text does not say. To the minute: it may be up to a minute later, so
 * that minute is added.
 */
export function resetIn(text: string, now_ms: number): number | null {
  const [found, month, day, year, hour = '', minute = '', half] = AGAIN.exec(text) ?? [];
  if (found === undefined) return null;
  const at = new Date(now_ms);
  if (month !== undefined) at.setFullYear(Number(year), MONTHS.indexOf(month), Number(day));
  at.setHours((Number(hour) % NOON) + (half === 'PM' ? NOON : 0), Number(minute) + 1, 0, 0);
  const reset = at.getTime();
  return month === undefined && reset <= now_ms ? reset + DAY_MS : reset;
}
