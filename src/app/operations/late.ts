import { isoTime } from '../../kernel/iso.ts';
import { parseOrderId, stepKey } from '../../kernel/ids.ts';
import type { Fence, OrderId, StepKey } from '../../kernel/ids.ts';
import { findStep } from '../../kernel/state.ts';
import { cooPaths, workspacePath } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';

/** What an attempt reported after its fence was over: refused, kept aside, and perhaps of use while its step is not done. */
export interface Late {
  readonly step: StepKey;
  readonly fence: Fence;
  readonly since: string;
  /** The ref that pins its work; null where it left none. */
  readonly kept: string | null;
}

/** Late results of steps of this session that are not over, the oldest first. They lie in the home alone. */
export async function lateResults({ world, state }: Pick<LedgerSession, 'world' | 'state'>): Promise<readonly Late[]> {
  const folder = cooPaths.late(world.layout);
  const found: Late[] = [];
  for (const name of await world.files.list(folder)) {
    const order_id = name.replace(/\.json$/, '');
    const at = parseOrderId(order_id);
    const status = at === undefined ? undefined : findStep(state, at.plan_id, at.step_id)?.status;
    if (at === undefined || status === undefined || status === 'done' || status === 'cancelled') continue;
    const info = await world.files.info(`${folder}/${name}`);
    found.push({ step: stepKey(at.plan_id, at.step_id), fence: at.fence, since: isoTime(Math.floor(info?.mtimeMs ?? 0)), kept: await rescueOf(world, order_id) });
  }
  return found.toSorted((a, b) => (a.since < b.since ? -1 : 1));
}

/** For a person. */
export function lateWords({ fence, kept }: Pick<Late, 'fence' | 'kept'>): string {
  return `what fence ${String(fence)} reported came too late and was refused; ${kept === null ? 'it left no work' : `its work is kept: ${kept}`}`;
}

/** Where the work lies of an attempt whose result came too late, for a person: to be put after what is said of it; empty where none is left here. */
export async function lateWork({ world, home }: Pick<LedgerSession, 'world' | 'home'>, order_id: OrderId): Promise<string> {
  const ref = await rescueOf(world, order_id);
  if (ref !== null) return `; its work is kept: ${ref}`;
  const workspace = home === undefined ? undefined : workspacePath(world.layout, home.ledger, order_id);
  return workspace !== undefined && (await world.files.info(workspace)) !== undefined ? `; what it left is in ${workspace}: coo gc rescues it` : '';
}

/** The ref that pins the work of an attempt, or null. */
async function rescueOf({ git }: Pick<LedgerWorld, 'git'>, order_id: OrderId): Promise<string | null> {
  const ref = `refs/coo/rescue/${order_id}`;
  return (await git.ref(ref)) === null ? null : ref;
}
