// The mode comes from coo.yaml alone, and stands on every receipt.
import { expect, it } from 'vitest';
import { receiptFiles } from '../../src/app/judge/receipt.ts';
import type { Result } from '../../src/app/worker/result.ts';
import { readPlan } from '../../src/format/plan.ts';
import { sealOrder } from '../../src/format/order.ts';
import { parseRun } from '../../src/format/run.ts';
import { workOrder } from '../../src/kernel/work-order.ts';
import { org, plan, World } from '../support/state-builder.ts';

const JUDGED = { result: 'lost', findings: [], outputs: [], receipts: [], change: null, judgement: null } as const;
const WITNESS = { at_ms: 2, started_at_ms: 1, harness: { kind: 'shell', version: '0' } } as const;
/** What a harness leaves; it says nothing of a mode, and what it said would not count. */
const RESULT = { harness: { kind: 'shell', version: '0' }, started_at_ms: 1, ended_at_ms: 2, commands: [], narration: null, mode: 'dev' } as unknown as Result;

it.each(['dev', 'governed'] as const)('%s: in the order, and so in the receipt of a worker and of the coordinator', (mode) => {
  const world = World.started(org({ mode })).submit(plan('p', ['a']));
  if (mode === 'governed') world.approve('p');
  const claim = world.assign();
  const order = sealOrder(workOrder(world.state, world.step('p/a'), claim), { plan_digest: 'd', nonce: 'n' });
  expect(order.mode).toBe(mode);
  for (const result of [RESULT, null]) {
    const [receipt] = receiptFiles(order, JUDGED, result, WITNESS).files;
    expect(parseRun(receipt?.bytes ?? new Uint8Array())?.who.mode).toBe(mode);
  }
});

it('no plan and no step says it', () => {
  for (const text of ['plan_id: p\ntitle: p\nmode: governed\nsteps: [{step_id: a, objective: a}]\n', 'plan_id: p\ntitle: p\nsteps: [{step_id: a, objective: a, mode: governed}]\n']) {
    const read = readPlan('p.plan.yaml', Buffer.from(text), { target: 'main', integrate: 'merge' });
    expect(read.ok ? [] : read.faults.map(({ code, message }) => `${code} ${message}`)).toEqual([expect.stringContaining('mode') as string]);
  }
});
