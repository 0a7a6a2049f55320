import { parseOrder } from '../../format/order.ts';
import type { OrderId } from '../../kernel/ids.ts';
import { isFault, readIfRegular } from '../faults.ts';
import { readHome } from '../ledger/home.ts';
import { cooPaths } from '../layout.ts';
import { storedBytes } from '../stored.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { Owner } from '../../ports/process.ts';
import { runAttempt } from './attempt.ts';
import { beat } from './beat.ts';
import type { Result } from './result.ts';

/** `.git/coo/start/<order_id>.json`: who runs an attempt. Linked once, never reused. */
export interface Start {
  readonly schema: 'coo/start.v1';
  readonly order_id: OrderId;
  /** Null = the coordinator closed the name: nobody may start it any more. */
  readonly owner: Owner | null;
  /** Whether the owner's process is there for this attempt alone, so that it may be killed with it. */
  readonly dedicated: boolean;
}

const ORDER_CAP = 4_194_304;

/**
 * The life of a worker process: win the name that only one can link, beat, run the attempt, leave the result.
 * Undefined when somebody else has the name.
 */
export async function hostAttempt(world: World, order_id: OrderId, version: string, dedicated: boolean, signal: AbortSignal): Promise<Result | undefined> {
  const start: Start = { schema: 'coo/start.v1', order_id, owner: world.processes.self(), dedicated };
  try {
    await world.files.create(cooPaths.start(world.layout, order_id), storedBytes(start));
  } catch (cause) {
    if (isFault(cause, 'FILE_EXISTS')) return undefined;
    throw cause;
  }
  const path = cooPaths.order(world.layout, order_id);
  const parsed = parseOrder(await world.files.read(path, ORDER_CAP), path);
  if (!parsed.ok) throw new Failure({ code: parsed.fault.code, message: `${path}: ${parsed.fault.message}`, fix: 'coo verify' });
  const home = await readHome(world);
  const done = new AbortController();
  const beating = beat(world, order_id, parsed.order.limits.beat_ms, done.signal);
  try {
    // A manager that was stopped or died right after its grant has not put it there: nothing in the workspace needs it, so the work is not lost for that.
    const token = new TextDecoder().decode((await readIfRegular(world.files, cooPaths.token(world.layout, order_id), 256)) ?? new Uint8Array()).trim();
    return await runAttempt({ world, ledger: home?.ledger ?? 'unknown', order: parsed.order, token, version, signal });
  } finally {
    done.abort();
    await beating;
  }
}
