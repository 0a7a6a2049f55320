import { expect, it } from 'vitest';
import { publish } from '../../src/app/ledger/publish.ts';
import { examine } from '../../src/app/operations/verify-files.ts';
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
    const here = await examine(world.world.git, leaves);
    expect(here.digests.at(-1)).toBeNull();
    expect(here.faults.map(([at, { code }]) => `${leaves[at]?.path ?? ''} ${code}`).sort()).toEqual([`${ORDER} ORDER_FORM`, `${RECEIPT} SCHEMA`]);
    const beside = examineBeside(world.world.layout.common, { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' });
    if (beside !== undefined) expect(await beside(leaves)).toEqual(here);
  });
});
