import { orderId } from '../../kernel/ids.ts';
import type { SeatId } from '../../kernel/ids.ts';
import { Failure } from '../failure.ts';
import { cooPaths } from '../layout.ts';
import { wantOfRoom } from '../room.ts';
import { orderPath } from '../../format/order.ts';
import { hostAttempt } from '../worker/host.ts';
import type { Result } from '../worker/result.ts';
import type { World } from '../world.ts';
import { openLedger } from './by-hand.ts';
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
  const short = { told: false };
  while (!options.signal.aborted) {
    const order_id = await take(world, options, short);
    if (order_id === undefined) {
      if (options.once) return worked;
      await world.clock.sleep(LOOK_MS, options.signal);
      continue;
    }
    options.onResult(order_id, await hostAttempt(world, order_id, options.version, false, options.signal));
    worked += 1;
    if (options.once) return worked;
    await settled(world, order_id, options);
  }
  return worked;
}

async function take(world: World, { seat, once }: WorkOptions, short: { told: boolean }): Promise<string | undefined> {
  const session = await openLedger(world, 'all');
  const want = await wantOfRoom(world, session.state);
  if (want !== undefined) {
    if (once) throw new Failure({ code: 'DISK_SHORT', ...want, exit: 75 });
    if (!short.told) world.log.say({ at_ms: world.clock.now(), level: 'warn', code: 'disk.short', message: `${want.message}\n  fix: ${want.fix}` });
    short.told = true;
    return undefined;
  }
  short.told = false;
  const token = mintToken(world);
  const done = await takeBest(world, session, { seat, nonce: world.processes.self().nonce, token_sha256: token.sha256, kind: 'beating' });
  if (!done.ok) {
    if (done.rejection.code === 'SEAT_UNKNOWN') throw new Failure(done.rejection);
    return undefined;
  }
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
