import type { HarnessKind, Seat } from '../../../kernel/org.ts';
import { isAgent } from '../../../kernel/org.ts';
import type { Machine } from '../../../ports/machine.ts';
import { seatFault } from '../../fitness.ts';
import { Failure } from '../../failure.ts';
import { needsLedger } from './check.ts';
import type { Check, Found } from './check.ts';
import { meantSeats } from './meant-seats.ts';

/** The program that a harness runs; none where somebody comes by themselves. */
const PROGRAMS: ReadonlyMap<HarnessKind, string> = new Map([['shell', 'sh']]);

/** Whether each seat finds what does its steps: a program; of an agent's also its version and its log-in. */
export const seatsCheck: Check = async ({ session, world, machine, whole, seat: only }) => {
  if (session === undefined) return needsLedger('seats');
  const { seats, name } = await meantSeats({ session, world, ...(only === undefined ? {} : { seat: only }) });
  if (only !== undefined && seats.length === 0) throw new Failure({ code: 'SEAT_UNKNOWN', message: `there is no seat ${only}`, fix: 'coo status lists them; one that was just written counts when _plans/coo.yaml of this worktree reads, in governed mode once it is approved and coo run has taken it over', exit: 2 });
  const missing = seats.filter((seat) => isMissing(seat, machine));
  const found = missing.map((seat): Found => ({ check: 'seats', state: 'bad', message: `${seat.seat} needs ${PROGRAMS.get(seat.harness) ?? ''}, which is not on the PATH`, fix: `put ${PROGRAMS.get(seat.harness) ?? ''} on the PATH` }));
  const agents = new Map(seats.flatMap((seat) => (isAgent(seat.harness) ? [[seat.group, seat] as const] : [])));
  for (const [group, seat] of agents) {
    const fault = await seatFault(await whole(), seat);
    if (fault !== undefined) found.push({ check: 'seats', state: 'bad', message: `${only === undefined ? group : name}: ${fault.message}`, fix: fault.fix });
  }
  return found.length > 0 ? found : [{ check: 'seats', state: 'ok', message: only === undefined ? `${String(seats.length)} seats find their programs` : `${name} finds its program` }];
};

function isMissing(seat: Seat, machine: Machine): boolean {
  const wanted = PROGRAMS.get(seat.harness);
  return wanted !== undefined && machine.program(wanted) === undefined;
}
