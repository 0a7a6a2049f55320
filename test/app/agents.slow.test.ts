// The quick suite's share is `agents.test.ts`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cancel } from '../../src/app/operations/manage.ts';
import { explain } from '../../src/app/operations/explain.ts';
import { report } from '../../src/app/operations/report.ts';
import { status } from '../../src/app/operations/status.ts';
import { receipts, STEP, withAgent } from '../support/one-agent.ts';
import { signal } from '../support/processes.ts';
import type { RealWorld } from '../support/real-world.ts';

it('a change with more lines than the step may change is kept, and a person is asked', async () => {
  await withAgent(`say({ type: 'usage', input: 1, output: 1 }); writeFileSync('answer.txt', 'x\\n'.repeat(5));`, async (world) => {
    world.plan({ plan_id: 'p', steps: [{ ...STEP, budget: { lines: 4 } }] });
    expect(await world.run()).toBe(6);
    expect(await world.steps('p')).toBe('write blocked');
    expect((await receipts(world)).map(({ result, findings }) => [result, findings])).toEqual([['blocked', [{ code: 'BUDGET_LINES', message: 'the change adds and removes 5 lines; it may change 4' }]]]);
    const { state } = await world.fresh();
    expect([state.recent, state.plans.get('p')?.steps.get('write')?.failures]).toEqual([[], 0]);
    expect(world.repo.git('show', 'refs/coo/rescue/p.write.1:answer.txt')).toBe('x\nx\nx\nx\nx');
  });
});

it("a plan's budget opens its breaker, which only a person closes", async () => {
  await withAgent(`say({ type: 'usage', input: 600, output: 0, usd: 0.3 }); writeFileSync(task.order.step_id + '.txt', 'x');`, async (world) => {
    world.plan({ plan_id: 'p', budget: { usd: 0.6 }, steps: ['a', 'b', 'c'].map((step_id) => ({ step_id, prompt: 'go', role: 'developer' })) });
    await world.run();
    expect(await world.steps('p')).toBe('a done, b done, c ready');
    expect(await world.eventsOf('breaker.opened')).toMatchObject([{ scope: 'p', until_ms: null, reason: 'the budget of p is used up: $0.60 of $0.6 are spent' }]);
  });
});

it("a provider's limit parks the seat until its reset, and is nobody's failure", async () => {
  await withAgent(`if (task.order.attempt === 1) { say({ type: 'quota', until: new Date(Date.now() + 1_500).toISOString() }); process.exit(1); } writeFileSync('answer.txt', 'x');`, async (world) => {
    world.plan({ plan_id: 'p', steps: [{ ...STEP, retry: { max: 0 } }] });
    expect(await world.run()).toBe(0);
    expect(await world.steps('p')).toBe('write done');
    expect(await world.eventsOf('seat.parked')).toMatchObject([{ group: 'robot', why: 'quota' }]);
    expect((await receipts(world)).map(({ result }) => result)).toEqual(['parked', 'passed']);
    const breakers = await world.eventsOf('breaker.opened');
    expect(breakers).toEqual([]);
  });
});

it('an agent that gives no sign of life is told of, and goes on', async () => {
  await withAgent(`while (!existsSync(process.env.COO_INBOX + '/../go')) await new Promise((resolve) => setTimeout(resolve, 50)); writeFileSync('answer.txt', 'x');`, async (world) => {
    world.plan({ plan_id: 'p', steps: [STEP] });
    const manager = world.manager('idle');
    await world.until('a worker', () => world.worker('p.write.1'));
    const since = '2030-01-01T00:00:00.000Z';
    const folder = join(world.repo.gitDir, 'coo/quiet');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'p.write.1.json'), JSON.stringify({ schema: 'coo/quiet.v1', order_id: 'p.write.1', since, why: 'idle' }));
    const words = `no sign of life from its agent since ${since}: no output, no processor time`;
    await world.until('a word of it', () => manager.said('agent.quiet').length > 0);
    expect(manager.said('agent.quiet').map(({ message }) => message)).toEqual([`p/write  ${words}; its time ends it, or: coo take, coo cancel`]);
    const session = await world.session();
    expect((await status(session)).quiet).toEqual([{ step: 'p/write', since, why: 'idle' }]);
    expect((await explain(session, 'p/write')).blockers).toContainEqual({ code: 'AGENT_QUIET', message: words, who: 'time, or a person', next: "its time ends it; sooner: coo take p/write --seat <yours> --reason '...'" });
    const home = join(world.scratch, 'state/coo', world.ledger);
    await world.until('the folder of attempts', () => existsSync(home));
    writeFileSync(join(home, 'go'), '');
    expect(await manager.ended).toBe(0);
    expect(await world.steps('p')).toBe('write done');
    expect(existsSync(join(folder, 'p.write.1.json'))).toBe(false);
  });
});

it('what was denied is never tried again', async () => {
  await withAgent(`say({ type: 'denied', what: 'Bash(rm -rf)' }); writeFileSync('elsewhere.txt', 'x');`, async (world) => {
    world.plan({ plan_id: 'p', steps: [STEP] });
    expect(await world.run()).toBe(1);
    expect(await world.steps('p')).toBe('write blocked');
    const runs = await receipts(world);
    expect(runs.map((run) => run.findings.map(({ code }) => code))).toEqual([['OUTPUT_MISSING', 'AGENT_DENIED']]);
  });
});

it('an agent that hangs is ended by its wall time, its children too, and its log-in is gone', async () => {
  await withAgent(`execFileSync('sh', ['-c', 'sleep 60 & echo $!']); setTimeout(() => {}, 60_000);`, async (world) => {
    writeFileSync(join(world.scratch, 'home/auth.json'), '{"token": "tok-abcdefghijklmnop"}');
    world.plan({ plan_id: 'p', steps: [{ ...STEP, budget: { wall: 1_500 }, retry: { max: 0 } }] });
    expect(await world.run()).toBe(1);
    const [run] = await receipts(world);
    expect(run?.result).toBe('timed_out');
    expect(run?.agent?.end).toBe('timed_out');
  }, { login: ['~/auth.json'] });
});

/** Uses, waits, and in its second attempt does what it is to do. */
const USES = `if (task.order.attempt > 1) { writeFileSync('answer.txt', 'x'); process.exit(0); } say({ type: 'usage', input: 600, output: 0, usd: 0.3 }); setTimeout(() => {}, 60_000);`;
const used = (world: RealWorld): string => join(world.repo.gitDir, 'coo/used/p.write.1.json');

it('what an agent had used when its worker was killed is counted', async () => {
  await withAgent(USES, async (world) => {
    world.plan({ plan_id: 'p', steps: [STEP] });
    const manager = world.manager('idle');
    await world.untilFile(used(world));
    await world.untilStep('p/write', 'running');
    expect((await status(await world.session())).spending).toMatchObject({ tokens: 0, at_work: [{ step: 'p/write', tokens: 600, usd: 0.3, cap: { tokens: 20_000_000, usd: 3 } }] });
    signal(world.worker('p.write.1') ?? 0, 'SIGKILL');
    expect(await manager.ended).toBe(0);
    expect(await world.eventsOf('run.spent')).toMatchObject([{ fence: 1, group: 'robot', tokens: 600, micro_usd: 300_000 }, { fence: 2, tokens: 0 }]);
    expect((await world.fresh()).state.plans.get('p')?.spent).toMatchObject({ tokens: 600, micro_usd: 300_000 });
    expect((await report(await world.session(), { since_ms: 0 })).spent).toMatchObject([{ seat: 'robot', attempts: 2, agents: { sessions: 2, tokens: 600, micro_usd: 300_000, unpriced: 1 } }]);
  });
});

it('what an agent had used when its step was taken back is counted', async () => {
  await withAgent(USES, async (world) => {
    world.plan({ plan_id: 'p', steps: [STEP] });
    const manager = world.manager('idle');
    await world.untilFile(used(world));
    await world.untilStep('p/write', 'running');
    await cancel(await world.another(), 'p', { by: 'op', reason: 'enough' });
    await manager.ended;
    expect(await world.eventsOf('run.spent')).toMatchObject([{ fence: 1, group: 'robot', tokens: 600, micro_usd: 300_000 }]);
  });
});

it('the log-in of an attempt whose worker was killed is taken away, also from what it printed', async () => {
  const script = `if (task.order.attempt > 1) { writeFileSync('answer.txt', 'x'); process.exit(0); } say({ type: 'session', id: readFileSync(process.env.HOME + '/auth.json', 'utf8') }); setTimeout(() => {}, 60_000);`;
  await withAgent(
    script,
    async (world) => {
      writeFileSync(join(world.scratch, 'home/auth.json'), '{"token": "tok-abcdefghijklmnop"}');
      world.plan({ plan_id: 'p', steps: [STEP] });
      const manager = world.manager('idle');
      const home = join(world.scratch, 'state/coo', world.ledger, 'p.write.1.home');
      await world.untilFile(join(home, 'auth.json'));
      await world.untilStep('p/write', 'running');
      const output = join(world.repo.gitDir, 'coo/logs', `.${world.ledger}.p.write.1.agent`);
      await world.until('it has printed it', () => existsSync(output) && readFileSync(output, 'utf8').includes('tok-'));
      signal(world.worker('p.write.1') ?? 0, 'SIGKILL');
      expect(await manager.ended).toBe(0);
      expect(readFileSync(output, 'utf8')).toContain('[redacted]');
      expect(readFileSync(output, 'utf8')).not.toContain('tok-');
      expect(existsSync(home)).toBe(false);
      expect(existsSync(`${home.slice(0, -'1.home'.length)}2.home`)).toBe(false);
    },
    { login: ['~/auth.json'] },
  );
});
