import { describe, expect, it } from 'vitest';
import { PROGRAMS, receiptsOf, withProgram } from '../support/agent-programs.ts';
import { say, shell } from '../support/model-server.ts';

const STEP = { step_id: 'write', prompt: 'Write forty-two into answer.txt.', role: 'developer', outputs: ['answer.txt'] };
/** Claude counts its answer, which is the call of a tool, as a turn of its own. */
const TURNS = { claude: 3, codex: 2, acp: null };

describe.each(PROGRAMS)('$harness', (program) => {
  it('does what was asked: judged, merged and accounted for', async () => {
    await withProgram(program, [shell('echo forty-two > answer.txt', { input: 100, output: 20, cache_read: 30 }), say('I wrote it.', { input: 7, output: 5 })], async ({ world, model }) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(0);
      expect(await world.steps('p')).toBe('write done');
      expect(world.repo.git('show', 'main:answer.txt')).toBe('forty-two');
      expect(JSON.stringify(model.asked[0]?.body)).toContain('Write forty-two into answer.txt.');
      const [run] = await receiptsOf(world);
      expect(run?.who).toMatchObject({ harness: program.harness, seat: 'robot' });
      expect(run?.agent).toMatchObject({ turns: TURNS[program.harness], tokens: { input: 107, output: 25, cache_read: 30, cache_write: 0 }, denials: [], end: 'done' });
      expect(run?.narration).toContain('I wrote it.');
      expect(await world.eventsOf('run.spent')).toMatchObject([{ group: 'robot', tokens: 162 }]);
    });
  });
});
