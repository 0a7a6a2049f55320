import { expect, it } from 'vitest';
import { publish } from '../../src/app/ledger/publish.ts';
import { verify } from '../../src/app/operations/verify.ts';
import { entryLine, entryPath } from '../../src/format/entry.ts';
import { renderFile } from '../../src/format/file.ts';
import type { Event } from '../../src/kernel/event.ts';
import { inWorld } from '../support/real-world.ts';

const RECEIPT = '_report/agent/dev-1/runs/2030-01-01/20300101T000000000Z-p.s.1.json';

it('what hangs together in every digest, and is not what its schema says, is found with its place', async () => {
  await inWorld({}, async (world) => {
    const before = await world.fresh();
    expect((await verify(world.world, before)).findings).toEqual([]);
    const strange = { type: 'noted', by: 'op', text: 'x', mood: 'odd' } as Event;
    const plain = { type: 'noted', by: 'op', text: 'y' } as const;
    const published = await publish(before, 'test', [
      { inputs: [], events: [strange], lines: [entryLine(strange)], files: [] },
      { inputs: [], events: [plain], lines: [entryLine(plain)], files: [{ path: RECEIPT, bytes: renderFile({ schema: 'coo/run.v1' }) }] },
    ], []);
    expect(published.kind).toBe('done');
    const { ok, findings } = await verify(world.world, before);
    expect(ok).toBe(false);
    expect(findings.map(({ code, path, message }) => `${code} ${path.split('/').at(-1) ?? ''} ${message}`)).toEqual([
      `SCHEMA ${String(before.seq - 1).padStart(3, '0')}.json /events/0 has a member "mood" that its schema does not know`,
      'SCHEMA 20300101T000000000Z-p.s.1.json the file lacks "order"',
    ]);
  });
});

it('an entry that its digest proves, and that coo would write in another way, is loaded and found', async () => {
  await inWorld({}, async (world) => {
    const before = await world.fresh();
    const event = { type: 'noted', by: 'op', text: 'x' } as const;
    expect(JSON.stringify(event)).not.toBe(entryLine(event));
    await publish(before, 'test', [{ inputs: [], events: [event], lines: [JSON.stringify(event)], files: [] }], []);
    const after = await world.fresh();
    expect(after.seq).toBe(before.seq);
    const { findings } = await verify(world.world, after);
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual([`ENTRY_NOT_EXACT ${entryPath(after.seq)}`]);
  });
});
