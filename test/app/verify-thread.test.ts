import { expect, it } from 'vitest';
import { publish } from '../../src/app/ledger/publish.ts';
import { examine, FILES_AT_ONCE } from '../../src/app/verify/files.ts';
import { Pile } from '../../src/app/verify/pile.ts';
import { examineBeside } from '../../src/bin/examine-thread.ts';
import { renderFile } from '../../src/format/file.ts';
import { inWorld } from '../support/real-world.ts';

const RECEIPT = '_report/agent/dev-1/runs/2030-01-01/20300101T000000000Z-p.s.1.json';
const ORDER = '_bus/orders/p/s.1.json';

it('files are examined in a thread as they are here', async () => {
  await inWorld({}, async (world) => {
    const session = await world.fresh();
    const files = [
      { path: RECEIPT, bytes: renderFile({ schema: 'coo/run.v1' }) },
      { path: ORDER, bytes: Buffer.from('{"schema":"coo/order.v1","fence":-0,"seal":{"digest":"0"}}\n') },
    ];
    expect((await publish(session, 'test', [{ inputs: [], events: [], lines: [], files }], [])).kind).toBe('done');
    const leaves = [...(await session.tree.leaves()), { path: 'absent', id: '1'.repeat(40) }];
    const here = await examine(world.world.git, leaves, new Pile(leaves.length, FILES_AT_ONCE));
    expect(here.flatMap(({ digests }) => digests).at(-1)).toBeNull();
    expect(here.flatMap(({ faults }) => faults).map(([at, { code }]) => `${leaves[at]?.path ?? ''} ${code}`).sort()).toEqual([`${ORDER} ORDER_FORM`, `${RECEIPT} SCHEMA`]);
    const beside = examineBeside(world.world.layout.common, { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' }, leaves);
    if (beside === undefined) return;
    expect(await beside.pieces).toEqual(here);
    expect(beside.pile.take()).toBeUndefined();
  });
});

it('a pile gives each of its items to one taker', () => {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const [one, other] = [new Pile(5, 2, counter), new Pile(5, 2, counter)];
  expect([one.take(), other.take(), one.take(), other.take(), one.take()]).toEqual([{ from: 0, to: 2 }, { from: 2, to: 4 }, { from: 4, to: 5 }, undefined, undefined]);
  expect(new Pile(0, 2).take()).toBeUndefined();
});
