import { isoTime } from '../../../kernel/iso.ts';
import type { Check, Found, Patient } from './check.ts';

/** coo was not there before, and will not be there after. */
const SANE = { from_ms: Date.UTC(2024, 0, 1), to_ms: Date.UTC(2100, 0, 1) } as const;
/** How long both clocks are watched. */
const WATCH_MS = 200;
/** More than adjusting by a time server ever moves. */
const JUMP_MS = 1_000;
/** A ledger entry of the future: no two machines' clocks need differ by more. */
const AHEAD_MS = 60_000;

/** The wall clock against the monotonic one, the ledger, and the calendar. No time-out of coo hangs on it, but what people read does. */
export const clockCheck: Check = async ({ world, session }) => {
  const { clock } = world;
  const [wall, monotonic] = [clock.now(), clock.monotonic()];
  await clock.sleep(WATCH_MS);
  const jump = clock.now() - wall - (clock.monotonic() - monotonic);
  const now = clock.now();
  const last = await lastEntryAt(session);
  const fix = 'set the clock, and let it be kept: timedatectl set-ntp true';
  const found: Found[] = [];
  if (now < SANE.from_ms || now > SANE.to_ms) found.push({ check: 'clock', state: 'bad', message: `the clock says ${isoTime(now)}`, fix });
  if (Math.abs(jump) > JUMP_MS) found.push({ check: 'clock', state: 'warn', message: `the clock jumped by ${String(Math.round(jump))} ms while it was watched`, fix });
  if (last !== undefined && last - now > AHEAD_MS) found.push({ check: 'clock', state: 'warn', message: `the clock says ${isoTime(now)}, and the last entry of the ledger is of ${isoTime(last)}`, fix });
  return found.length > 0 ? found : [{ check: 'clock', state: 'ok', message: isoTime(now) }];
};

async function lastEntryAt(session: Patient['session']): Promise<number | undefined> {
  if (session === undefined || session.seq === 0) return undefined;
  return Date.parse((await session.entry(session.seq)).entry.at);
}
