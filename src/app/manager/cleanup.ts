import type { Event } from '../../kernel/event.ts';
import { orderId } from '../../kernel/ids.ts';
import { cooPaths, workspacePath, workspacesPath } from '../layout.ts';
import { cellFolder } from '../worker/confinement.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/**
 * Takes away what an accepted attempt leaves behind: its work is in the plan's branch. Attempts that were not accepted keep their
 * workspace until `coo gc`, which rescues first. Failing to clean up is only said: it harms nothing.
 */
export async function cleanUp(desk: Desk, events: readonly Event[]): Promise<void> {
  for (const event of events) {
    if (event.type !== 'run.accepted') continue;
    const order_id = orderId(event.plan_id, event.step_id, event.fence);
    try {
      await removeAttempt(desk, order_id);
    } catch (cause) {
      say(desk, 'warn', 'cleanup.failed', `${order_id}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
}

/** Removes workspace, evidence, result, order, beats and token of one attempt. The start name stays: it is never used again. */
export async function removeAttempt(desk: Pick<Desk, 'world' | 'session'>, order_id: string): Promise<void> {
  const { files, layout } = desk.world;
  const ledger = desk.session.state.ledger ?? 'unknown';
  const folder = workspacePath(layout, ledger, order_id);
  const checked = (await files.list(workspacesPath(layout, ledger))).filter((name) => name.startsWith(`${order_id}.check.`)).map((name) => workspacePath(layout, ledger, name));
  for (const path of [folder, `${folder}.inbox`, cellFolder(folder), ...checked, cooPaths.evidence(layout, order_id)]) await files.removeAll(path);
  for (const path of [cooPaths.result(layout, order_id), cooPaths.order(layout, order_id), cooPaths.beat(layout, order_id), cooPaths.quiet(layout, order_id), cooPaths.used(layout, order_id), cooPaths.token(layout, order_id)]) await files.remove(path);
}
