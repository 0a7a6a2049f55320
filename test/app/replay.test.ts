// The recorded inputs, decided again: the same events, or the first input from which something else follows. Nothing is carried out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayLedger } from '../../src/app/operations/replay.ts';
import { status } from '../../src/app/operations/status.ts';
import { statusView } from '../../src/faces/cli/status-view.ts';
import type { Event } from '../../src/kernel/event.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { once } from '../support/plans.ts';
import { RealWorld } from '../support/real-world.ts';
import { reseal } from '../support/reseal.ts';

let world: RealWorld;

beforeAll(async () => {
  world = await RealWorld.make({});
  world.plan({ plan_id: 'p', steps: [once('a', `echo ran >> ${world.out('ran')}`), { ...once('b', 'echo b > b.txt'), depends_on: ['a'] }] });
  await world.run();
}, 120_000);

afterAll(async () => world.close());

describe('replay', () => {
  it('gives the same decisions, the state of now, and runs nothing', async () => {
    const session = await world.fresh();
    const ran = world.lines('ran').length;
    const before = world.repo.git('show-ref');
    const { replayed, stood } = await replayLedger(session);
    expect(replayed).toMatchObject({ same: true, divergence: null, until: session.seq, entries: session.seq, other_engine: 0 });
    expect(replayed.inputs).toBeGreaterThan(session.seq / 2);
    const now = await status(session);
    expect({ ...stood, manager: now.manager, refused: now.refused }).toEqual(now);
    expect([world.lines('ran').length, world.repo.git('show-ref')]).toEqual([ran, before]);
  });

  it('shows how everything stood after any entry', async () => {
    const session = await world.fresh();
    const accepted = (await world.entries()).find(({ events }) => events.some(({ type }) => type === 'plan.accepted'))?.seq ?? 0;
    const { replayed, stood } = await replayLedger(session, accepted);
    expect(replayed).toMatchObject({ same: true, until: accepted, entries: accepted });
    expect(shapeErrors('coo/status.v1', statusView(stood))).toEqual([]);
    expect(stood.plans.map(({ plan_id, state, done, steps }) => [plan_id, state, done, steps.map((step) => step.state)])).toEqual([['p', 'active', 0, ['claimed', 'waiting']]]);
    expect(stood.ledger).toEqual({ seq: accepted, head: world.repo.git('log', '--format=%H', `--grep=^Coo-Seq: ${String(accepted)}$`, 'coo/ledger'), id: world.ledger });
    await expect(replayLedger(session, session.seq + 1)).rejects.toMatchObject({ code: 'RANGE', exit: 2 });
  });

  it('names the first input from which something else follows: its entry, place and kind, and both events', async () => {
    let seq = 0;
    await reseal(world.world, (entries) => {
      for (const forged of entries) {
        const at = forged.entry.events.findIndex(({ type }) => type === 'run.accepted');
        if (at < 0 || seq > 0) continue;
        ({ seq } = forged.entry);
        const events = forged.entry.events.map((event, place): Event => (place === at && event.type === 'run.accepted' ? { ...event, commit: '0'.repeat(40) } : event));
        forged.entry = { ...forged.entry, events };
      }
    });
    const { replayed } = await replayLedger(await world.fresh());
    expect(replayed).toMatchObject({ same: false, divergence: { seq, kind: 'judged', refused: null, expected: { type: 'run.accepted', commit: '0'.repeat(40) }, got: { type: 'run.accepted', step_id: 'a' } } });
    expect(replayed.divergence?.got).not.toMatchObject({ commit: '0'.repeat(40) });
  });
});
