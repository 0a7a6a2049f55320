// What stands in a manager's way while it runs: a watcher that says nothing, a lock that nobody holds, a branch that goes in the middle of a publish.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FileFailure } from '../../src/adapters/files/failure.ts';
import type { World } from '../../src/app/world.ts';
import type { LogLine } from '../../src/ports/log.ts';
import { byHand, once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { deaf, managedHere } from '../support/manager-here.ts';
import { inWorld } from '../support/real-world.ts';

/** Of a branch: two tries of a judgement and more. */
const MORE_LOOKS = 8;

it.concurrent('a watcher that says nothing: plan, message and claim are found by the next look at everything', async () => {
  await inWorld({}, async (world) => {
    const end = await managedHere(world, { speed: 20, watch: deaf }, async (said) => {
      await world.until('an epoch', (session) => session.state.epoch !== null);
      world.plan({ plan_id: 'p', steps: [byHand('s')] });
      await world.untilStep('p/s', 'ready');
      world.message('hello', { type: 'note', by: 'me', text: 'hello' });
      await eventually(() => 'the note', () => said('noted')[0]);
      world.ask('p', 's', 'me-1');
      await world.untilClaim('p/s');
    });
    expect(end).toMatchObject({ exit: 0, why: 'drained' });
  });
});

it.concurrent('a message that may not be read: refused with the reason, and the others are taken', async () => {
  await inWorld({}, async (world) => {
    const change = (wired: World): Partial<World> => ({
      files: { ...wired.files, read: async (path, cap) => (path.endsWith('.message.secret.json') ? Promise.reject(new FileFailure({ code: 'FILE_IO', path, cause: 'EACCES' })) : wired.files.read(path, cap)) },
    });
    const end = await managedHere(world, { change }, async (said) => {
      await world.until('an epoch', (session) => session.state.epoch !== null);
      for (const name of ['secret', 'then']) world.message(name, { type: 'note', by: 'me', text: name });
      await eventually(() => 'the note', () => said('noted').find(({ message }) => message.includes('then')));
      expect(await world.untilRejected('secret')).toMatchObject({ codes: ['MESSAGE_UNREADABLE'] });
    });
    expect(end).toMatchObject({ exit: 0, why: 'drained' });
  });
});

it.concurrent("a lock of the operator's index that nobody holds: the merge waits, blames no process of ours, and is made once the lock is gone", async () => {
  await inWorld({}, async (world) => {
    const lock = join(world.repo.gitDir, 'index.lock');
    writeFileSync(lock, '');
    await managedHere(world, { speed: 5 }, async () => {
      world.plan({ plan_id: 'p', steps: [once('s', 'echo a > a.txt', { outputs: ['a.txt'] })] });
      const plan = await world.untilPlan('p', ({ integration }) => integration.kind === 'blocked');
      expect(plan.integration).toMatchObject({ kind: 'blocked', code: 'INDEX_LOCKED', paths: [lock] });
      const words = JSON.stringify(plan.integration);
      expect(words).toContain('by a process that cannot be seen');
      expect(words).toContain(`if no git runs there any more: rm '${lock}'`);
      // Nobody but the operator takes it away, and what is unrelated goes on.
      world.plan({ plan_id: 'q', integrate: 'none', steps: [once('s', 'true')] });
      await world.untilStep('q/s', 'done');
      expect(existsSync(lock)).toBe(true);
      rmSync(lock);
      await world.untilPlan('p', ({ integration }) => integration.kind === 'done');
    });
    expect(world.tree('main')).toContain('a.txt');
    expect(world.repo.git('status', '--porcelain', '--untracked-files=no')).toBe('');
  });
});

it.concurrent.each(['removed', 'moved elsewhere'] as const)("a plan's branch that is %s between decision and publish: nothing is published over it", async (what) => {
  await inWorld({}, async (world) => {
    const branch = 'refs/heads/coo/p';
    const stranger = world.repo.git('commit-tree', '-m', 'a stranger', 'HEAD^{tree}');
    let harmed = 0;
    await managedHere(
      world,
      {
        speed: 5,
        change: (wired) => ({
          git: {
            ...wired.git,
            swap: async (...args) => {
              const [changes] = args;
              if (harmed === 0 && changes.some(({ ref, before }) => ref === branch && before !== null)) {
                harmed += 1;
                world.repo.git('update-ref', ...(what === 'removed' ? ['-d', branch] : [branch, stranger]));
              }
              return wired.git.swap(...args);
            },
          },
        }),
      },
      async (said) => {
        world.plan({ plan_id: 'p', steps: [once('s', 'echo a > a.txt', { outputs: ['a.txt'] })] });
        if (what === 'removed') await world.untilPlan('p', ({ integration }) => integration.kind === 'done');
        else {
          await eventually(() => 'it is said', () => said('branch.moved').find(({ message }) => message.includes(`stands at ${stranger}`)));
          expect(world.repo.git('rev-parse', branch)).toBe(stranger);
          world.repo.git('update-ref', branch, (await world.session()).state.plans.get('p')?.tip ?? '');
          await world.untilPlan('p', ({ integration }) => integration.kind === 'done');
        }
      },
    );
    expect(harmed).toBe(1);
    expect(await world.eventsOf('run.accepted')).toHaveLength(1);
    expect(world.tree('main')).toContain('a.txt');
  });
});

it.concurrent("a plan's branch that somebody moved: said once; until idle the manager ends with 1 and what to type, a drained one leaves, and once it is put back the work is accepted", async () => {
  await inWorld({}, async (world) => {
    const branch = 'refs/heads/coo/p';
    world.plan({ plan_id: 'p', steps: [once('s', 'echo a > a.txt', { outputs: ['a.txt'] }), byHand('t')] });
    await world.run();
    const tip = world.repo.git('rev-parse', branch);
    const stranger = world.repo.git('commit-tree', '-m', 'a stranger', '-p', tip, `${tip}^{tree}`);
    world.repo.git('update-ref', branch, stranger);
    world.plan({ plan_id: 'p', steps: [once('s', 'echo a > a.txt', { outputs: ['a.txt'] }), byHand('t'), once('u', 'echo u > u.txt', { outputs: ['u.txt'] })] });
    let looks = 0;
    const change = (wired: World): Partial<World> => ({ git: { ...wired.git, ref: async (name) => ((looks += name === branch ? 1 : 0), wired.git.ref(name)) } });
    const end = await managedHere(world, { speed: 20, change }, async (said) => {
      const mine = (): readonly LogLine[] => said('branch.moved').filter(({ message }) => message.startsWith('p/u cannot be accepted'));
      await eventually(() => 'it is said', () => mine()[0]);
      const before = looks;
      await eventually(() => 'more tries', () => looks > before + MORE_LOOKS);
      expect(mine()).toHaveLength(1);
    });
    expect(end).toMatchObject({ exit: 0, why: 'drained' });
    const manager = world.manager('idle');
    expect(await manager.ended).toBe(1);
    expect(manager.output()).toContain(`git update-ref ${branch} ${tip}`);
    world.repo.git('update-ref', branch, tip);
    await world.run();
    expect(await world.steps('p')).toBe('s done, t ready, u done');
  });
});
