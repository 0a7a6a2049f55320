import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agentTrial } from '../../src/app/worker/trial.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import { isAgent } from '../../src/kernel/org.ts';
import { KEY, OPENCODE, PROGRAMS, receiptsOf, transcriptOf, withProgram } from '../support/agent-programs.ts';
import { fail, say, shell } from '../support/model-server.ts';

const STEP = { step_id: 'write', prompt: 'Write forty-two into answer.txt.', role: 'developer', outputs: ['answer.txt'] };

describe.skipIf(!existsSync(OPENCODE.path))('opencode, by the Agent Client Protocol', () => {
  it('does what was asked: judged, merged and accounted for', async () => {
    await withProgram(OPENCODE, [shell('echo forty-two > answer.txt', { input: 100, output: 20, cache_read: 30 }), say('I wrote it.', { input: 7, output: 5 })], async ({ world, model }) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      const code = await world.run();
      const [run] = await receiptsOf(world);
      expect(code, JSON.stringify(run?.agent) + (run === undefined ? '' : transcriptOf(world, run).slice(0, 3_000))).toBe(0);
      expect(await world.steps('p')).toBe('write done');
      expect(world.repo.git('show', 'main:answer.txt')).toBe('forty-two');
      expect(JSON.stringify(model.asked.map(({ body }) => body))).toContain('Write forty-two into answer.txt.');
      // Its model stands in a file of its log-in, and every long word of such a file is kept out of the record.
      expect(run?.agent).toMatchObject({ version: expect.stringMatching(/^OpenCode 1\./), model: '[redacted]', session: expect.stringMatching(/^ses_/), denials: [], end: 'done' });
      expect(run?.narration).toContain('I wrote it.');
      // It names its cost in all, once, after its last word, and the tokens of its last call alone.
      expect(run?.agent).toMatchObject({ tokens: null, cost: { micro_usd: 160, source: 'given' } });
      expect(run === undefined ? [] : transcriptOf(world, run).match(/"sessionUpdate":"(?:tool_call|agent_message_chunk|usage_update)"/g)?.slice(-2)).toEqual(['"sessionUpdate":"agent_message_chunk"', '"sessionUpdate":"usage_update"']);
      expect(run === undefined ? [] : transcriptOf(world, run).match(/"usage_update"/g)).toHaveLength(1);
    });
  });

  it('asks for leave, is denied, and that is told', async () => {
    await withProgram(OPENCODE, [shell('echo forty-two > answer.txt'), say('I may not.')], async ({ world }) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(1);
      const [run] = await receiptsOf(world);
      expect(await world.steps('p')).toBe('write blocked');
      expect(run?.agent?.denials).toEqual([expect.stringMatching(/^execute: /)]);
      expect(run?.findings.map(({ code }) => code)).toEqual(['NOTHING_DONE', 'AGENT_DENIED']);
    }, { settings: { permission: { bash: 'ask' } } });
  });

  it('whose provider does not take its key gets nothing more, and what to do is said', async () => {
    await withProgram(OPENCODE, [fail(401, { type: 'authentication_error', message: 'invalid x-api-key' })], async ({ world, model }) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(4);
      const [run] = await receiptsOf(world);
      expect([run?.result, run?.agent?.end]).toEqual(['parked', 'login']);
      expect(await world.eventsOf('seat.unfit')).toMatchObject([{ group: 'robot', code: 'LOGIN_REFUSED' }]);
      expect(model.asked.length).toBeLessThan(6);
    });
  });

  it('that hangs is ended by its time, with all that it started', async () => {
    await withProgram(OPENCODE, [shell('(setsid nohup sleep 300 > /dev/null 2>&1 &); echo x > answer.txt'), { kind: 'hang' }], async ({ world }) => {
      world.plan({ plan_id: 'p', steps: [{ ...STEP, budget: { wall: 12_000 }, retry: { max: 0 } }] });
      expect(await world.run()).toBe(1);
      const [run] = await receiptsOf(world);
      expect([run?.result, run?.agent?.end]).toEqual(['timed_out', 'timed_out']);
      // The manager's own last children end a moment after it.
      await expect.poll(async () => world.leftovers()).toEqual([]);
    });
  });

  it('that says it is done and wrote nothing, or writes outside its scope, has failed; its key does not show', async () => {
    await withProgram(OPENCODE, [shell('env; echo y > other.txt'), say(`All done with ${KEY}.`)], async ({ world }) => {
      world.plan({ plan_id: 'p', steps: [{ ...STEP, outputs: [], scope: ['src/**'], retry: { max: 0 } }] });
      expect(await world.run()).toBe(1);
      const [run] = await receiptsOf(world);
      expect(run?.findings.map(({ code }) => code)).toEqual(['OUT_OF_SCOPE']);
      expect(run?.narration).toContain('All done with [redacted');
      expect(run === undefined ? '' : transcriptOf(world, run)).not.toContain(KEY);
    });
  });

  it('whose provider refuses has failed, with what it said', async () => {
    await withProgram(OPENCODE, [fail(400, { type: 'invalid_request_error', message: 'no such model' })], async ({ world }) => {
      world.plan({ plan_id: 'p', steps: [{ ...STEP, retry: { max: 0 } }] });
      expect(await world.run()).toBe(1);
      const [run] = await receiptsOf(world);
      expect(run?.agent).toMatchObject({ end: 'error', detail: expect.stringContaining('no such model') });
      expect(run?.findings.map(({ code }) => code)).toEqual(['AGENT_FAILED']);
    });
  });
});

describe.each([...PROGRAMS, ...(existsSync(OPENCODE.path) ? [OPENCODE] : [])])('coo doctor --seat, $package', (program) => {
  it('says what one word took', async () => {
    await withProgram(program, [say('ready', { input: 7, output: 5 })], async ({ world }) => {
      const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, [process.execPath]);
      const seat = (await world.session()).state.seats.get('robot')?.seat;
      if (seat === undefined || !isAgent(seat.harness)) throw new Error('no robot');
      const trial = await agentTrial(whole, world.ledger, { ...seat, harness: seat.harness });
      await whole.work.close();
      await whole.git.close();
      expect(trial).toEqual({ ok: true, message: expect.stringMatching(/^.*\d+\.\d+.* said "ready" in [0-9a-z ]+; \$0\.\d{2,6}, (?:0|12) tokens$/) });
    });
  });
});
