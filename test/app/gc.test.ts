// What processes that died in the middle of something left behind: listed, removed once it is old, and never taken from somebody who lives.
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { claim } from '../../src/app/operations/claim.ts';
import { gc } from '../../src/app/operations/gc.ts';
import type { World } from '../../src/app/world.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import { byHand, once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const HOUR_MS = 3_600_000;
const MONTH_MS = 31 * 24 * HOUR_MS;

/** Runs in a whole world whose clock is ahead. */
async function ahead<T>(world: RealWorld, ms: number, run: (later: World) => Promise<T>): Promise<T> {
  const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, ['false']);
  try {
    return await run({ ...whole, clock: { ...whole.clock, now: () => Date.now() + ms } });
  } finally {
    await whole.work.close();
    await whole.git.close();
  }
}

async function collected(world: RealWorld, ms: number, dry: boolean): ReturnType<typeof gc> {
  return ahead(world, ms, async (later) => gc(later, await LedgerSession.open(later, 'all'), dry));
}

function plant(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'half of it');
  return path;
}

it.concurrent('unfinished files, imports, packs, workspaces: listed by --dry-run, kept while they are young, gone when they are old', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'true'), once('wrong', 'false')] });
    expect(await world.run()).toBe(1);
    const coo = join(world.repo.gitDir, 'coo');
    const state = join(world.scratch, 'state/coo', world.ledger);
    const planted = [
      join(coo, '.probe-0123456789abcdef'),
      join(coo, '.tmp-0123456789abcdef-3'),
      join(coo, 'results/.tmp-0123456789abcdef-0'),
      join(coo, 'evidence/p.s.1/.tmp-0123456789abcdef-4'),
      join(coo, 'attempts.git.0123456789abcdef.part/HEAD'),
      join(coo, 'attempts.git.0123456789abcdef.broken/objects/12/345'),
      join(coo, 'attempts.git/incoming/0123456789abcdef/pack/tmp_pack_x'),
      join(coo, 'attempts.git/objects/pack/tmp_idx_0123456789abcdef'),
      join(coo, 'attempts.git/objects/ab/tmp_obj_0123456789abcdef'),
      join(coo, 'follow/12-0123456789abcdef.json.part'),
      join(world.folder, '_bus/claims/.tmp-0123456789abcdef-1'),
      join(world.folder, '_bus/rejected/.tmp-0123456789abcdef-1'),
      join(world.folder, '_report/ledger/000/000/.tmp-0123456789abcdef-2'),
      join(state, '.p.s.2.0123456789ab.part/file'),
    ].map(plant);
    const strangers = [join(coo, '.tmp-of-mine'), join(coo, 'follow/notes.txt'), join(world.folder, '_bus/in/.draft.json'), join(world.folder, '_plans/.p.plan.yaml.swp'), join(coo, 'attempts.git/objects/pack/mine')].map(plant);
    expect((await collected(world, 0, true)).swept).toEqual([]);
    const listed = (await collected(world, 2 * HOUR_MS, true)).swept.map(({ path }) => path);
    for (const path of planted) expect([path, listed.some((top) => path === top || path.startsWith(`${top}/`))]).toEqual([path, true]);
    expect(listed).toHaveLength(planted.length);
    for (const path of [...planted, ...strangers]) expect([path, existsSync(path)]).toEqual([path, true]);
    const done = await collected(world, 2 * HOUR_MS, false);
    expect(done.swept.map(({ path }) => path)).toEqual(listed);
    expect(done.removed).toEqual(['p.wrong.1']);
    for (const path of planted) expect([path, existsSync(path)]).toEqual([path, false]);
    for (const path of strangers) expect([path, existsSync(path)]).toEqual([path, true]);
    world.plan({ plan_id: 'q', steps: [once('s', 'echo q > q.txt', { outputs: ['q.txt'] })] });
    await world.run();
    expect(await world.steps('q')).toBe('s done');
  });
});

it.concurrent('a file of a manager that lives is not taken, however old; nor what one writes to that belongs to an attempt at work', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done`)] });
    const manager = world.manager('stopped');
    await world.untilClaim('p/s', (live) => live.worker !== null);
    const coo = join(world.repo.gitDir, 'coo');
    const nonce = (await world.session()).state.epoch?.manager.split(':').at(-1) ?? '';
    const of = plant(join(coo, `.tmp-${nonce}-9`));
    const stranger = plant(join(coo, '.tmp-0123456789abcdef-9'));
    const output = readdirSync(join(coo, 'logs')).find((name) => name.startsWith(`.${world.ledger}.p.s.1.`)) ?? '';
    expect(output).not.toBe('');
    const done = await collected(world, MONTH_MS, false);
    expect(done.kept).toEqual([{ order_id: 'p.s.1', why: 'it is at work' }]);
    expect(done.swept.map(({ path }) => path)).toEqual([stranger]);
    expect([existsSync(of), existsSync(join(coo, 'logs', output))]).toEqual([true, true]);
    appendFileSync(world.out('go'), '');
    await world.untilStep('p/s', 'done');
    expect(await manager.drain()).toBe(0);
  });
});

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
