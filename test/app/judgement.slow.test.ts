// What is not accepted, and why: one plan a fault, all at once under one manager. The quick suite's share is `judgement.test.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explain } from '../../src/app/operations/explain.ts';
import { byHand, conflictsTwice, once } from '../support/plans.ts';
import { inWorld, stepOf } from '../support/real-world.ts';

it.concurrent('a second conflict blocks with the path, the work kept, and explain says what to type', async () => {
  await inWorld({ seats: 3, files: { 'one.txt': 'start\n' } }, async (world) => {
    world.plan({ plan_id: 'both', steps: conflictsTwice('one.txt', (name) => world.out(name)) });
    expect(await world.run()).toBe(1);
    const session = await world.fresh();
    const blocked = session.state.plans.get('both')?.steps.get('two');
    expect(blocked).toMatchObject({ status: 'blocked', fence: 2, findings: [{ code: 'MERGE_CONFLICT', path: 'one.txt' }] });
    const { blockers } = await explain(session, 'both/two');
    expect(JSON.stringify(blockers)).toContain('one.txt');
    expect(JSON.stringify(blockers)).toContain('coo retry');
    for (const attempt of ['1', '2']) expect(world.repo.git('show', `refs/coo/rescue/both.two.${attempt}:one.txt`)).toBe('two');
    expect(world.repo.git('show', 'coo/both:one.txt')).toBe('three');
  });
});

it.concurrent('the integration of a plan: into a target that moved, with its checks again; blocked while dirty files are in the way', async () => {
  await inWorld({ files: { 'a.txt': 'start\n' } }, async (world) => {
    const commit = (path: string, text: string): void => {
      writeFileSync(join(world.folder, path), text);
      world.repo.git('add', path);
      world.repo.git('commit', '-q', '-m', `mine: ${path}`);
    };
    world.plan({ plan_id: 'moved', steps: [once('s', `while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo x > x.txt`, { checks: { after: [`echo checked >> '${world.out('checks')}'`] } })] });
    world.plan({ plan_id: 'clash', steps: [once('s', `while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo theirs > a.txt`)] });
    world.plan({ plan_id: 'recheck', steps: [once('s', `while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo y > y.txt`, { checks: { after: ['test ! -e mine.txt'] } })] });
    const manager = world.manager('idle');
    for (const plan of ['moved', 'clash', 'recheck']) await world.untilStep(`${plan}/s`, 'running');
    commit('mine.txt', 'mine\n');
    commit('a.txt', 'mine\n');
    writeFileSync(world.out('go'), '');
    expect(await manager.ended).toBe(1);
    expect(world.lines('checks')).toHaveLength(2);
    expect(world.tree('main')).toEqual(['README.md', 'a.txt', 'mine.txt', 'x.txt']);
    const { state } = await world.fresh();
    expect(state.plans.get('moved')?.integration.kind).toBe('done');
    expect(state.plans.get('clash')?.integration).toMatchObject({ kind: 'blocked', code: 'MERGE_CONFLICT', paths: ['a.txt'] });
    expect(state.plans.get('recheck')?.integration).toMatchObject({ kind: 'blocked', code: 'CHECK_FAILED' });
    expect(world.repo.git('status', '--porcelain', '--untracked-files=no')).toBe('');
  });
});

it.concurrent('a target that is not born: the plan starts from nothing and integration makes it', async () => {
  await inWorld({ unborn: true }, async (world) => {
    world.plan({ plan_id: 'first', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] }), once('b', 'grep -q a a.txt', { depends_on: ['a'] })] });
    expect(await world.run()).toBe(0);
    expect(world.tree('main')).toEqual(['a.txt']);
  });
});

it.concurrent('a held claim that is refused again and again is judged each time, and each commit is kept', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', integrate: 'none', steps: [byHand('s', { outputs: ['a.txt'], scope: ['a.txt'] })] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1');
    const { start } = await world.untilClaim('p/s');
    const change = (name: string): string => {
      const blob = world.repo.git('hash-object', '-w', 'README.md');
      world.repo.git('update-index', '--add', '--cacheinfo', `100644,${blob},${name}`);
      const tree = world.repo.git('write-tree');
      world.repo.git('read-tree', 'HEAD');
      return world.repo.git('commit-tree', '-m', name, '-p', start ?? '', tree);
    };
    const commits = ['b.txt', 'c.txt', 'd.txt'].map(change);
    for (const [at, commit] of commits.entries()) {
      world.message(`try-${String(at)}`, { type: 'step.done', plan_id: 'p', step_id: 's', fence: 1, commit });
      await world.until(`answer ${String(at)}`, (session) => stepOf(session, 'p/s')?.findings.some(({ path }) => path === `${'bcd'[at] ?? ''}.txt`));
    }
    world.message('right', { type: 'step.done', plan_id: 'p', step_id: 's', fence: 1, commit: change('a.txt') });
    await world.untilStep('p/s', 'done');
    expect(['p.s.1.1', 'p.s.1.2', 'p.s.1'].map((name) => world.repo.git('rev-parse', `refs/coo/rescue/${name}`))).toEqual(commits);
    await manager.drain();
  });
});
