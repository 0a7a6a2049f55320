import { orderId } from '../../kernel/ids.ts';
import type { SeatId } from '../../kernel/ids.ts';
import { bestFor } from '../../kernel/ranking.ts';
import type { State } from '../../kernel/state.ts';
import type { Unfit } from '../../kernel/unfit.ts';
import { Failure } from '../failure.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { managerLife } from '../manager/epoch.ts';
import { wantOfRoom } from '../room.ts';
import { orderPath } from '../../format/order.ts';
import { hostAttempt } from '../worker/host.ts';
import type { Result } from '../worker/result.ts';
import type { World } from '../world.ts';
import { openLedger } from './by-hand.ts';
import { OwnSeat } from './own-seat.ts';
import { takeBest } from './take.ts';
import { mintToken, storeToken } from './tokens.ts';

export interface WorkOptions {
  readonly seat: SeatId;
  readonly version: string;
  /** One step, or until stopped. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  readonly onResult: (order_id: string, result: Result | undefined) => void;
}

/** How often an idle worker looks for work, in milliseconds. */
const LOOK_MS = 1_000;
const ORDER_CAP = 4_194_304;

/** A worker process for one seat: takes what is ready for it, works it as the manager's workers do, leaves the result to the manager. Returns how many. */
export async function work(world: World, options: WorkOptions): Promise<number> {
  let worked = 0;
  const own = new OwnSeat(world);
  const said: Said = { code: undefined };
  while (!options.signal.aborted) {
    const order_id = await take(world, options, own, said);
    if (order_id === undefined) {
      if (options.once) return worked;
      await world.clock.sleep(LOOK_MS, options.signal);
      continue;
    }
    const result = await hostAttempt(world, order_id, options.version, false, options.signal);
    options.onResult(order_id, result);
    if (result?.unfit !== undefined) {
      own.refused(result.unfit);
      tell(world, said, seatHurdle(options.seat, result.unfit));
    }
    worked += 1;
    if (options.once) return worked;
    await settled(world, order_id, options);
  }
  return worked;
}

/** What keeps the seat from work: said once while it lasts. */
interface Hurdle {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly exit: number;
  readonly log: 'disk.short' | 'seat.unfit' | 'work.waits';
}
interface Said {
  code: string | undefined;
}

/** A full disk may have room again without anybody's word. */
const LATER = 75;
const PEOPLE = 4;

async function hurdleOf({ world, state }: { readonly world: World; readonly state: State }, seat_id: SeatId, own: OwnSeat): Promise<Hurdle | undefined> {
  const want = await wantOfRoom(world, state);
  if (want !== undefined) return { code: 'DISK_SHORT', ...want, exit: LATER, log: 'disk.short' };
  const seat = state.seats.get(seat_id)?.seat;
  const lack = seat === undefined || bestFor(state, seat) === undefined ? undefined : await own.lack(seat);
  return lack === undefined ? undefined : seatHurdle(seat_id, lack);
}

function seatHurdle(seat: SeatId, { code, message, fix }: Unfit): Hurdle {
  return { code, message: `seat ${seat} gets nothing: ${message}`, fix, exit: PEOPLE, log: 'seat.unfit' };
}

function tell(world: World, said: Said, { code, message, fix, log }: Omit<Hurdle, 'exit'>): void {
  if (said.code !== code) world.log.say({ at_ms: world.clock.now(), level: code === 'NOTHING_TO_DO' ? 'info' : log === 'seat.unfit' ? 'error' : 'warn', code: log, message: `${message}\n  fix: ${fix}` });
  said.code = code;
}

/** No process can do what is a person's, or what an agent does that speaks by files. */
function requireRunnable(state: State, seat: SeatId): void {
  const harness = state.seats.get(seat)?.seat.harness;
  if (harness !== 'person' && harness !== 'bus') return;
  const fix = harness === 'person' ? `coo next --seat ${seat}` : '_bus/README.md says how; a process takes a seat of another harness';
  throw new Failure({ code: 'SEAT_UNFIT', message: `seat ${seat} has harness ${harness}: ${harness === 'person' ? 'a person works it' : 'whoever writes to _bus works it'}, no process does`, fix, exit: 3 });
}

/** Nothing is ready: that is nobody's fault, but for want of a manager. */
function idleWords(session: LedgerSession, seat: SeatId): Omit<Hurdle, 'exit'> {
  const { kind } = managerLife(session);
  const isAlone = kind === 'none' || kind === 'dead';
  const message = `nothing is ready for ${seat}, and ${isAlone ? 'no manager is at work, which brings plans in and judges what is done' : 'it waits for the next step'}`;
  return { code: isAlone ? 'NO_MANAGER' : 'NOTHING_TO_DO', message, fix: isAlone ? 'in another terminal: coo run' : 'coo status --ready', log: 'work.waits' };
}

async function take(world: World, { seat, once }: WorkOptions, own: OwnSeat, said: Said): Promise<string | undefined> {
  const session = await openLedger(world, 'all');
  requireRunnable(session.state, seat);
  const hurdle = await hurdleOf({ world, state: session.state }, seat, own);
  if (hurdle !== undefined) {
    if (once) throw new Failure(hurdle);
    tell(world, said, hurdle);
    return undefined;
  }
  const token = mintToken(world);
  const done = await takeBest(world, session, { seat, nonce: world.processes.self().nonce, token_sha256: token.sha256, kind: 'beating' });
  if (!done.ok) {
    if (done.rejection.code === 'SEAT_UNKNOWN') throw new Failure(done.rejection);
    if (done.rejection.code !== 'NOTHING_TO_DO') tell(world, said, { ...done.rejection, log: 'work.waits' });
    else if (!once) tell(world, said, idleWords(session, seat));
    return undefined;
  }
  said.code = undefined;
  const granted = done.events.find((event) => event.type === 'step.claimed');
  if (granted === undefined) return undefined;
  const order_id = orderId(granted.plan_id, granted.step_id, granted.fence);
  await storeToken(world, order_id, token.token);
  const bytes = await session.file(orderPath(granted.plan_id, granted.step_id, granted.fence), ORDER_CAP);
  if (bytes === null) throw new Failure({ code: 'ORDER_ABSENT', message: `the work order of ${order_id} is not in the ledger`, fix: 'coo verify', exit: 7 });
  await world.files.folder(cooPaths.orders(world.layout));
  await world.files.replaceView(cooPaths.order(world.layout, order_id), bytes);
  return order_id;
}

/** The seat is free when the manager has judged the result. */
async function settled(world: World, order_id: string, options: WorkOptions): Promise<void> {
  while (!options.signal.aborted) {
    const session = await openLedger(world, 'all');
    const claim = session.state.seats.get(options.seat)?.claim ?? null;
    if (claim === null || !order_id.startsWith(`${claim.replace('/', '.')}.`)) return;
    await world.clock.sleep(LOOK_MS, options.signal);
  }
}
