import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/format/run.ts';
import { fixture } from '../support/programs.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import type { WrittenStep } from '../support/plans.ts';
import type { Script } from '../support/scripted-agent.ts';

/** A kind of harness and a program for it that does what a script says. */
export interface ScriptedHarness {
  readonly kind: 'command' | 'acp';
  /** A file of test/fixtures, without its ending. */
  readonly program: string;
}

const STEP: WrittenStep = { step_id: 'write', prompt: 'write answer.txt', role: 'developer', outputs: ['answer.txt'] };

async function receipts(world: RealWorld): Promise<readonly Run[]> {
  const events = await world.events();
  const paths = events.flatMap((event) => (event.type === 'run.accepted' || event.type === 'run.ended' ? [event.receipt] : []));
  return paths.map((path) => JSON.parse(world.repo.git('show', `coo/ledger:${path}`)) as Run);
}

/** What coo rests on, whatever agent program a seat has: real processes, a real plan. */
export function harnessContract({ kind, program }: ScriptedHarness): void {
  const command = [process.execPath, fixture(program)];

  async function after(script: Script, step: Partial<WrittenStep>, test: (world: RealWorld, code: number | null, runs: readonly Run[]) => Promise<void> | void, seat: object = {}): Promise<void> {
    await inWorld({ seats: 1, more: [{ seat: 'robot', roles: ['developer'], harness: kind, command, ...seat }], files: { 'script.json': JSON.stringify(script) } }, async (world) => {
      world.plan({ plan_id: 'p', steps: [{ ...STEP, ...step }] });
      const code = await world.run();
      await test(world, code, await receipts(world));
    });
  }

  describe(`a seat of harness ${kind}`, () => {
    it('is asked by the work order; its work is judged, merged and accounted for', async () => {
      await after([[{ do: 'use', input: 100, output: 20, cache_read: 3, cache_write: 4, usd: 0.25 }, { do: 'write', path: 'answer.txt' }, { do: 'say', text: 'wrote it' }]], {}, async (world, code, [run]) => {
        expect([code, await world.steps('p')]).toEqual([0, 'write done']);
        expect(world.repo.git('show', 'main:answer.txt')).toContain('## What to do\nwrite answer.txt\n');
        expect(run?.who).toMatchObject({ harness: kind, seat: 'robot' });
        expect(run?.agent).toMatchObject({ version: 'pretender 7', model: 'm-1', session: 's-1', tokens: { input: 100, output: 20, cache_read: 3, cache_write: 4 }, cost: { micro_usd: 250_000, source: 'given' }, denials: [], end: 'done' });
        expect(run?.narration).toBe('wrote it');
        expect(await world.eventsOf('run.spent')).toMatchObject([{ group: 'robot', tokens: 127, micro_usd: 250_000 }]);
      });
    });

    it('that says it is done and changed nothing has failed, is told why once, and then needs a person', async () => {
      await after([[{ do: 'say', text: 'all done' }]], { outputs: [] }, async (world, code, runs) => {
        expect([code, await world.steps('p')]).toEqual([1, 'write failed']);
        expect(runs.map(({ findings }) => findings.map((finding) => finding.code))).toEqual([['NOTHING_DONE'], ['NOTHING_DONE']]);
      });
    });

    it('that spends more than it may is ended while it works, and a person is asked', async () => {
      await after([[{ do: 'use', input: 1, output: 1, cache_read: 0, cache_write: 0, usd: 0.5 }, { do: 'hang' }]], { budget: { usd: 0.1 } }, async (world, code, [run]) => {
        expect([code, await world.steps('p')]).toEqual([6, 'write blocked']);
        expect([run?.agent?.end, run?.findings]).toEqual(['budget', [{ code: 'BUDGET_USD', message: 'it cost $0.50; $0.1 was left for it' }]]);
        // Nobody failed: no retry is charged, and no breaker counts it.
        expect([run?.result, (await world.fresh()).state.recent, (await world.fresh()).state.plans.get('p')?.steps.get('write')?.failures]).toEqual(['blocked', [], 0]);
      });
    });

    it("whose provider takes no more is parked until the reset, and that is nobody's failure", async () => {
      await after([[{ do: 'limit', ms: 1_500 }], [{ do: 'write', path: 'answer.txt', text: 'x' }, { do: 'say', text: 'done' }]], { retry: { max: 0 } }, async (world, code, runs) => {
        expect([code, await world.steps('p')]).toEqual([0, 'write done']);
        expect(await world.eventsOf('seat.parked')).toMatchObject([{ group: 'robot', why: 'quota' }]);
        expect(runs.map(({ result }) => result)).toEqual(['parked', 'passed']);
      });
    });

    it('that was denied something it needed is not tried again', async () => {
      await after([[{ do: 'may', path: 'answer.txt' }, { do: 'say', text: 'I may not' }]], {}, async (world, code, runs) => {
        expect([code, await world.steps('p')]).toEqual([1, 'write blocked']);
        expect(runs.map(({ agent, findings }) => [agent?.denials, findings.map((finding) => finding.code)])).toEqual([[['edit: answer.txt'], ['NOTHING_DONE', 'AGENT_DENIED']]]);
      });
    });

    it('that asks something waits for the answer', async () => {
      await after([[{ do: 'ask', to: 'you', text: 'which?' }, { do: 'say', text: 'I asked' }]], {}, async (world, code) => {
        expect([code, await world.steps('p')]).toEqual([4, 'write blocked']);
        expect(await world.eventsOf('question.asked')).toMatchObject([{ to: 'you', text: 'which?' }]);
      });
    });

    it('that dies has failed, and how is said', async () => {
      await after([[{ do: 'die', code: 3 }]], { retry: { max: 0 } }, async (world, code, [run]) => {
        expect([code, await world.steps('p')]).toEqual([1, 'write failed']);
        expect([run?.agent?.end, run?.findings.map((finding) => finding.code)]).toEqual(['error', ['AGENT_FAILED']]);
        expect(run?.agent?.detail).toMatch(/^it exited with 3/);
      });
    });

    it('that hangs is ended by its wall time', async () => {
      await after([[{ do: 'hang' }]], { budget: { wall: 2_000 }, retry: { max: 0 } }, (_world, code, [run]) => {
        expect([code, run?.result, run?.agent?.end]).toEqual([1, 'timed_out', 'timed_out']);
      });
    });

    it('whose program ends before it says a word has failed, and that is said', async () => {
      await after([[{ do: 'die', code: 0 }]], { retry: { max: 0 }, outputs: [] }, (_world, code, [run]) => {
        expect([code, run?.result, run?.findings.map((finding) => finding.code)]).toEqual([1, 'failed', [kind === 'command' ? 'NOTHING_DONE' : 'AGENT_FAILED']]);
      });
    });
  });
}
