import type { Run } from '../../src/format/run.ts';
import { showReceipt } from '../../src/app/operations/receipts.ts';
import type { RealWorld } from '../support/real-world.ts';

/** The receipt of an order. */
export async function runOf(world: RealWorld, order_id: string): Promise<Run> {
  return (await showReceipt(await world.session(), order_id)).run;
}

/** The codes of what was found, or how it ended where nothing was. */
export async function findings(world: RealWorld, order_id: string): Promise<string> {
  const run = await runOf(world, order_id);
  return run.findings.map(({ code }) => code).join(', ') || run.result;
}
