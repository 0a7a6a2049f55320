import { expect, it } from 'vitest';
import { publish } from '../../src/app/ledger/publish.ts';
import { behindOrders, examine, FILES_AT_ONCE } from '../../src/app/verify/files.ts';
import { Pile } from '../../src/app/verify/pile.ts';
import { textAt } from '../../src/app/verify/joined.ts';
import { examineBeside } from '../../src/bin/examine-thread.ts';
import { renderFile } from '../../src/format/file.ts';
import { renderOrder, sealOrder } from '../../src/format/order.ts';
import { renderRun } from '../../src/format/run.ts';
import type { Run } from '../../src/format/run.ts';
import type { GitObject } from '../../src/ports/git-store.ts';
import { ORDER, RUN } from '../format/samples.ts';
import { inWorld } from '../support/real-world.ts';

const RECEIPT = '_report/agent/dev-1/runs/2030-01-01/20300101T000000000Z-p.s.1.json';
const ORDER_PATH = '_bus/orders/p/s.1.json';

it('files are examined in a thread as they are here', async () => {
  await inWorld({}, async (world) => {
    const session = await world.fresh();
    const files = [
      { path: RECEIPT, bytes: renderFile({ schema: 'coo/run.v1' }) },
      { path: ORDER_PATH, bytes: Buffer.from('{"schema":"coo/order.v1","fence":-0,"seal":{"digest":"0"}}\n') },
    ];
    expect((await publish(session, 'test', [{ inputs: [], events: [], lines: [], files }], [])).kind).toBe('done');
    const leaves = [...(await session.tree.leaves()), { path: 'absent', id: '1'.repeat(40) }];
    const here = await examine(world.world.git, leaves, new Pile(leaves.length, FILES_AT_ONCE));
    const [last] = here.slice(-1);
    if (last === undefined) expect.unreachable();
    expect(textAt(last.digests, last.digests.ends.length - 1)).toBe('');
    expect(here.flatMap(({ faults }) => faults).map(([at, { code }]) => `${leaves[at]?.path ?? ''} ${code}`).sort()).toEqual([`${ORDER_PATH} ORDER_FORM`, `${RECEIPT} SCHEMA`]);
    const beside = examineBeside(world.world.layout.common, { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' }, leaves);
    if (beside === undefined) return;
    expect(await beside.pieces).toEqual(here);
    expect(beside.pile.take()).toBeUndefined();
  });
});

it('a receipt is held against the order before it, and one that holds another against that one’s own seal', async () => {
  const changed: Run = { ...RUN, order: { ...ORDER, objective: 'another' } };
  const other: Run = { ...RUN, order: sealOrder({ ...ORDER, objective: 'another' }, ORDER.seal) };
  const blobs = [renderOrder(ORDER), ...[RUN, changed, other].map(renderRun)];
  const git = { readMany: (ids: readonly string[], _cap: number, take: (object: GitObject, at: number) => void) => Promise.resolve(ids.forEach((id, at) => take({ type: 'blob', bytes: blobs[Number(id)] ?? new Uint8Array() }, at))) };
  const files = [ORDER_PATH, RECEIPT, RECEIPT, RECEIPT].map((path, at) => ({ path, id: String(at) }));
  const [piece] = await examine(git, files, new Pile(files.length, FILES_AT_ONCE));
  expect(piece?.faults).toEqual([[2, { code: 'RECEIPT_SEAL', message: 'holds an order whose seal is broken' }]]);
  const [order, same, , another] = files.map((_, at) => (piece === undefined ? '' : textAt(piece.facts, at)));
  expect(same?.split('\n')[0]).toBe(order);
  expect(another?.split(' ')[0]).toBe(other.order.seal.digest);
  expect(other.order.seal.digest).not.toBe(ORDER.seal.digest);
});

it('a receipt stands behind its order, by their names; what has none comes last', () => {
  const run = (order_id: string): { readonly path: string } => ({ path: `_report/agent/dev-1/runs/2030-01-01/20300101T000000000Z-${order_id}.json` });
  const order = (name: string): { readonly path: string } => ({ path: `_bus/orders/${name}.json` });
  const [one, two, none, plan] = [order('my-plan/a.1'), order('my-plan/a.2'), order('p/b.1'), { path: '_plans/p.plan.yaml' }];
  expect(behindOrders([one, two, none, plan, run('my-plan.a.2'), run('p.lost.1'), run('my-plan.a.1')])).toEqual([one, run('my-plan.a.1'), two, run('my-plan.a.2'), none, plan, run('p.lost.1')]);
});

it('a pile gives each of its items to one taker', () => {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const [one, other] = [new Pile(5, 2, counter), new Pile(5, 2, counter)];
  expect([one.take(), other.take(), one.take(), other.take(), one.take()]).toEqual([{ from: 0, to: 2 }, { from: 2, to: 4 }, { from: 4, to: 5 }, undefined, undefined]);
  expect(new Pile(0, 2).take()).toBeUndefined();
});
