import { isoTime } from '../../kernel/iso.ts';
import { parseOrderId, stepKey } from '../../kernel/ids.ts';
import type { Fence, StepKey } from '../../kernel/ids.ts';
import { findStep } from '../../kernel/state.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';

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
    const ref = `refs/coo/rescue/${order_id}`;
    const isKept = (await world.git.ref(ref)) !== null;
    found.push({ step: stepKey(at.plan_id, at.step_id), fence: at.fence, since: isoTime(Math.floor(info?.mtimeMs ?? 0)), kept: isKept ? ref : null });
  }
  return found.toSorted((a, b) => (a.since < b.since ? -1 : 1));
}

/** For a person. */
export function lateWords({ fence, kept }: Pick<Late, 'fence' | 'kept'>): string {
  return `what fence ${String(fence)} reported came too late and was refused; ${kept === null ? 'it left no work' : `its work is kept: ${kept}`}`;
}
