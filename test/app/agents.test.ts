// An agent at work, as the record has it.
import { expect, it } from 'vitest';
import { explain } from '../../src/app/operations/explain.ts';
import { receipts, STEP, withAgent } from '../support/one-agent.ts';

it('an agent is asked by the work order, and its work is judged, merged and accounted for', async () => {
  const script = `
    say({ type: 'session', id: 's-1', model: 'm-1', version: '7' });
    say({ type: 'usage', input: 100, output: 20, cache_read: 3, cache_write: 4, usd: 0.25 });
    writeFileSync('answer.txt', task.prompt + process.env.ROBOT_KEY.length + (process.env.OTHER ?? 'none') + (existsSync(process.env.HOME + '/.ssh') ? 'ssh' : ''));
    say({ type: 'done', summary: 'wrote it with ' + process.env.ROBOT_KEY, turns: 2 });`;
  await withAgent(
    script,
    async (world) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(0);
      expect(await world.steps('p')).toBe('write done');
      expect(world.repo.git('show', 'main:answer.txt')).toContain('write answer.txt');
      expect(world.repo.git('show', 'main:answer.txt')).toContain('19none');
      const [run] = await receipts(world);
      expect(run?.who).toMatchObject({ harness: 'command', seat: 'robot' });
      expect(run?.agent).toMatchObject({ version: '7', model: 'm-1', session: 's-1', turns: 2, tokens: { input: 100, output: 20, cache_read: 3, cache_write: 4 }, cost: { micro_usd: 250_000, source: 'given' }, denials: [], end: 'done' });
      expect(run?.narration).toBe('wrote it with [redacted]');
      expect(await world.eventsOf('run.spent')).toMatchObject([{ group: 'robot', tokens: 127, micro_usd: 250_000 }]);
    },
    { login: ['ROBOT_KEY'] },
  );
});

it('an agent that says it is done and changed nothing has failed, is told why once, and then needs a person', async () => {
  await withAgent(`appendFileSync(process.env.COO_INBOX + '/../seen', task.prompt + '\\n---\\n'); say({ type: 'done', summary: 'all done' });`, async (world) => {
    world.plan({ plan_id: 'p', steps: [{ ...STEP, outputs: [] }] });
    expect(await world.run()).toBe(1);
    expect(await world.steps('p')).toBe('write failed');
    const runs = await receipts(world);
    expect(runs.map((run) => run.findings.map(({ code }) => code))).toEqual([['NOTHING_DONE'], ['NOTHING_DONE']]);
    expect(runs[1]?.order.agent?.previous).toMatchObject({ attempt: 1, findings: [{ code: 'NOTHING_DONE' }] });
  });
});

it('what an agent may spend ends its session, and a person is asked', async () => {
  await withAgent(`say({ type: 'usage', input: 600, output: 0, usd: 0.01 }); setTimeout(() => {}, 60_000);`, async (world) => {
    world.plan({ plan_id: 'p', steps: [{ ...STEP, budget: { tokens: 500 } }] });
    expect(await world.run()).toBe(6);
    expect(await world.steps('p')).toBe('write blocked');
    const [run] = await receipts(world);
    expect(run?.findings).toEqual([{ code: 'BUDGET_TOKENS', message: 'it used 600 tokens; 500 were left for it' }]);
    expect([run?.agent?.end, run?.result]).toEqual(['budget', 'blocked']);
    expect((await explain(await world.session(), 'p/write')).blockers[0]).toMatchObject({ code: 'BUDGET_LEFT', message: expect.stringMatching(/^what holds another attempt: one attempt of p\/write: \$3\.00 or 500 tokens left of \$3\.00 or 500 tokens; all agents today: /) as string });
    const { state } = await world.fresh();
    expect([state.recent, state.charges.size, state.plans.get('p')?.steps.get('write')?.failures]).toEqual([[], 0, 0]);
  });
});

it('an agent that fails says why in its own last words, without its key, and where all of them are', async () => {
  const script = `const key = process.env.ROBOT_KEY; say({ type: 'session', id: 's-' + key, model: 'm-' + key, version: 'v-' + key }); console.error('no model with ' + process.env.ROBOT_KEY); console.error('    at agent.mjs:7'); process.exit(3);`;
  await withAgent(script, async (world) => {
    world.plan({ plan_id: 'p', steps: [{ ...STEP, retry: { max: 0 } }] });
    expect(await world.run()).toBe(1);
    const [run] = await receipts(world);
    const words = 'it exited with 3: no model with [redacted]';
    expect(run?.agent).toMatchObject({ detail: words, session: 's-[redacted]', model: 'm-[redacted]', version: 'v-[redacted]' });
    expect(run?.findings.map(({ message }) => message)).toEqual([expect.stringMatching(/^command failed: .*; its transcript: coo\/logs\/[0-9a-f]{2}\/[0-9a-f]{62} in the git folder$/)]);
    expect(run?.findings[0]?.message).toContain(words);
  }, { login: ['ROBOT_KEY'] });
});

it('a question ends the session, and its answer is in the next order', async () => {
  await withAgent(`if (task.order.answers) writeFileSync('answer.txt', task.order.answers[0].answer); else say({ type: 'question', to: 'you', text: 'which?' });`, async (world) => {
    world.plan({ plan_id: 'p', steps: [STEP] });
    expect(await world.run()).toBe(4);
    expect(await world.steps('p')).toBe('write blocked');
    expect(await world.eventsOf('question.asked')).toMatchObject([{ to: 'you', text: 'which?' }]);
  });
});
