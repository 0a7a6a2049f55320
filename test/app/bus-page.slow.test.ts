// `_bus/README.md` is enough: whole steps by its commands alone, taken from the page itself, in two shells and in Python. The quick suite's share is `bus-page.test.ts`.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/app/operations/manage.ts';
import { UNTIL_GONE, withAgents, write } from '../support/agents-of-page.ts';
import { PAGE, TAKE, runShell } from '../support/bus-page.ts';
import { byHand, planText } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

describe('with the commands of the page', () => {
  it.concurrent('a question is asked, its answer found in the next order, and the work before it taken over', async () => {
    await withAgents(async (world) => {
      const again = 'until [ -e _bus/out/roles.$ROLE/$KEY.json ]; do sleep 0.1; done';
      const first = [...TAKE, 'echo ---', PAGE.worktree, 'echo begun > $WORK/a.txt', PAGE.commit, PAGE.report['step.question'], UNTIL_GONE, 'git worktree remove --force $WORK'];
      const over = PAGE.takeOver.replace('<ref>', `$(${PAGE.kept} --format='%(refname)') >/dev/null`);
      const asking = runShell(world, 'bash', 'ada-1', ...first, again, ...TAKE, PAGE.worktree, over, 'COMMIT=$(git -C $WORK rev-parse HEAD)', PAGE.report['step.done'], UNTIL_GONE);
      expect(await world.untilStep('p/a', 'blocked')).toMatchObject({ question: { seat: 'ada-1', to: 'you', text: 'red or blue?' } });
      expect((await answer(await world.another(), 'p/a', 'blue', 'you')).ok).toBe(true);
      const [, order = ''] = (await asking).split('---\n');
      expect(JSON.parse(order)).toMatchObject({ order_id: 'p.a.2', answers: [{ question: 'red or blue?', answer: 'blue', by: 'you' }] });
      await world.untilStep('p/a', 'done');
      expect(world.repo.git('show', 'coo/p:a.txt')).toBe('begun');
    }, write('a', { outputs: ['a.txt'] }));
  });

  it.concurrent('with nothing to do no claim is made, and a commit that is not there keeps the claim', async () => {
    await withAgents(
      async (world) => {
        const lost = 'COMMIT=$(printf %040d 7)';
        const told = await runShell(world, 'sh', 'ada-1', ...TAKE, 'echo ---', lost, PAGE.report['step.blocked'], 'until cat _bus/rejected/$m.*.json 2>/dev/null; do sleep 0.1; done; ls _bus/claims');
        expect(told.split('---\n')[1]).toContain('"COMMIT_UNKNOWN"');
        expect(told).toMatch(/\np\.a\.json\n$/);
        const idle = await runShell(world, 'sh', 'ada-2', PAGE.find, PAGE.claim, PAGE.wait, 'echo "key: $KEY"; ls -A _bus/claims');
        expect(idle).toBe('key: \np.a.json\n');
        world.drop('_plans/q.plan.json', planText({ plan_id: 'q', priority: 'urgent', steps: [write('z')] }));
        await world.untilFile(join(world.folder, '_bus/out/roles.writer/q.z.json'));
        world.plan({ plan_id: 'b', steps: [write('b')] });
        await world.untilFile(join(world.folder, '_bus/out/roles.writer/b.b.json'));
        expect(await runShell(world, 'sh', 'ada-2', PAGE.find, 'echo $KEY')).toBe('q.z\n');
      },
      write('a'),
    );
  });

  it.concurrent('work that does not merge is returned with its paths, mended by a merge and reported again', async () => {
    await withAgents(
      async (world) => {
        const write1 = (text: string): readonly string[] => [PAGE.worktree, `echo ${text} > $WORK/one.txt`, PAGE.commit, PAGE.report['step.done'], PAGE.judged];
        const passed = 'grep -h \'"result"\' _report/agent/$SEAT/runs/*/*-$KEY.$FENCE.json';
        // Both hold their step before either is done.
        const first = runShell(world, 'sh', 'ada-1', ...TAKE, 'until grep -q ada-2 _bus/claims/p.*.json; do sleep 0.1; done', ...write1('first'), passed);
        await world.untilClaim('p/a');
        const second = runShell(world, 'sh', 'ada-2', 'while [ -e _bus/out/roles.$ROLE/p.a.json ]; do sleep 0.1; done', ...TAKE, 'until [ ! -e _bus/claims/p.a.json ]; do sleep 0.1; done', ...write1('second'), 'echo ---', 'cat _bus/claims/$KEY.json', 'echo ---', `${PAGE.merge} >/dev/null || true`, 'echo second > $WORK/one.txt', PAGE.commit, PAGE.report['step.done'], PAGE.judged, passed);
        expect((await first).split('\n').at(-2)).toBe('  "result": "passed",');
        const [, view = '', after] = (await second).split('---\n');
        expect(JSON.parse(view)).toMatchObject({ findings: [{ code: 'MERGE_CONFLICT', path: 'one.txt' }] });
        expect(after?.split('\n').at(-2)).toBe('  "result": "passed",');
        expect(world.repo.git('show', 'coo/p:one.txt')).toBe('second');
      },
      write('a'),
      write('b', { scope: ['one.txt'] }),
    );
  });

  it.concurrent('one is blocked, one given back, one message refused with its reason; a claim that came second is seen to be no claim', async () => {
    await withAgents(
      async (world) => {
        await runShell(world, 'bash', 'ada-1', ...TAKE, PAGE.report['claim.release'], UNTIL_GONE);
        await world.untilFile(join(world.folder, '_bus/out/roles.writer/p.a.json'));
        await runShell(world, 'bash', 'ada-1', ...TAKE, PAGE.report['step.blocked'], UNTIL_GONE);
        expect(await world.untilStep('p/a', 'blocked')).toMatchObject({ fence: 2, why: 'the key is missing' });
        const refused = await runShell(world, 'bash', 'ada-2', ...TAKE, 'echo ---', 'FENCE=9', PAGE.report['step.progress'], 'until cat _bus/rejected/$m.*.json 2>/dev/null; do sleep 0.1; done');
        expect(JSON.parse(refused.split('---\n')[1] ?? '')).toMatchObject({ what: 'message', reasons: [{ code: 'FENCE_UNKNOWN' }] });
        // It holds p/b. Whoever would take it as well is told by ln, and has no fence.
        const second = [PAGE.find, 'KEY=p.b PLAN=p STEP=b', PAGE.claim, PAGE.wait, 'echo "fence: $FENCE"'].join('\n');
        expect(await runShell(world, 'bash', 'ada-1', second)).toContain('fence: \n');
        expect((await world.untilClaim('p/b')).seat).toBe('ada-2');
        expect(await runShell(world, 'bash', 'ada-2', PAGE.held)).toBe('_bus/claims/p.b.json\n');
        // A seat does one step at a time: the request goes, its reason stays.
        const third = await runShell(world, 'bash', 'ada-2', PAGE.find, PAGE.claim, PAGE.wait, 'echo "fence: $FENCE"; cat _bus/rejected/$KEY.*');
        expect(third).toContain('fence: \n');
        expect(third).toContain('"SEAT_BUSY"');
      },
      write('a'),
      write('b'),
      write('c'),
    );
  });

  it.concurrent('whether a coordinator lives is seen; what was left while none did is answered by the next', async () => {
    await inWorld({ agents: 1, seats: 1 }, async (world) => {
      world.plan({ plan_id: 'p', steps: [byHand('a', { seat: 'ada' })] });
      const first = world.manager('stopped');
      await world.untilFile(join(world.folder, '_bus/out/seats.ada/p.a.json'));
      expect(await runShell(world, 'bash', 'ada-1', PAGE.alive)).toMatch(/epoch\.1\n$/);
      await first.drain();
      expect(await runShell(world, 'bash', 'ada-1', PAGE.alive)).toBe('');
      const asked = runShell(world, 'bash', 'ada-1', ...TAKE, 'COMMIT=$START', PAGE.report['step.done'], UNTIL_GONE);
      await world.untilFile(join(world.folder, '_bus/claims/p.a.json'));
      const second = world.manager('stopped');
      await asked;
      await world.untilStep('p/a', 'done');
      await second.drain();
    });
  });
});
