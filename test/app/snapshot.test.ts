// A baseline in the ledger: verified against the entries before it, in both of git's formats.
import { expect, it } from 'vitest';
import { takeSnapshot } from '../../src/app/operations/snapshot.ts';
import { readBaseline } from '../../src/app/snapshot/baseline.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { sha256Hex } from '../../src/format/canonical.ts';
import type { Event } from '../../src/kernel/event.ts';
import { byHand } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import { reseal } from '../support/reseal.ts';

const WHO = { by: 'op', reason: 'all is well' };
const PATH = '_report/agent/coo/snapshots/base.json';

it.each(['sha1', 'sha256'] as const)('in %s: verifies; one that says something else than the entries give is found, all digests fitting', async (format) => {
  await inWorld({ format }, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('a')] });
    await world.run();
    const done = await takeSnapshot(world.world, 'base', WHO);
    expect(done.ok).toBe(true);
    expect(world.repo.git('fsck', '--no-dangling')).toBe('');
    expect(await verify(world.world)).toMatchObject({ ok: true, findings: [], absent: [] });
    await reseal(world.world, (entries) => {
      for (const forged of entries) {
        const file = forged.files.get(PATH);
        if (file === undefined) continue;
        const other = Buffer.from(file.toString().replace('"state": "ready"', '"state": "done"'));
        const digest = sha256Hex(other);
        forged.files.set(PATH, other);
        const events = forged.entry.events.map((event): Event => (event.type === 'snapshot.taken' ? { ...event, digest } : event));
        const inputs = forged.entry.inputs.map((input) => (input.type === 'snapshot' ? { ...input, digest } : input));
        forged.entry = { ...forged.entry, events, inputs };
      }
    });
    const { findings } = await verify(world.world);
    expect(findings.map(({ code, path, message }) => `${code} ${path} ${message.slice(0, 19)}`)).toContain(`SNAPSHOT_OTHER ${PATH} says something else`);
  });
});

it('one that names another entry than it stood on is found', async () => {
  await inWorld({}, async (world) => {
    await takeSnapshot(world.world, 'base', WHO);
    await reseal(world.world, (entries) => {
      for (const forged of entries) {
        const file = forged.files.get(PATH);
        if (file === undefined) continue;
        const other = Buffer.from(file.toString().replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${'0'.repeat(64)}"`));
        const digest = sha256Hex(other);
        forged.files.set(PATH, other);
        const events = forged.entry.events.map((event): Event => (event.type === 'snapshot.taken' ? { ...event, digest } : event));
        const inputs = forged.entry.inputs.map((input) => (input.type === 'snapshot' ? { ...input, digest } : input));
        forged.entry = { ...forged.entry, events, inputs };
      }
    });
    const { findings } = await verify(world.world);
    expect(findings.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^stands on another entry \d+ than the ledger has$/));
  });
});

it('without a key it is plain: good enough in dev, and refused by a rollback in governed mode', async () => {
  await inWorld({}, async (world) => {
    await takeSnapshot(world.world, 'base', WHO);
    const session = await world.session();
    expect(await readBaseline(session, 'base')).toMatchObject({ signed_by: null, file: { name: 'base' } });
    const { org } = session.state;
    if (org === null) throw new Error('no organisation');
    session.state.org = { ...org, mode: 'governed' };
    await expect(readBaseline(session, 'base')).rejects.toMatchObject({ code: 'SNAPSHOT_UNSIGNED', exit: 3 });
  });
});
