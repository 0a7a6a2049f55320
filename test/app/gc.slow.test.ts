// What processes that died in the middle of something left behind: listed, removed once it is old, and never taken from somebody who lives. The quick suite's share is `gc.test.ts`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { claim } from '../../src/app/operations/claim.ts';
import { gc } from '../../src/app/operations/gc.ts';
import { ahead, collected, MONTH_MS, plant } from '../support/collected.ts';
import { byHand, once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

it.concurrent('logs go after a month, and the receipt still tells how the command ended', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'echo loud')] });
    expect(await world.run()).toBe(0);
    const logs = join(world.repo.gitDir, 'coo/logs');
    const kept = (): readonly string[] => readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((name) => /^..\/[0-9a-f]+$/.test(name));
    expect(kept()).not.toEqual([]);
    expect((await collected(world, MONTH_MS / 2, false)).swept).toEqual([]);
    const done = await collected(world, MONTH_MS, false);
    expect(done.swept.map(({ why }) => why)).toEqual(done.swept.map(() => 'a log older than 30 days'));
    expect(done.swept.length).toBeGreaterThan(0);
    expect(kept()).toEqual([]);
  });
});

it.concurrent('an order, a beat and a token of an attempt that is over and has no workspace go; those of a claim that is newer than our look stay', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    expect(await world.run()).toBe(4);
    const coo = join(world.repo.gitDir, 'coo');
    const over = [join(coo, 'orders/p.s.9.json'), join(coo, 'beats/p.s.9'), join(coo, 'tokens/p.s.9')].map(plant);
    await ahead(world, 0, async (now) => {
      const session = await LedgerSession.open(now, 'all');
      expect(await claim(await world.another(), { plan_id: 'p', step_id: 's', seat: 'me-1', nonce: 'n' })).toMatchObject({ ok: true, claimed: { order_id: 'p.s.1' } });
      const done = await gc(now, session, false);
      expect(done.kept).toContainEqual({ order_id: 'p.s.1', why: 'it is at work' });
    });
    expect(existsSync(join(coo, 'tokens/p.s.1'))).toBe(true);
    for (const path of over) expect([path, existsSync(path)]).toEqual([path, false]);
  });
});
