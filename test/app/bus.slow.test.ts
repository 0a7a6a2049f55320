// Work by files alone: claims and messages that are whole, torn, or no files at all. The quick suite's share is `bus.test.ts`.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sayHeld } from '../../src/app/operations/hold.ts';
import { viewOf } from '../support/claim-view.ts';
import { byHand, once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';

it.concurrent('a claim file that somebody removes, tears or asks for himself in its place is shown again: the holder is not told that he lost it', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1');
    await viewOf(world, 'p.s');
    const thefts = [
      () => rmSync(join(world.folder, '_bus/claims/p.s.json')),
      () => world.drop('_bus/claims/p.s.json', '{"plan_id": "p", "st'),
      () => world.drop('_bus/claims/p.s.json', `${JSON.stringify({ plan_id: 'p', step_id: 's', seat: 'me-2', nonce: 'thief' })}\n`),
    ];
    const path = join(world.folder, '_bus/claims/p.s.json');
    const view = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : '').replace(/"as_of": \d+/, '');
    const before = view();
    for (const theft of thefts) {
      theft();
      await eventually(() => 'the view again', () => view() === before || undefined);
    }
    expect(world.rejected().map(({ codes: [code = ''] }) => code).sort()).toEqual(['CLAIM_HELD', 'JSON_SYNTAX']);
    expect((await world.untilClaim('p/s')).nonce).toBe('nonce-of-me-1');
    await manager.drain();
  });
});

it.concurrent('a held claim whose lease ran out is asked about first; a word keeps it, silence gives it back', async () => {
  await inWorld({ limits: { person_lease: 300, ask: 1_500 } }, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1');
    await world.untilClaim('p/s', (claim) => claim.asked);
    await sayHeld(await world.another(), { plan_id: 'p', step_id: 's', fence: 1 }, { kind: 'renew' });
    await world.untilClaim('p/s', (claim) => !claim.asked && claim.renewals === 1);
    await world.untilStep('p/s', 'ready');
    const types = (await world.events()).map(({ type }) => type).filter((type) => type.startsWith('claim.'));
    expect(types).toEqual(['claim.asked', 'claim.renewed', 'claim.asked', 'claim.expired']);
    expect(await sayHeld(await world.another(), { plan_id: 'p', step_id: 's', fence: 1 }, { kind: 'done', commit: null })).toMatchObject({ ok: false, rejection: { code: 'CLAIM_NONE' } });
    await manager.drain();
  });
});

it.concurrent('messages taken by a manager that was killed are answered by the next, once each', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s'), once('t', 'true')] });
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 20; at++) world.message(`note-${String(round)}-${String(at)}`, { type: 'note', by: 'me', text: `${String(round)}-${String(at)}` });
      const manager = world.manager('stopped');
      await eventually(() => 'the first is taken', () => readdirSync(join(world.folder, '_bus/in')).length < 20 || undefined);
      await manager.kill();
    }
    const manager = world.manager('stopped');
    await world.until('all notes', (session) => session.state.spool.epoch > 0);
    await eventually(() => 'an empty spool', () => (readdirSync(join(world.repo.gitDir, 'coo/spool'), { recursive: true }).every((name) => !name.includes('message')) && readdirSync(join(world.folder, '_bus/in')).filter((name) => name.startsWith('note')).length === 0) || undefined);
    await manager.drain();
    const texts = (await world.eventsOf('noted')).map(({ text }) => text);
    expect([...texts].sort()).toEqual([...new Set(texts)].sort());
    expect(texts).toHaveLength(60);
  });
});
