// Where a real agent works: what it reaches of the machine, how it asks from there, and the whole of it as a user types it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAMS, receiptsOf, withProgram } from '../support/agent-programs.ts';
import { scratch } from '../support/cli.ts';
import { ModelServer, say, shell } from '../support/model-server.ts';

const STEP = { step_id: 'write', prompt: 'Write answer.txt.', role: 'developer', outputs: ['answer.txt'] };
const ASKS = `printf '{"type":"step.question","plan_id":"p","step_id":"write","fence":1,"to":"you","text":"In which language?"}' > "$COO_INBOX/q.json"`;

describe.each(PROGRAMS)('$harness', (program) => {
  it('asks by its inbox, beside its workspace: the step waits for the answer', async () => {
    await withProgram(program, [shell(ASKS), say('I asked.')], async ({ world }) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(4);
      expect(await world.steps('p')).toBe('write blocked');
      expect(await world.eventsOf('question.asked')).toMatchObject([{ to: 'you', text: 'In which language?' }]);
    });
  });

  it.each([
    ['question', 'In which language?', 4, [{ to: 'anyone', text: 'In which language?' }]],
    ['blocked', 'There is no specification.', 1, []],
  ] as const)('ends with the outcome %s, in the form that it is held to: the step waits for a person', async (outcome, text, exit, questions) => {
    await withProgram(program, [say(text, undefined, outcome)], async ({ world }) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(exit);
      expect(await world.steps('p')).toBe('write blocked');
      expect(await world.eventsOf('question.asked')).toMatchObject(questions);
      const [run] = await receiptsOf(world);
      expect([run?.agent?.end, run?.narration]).toEqual(['asked', text]);
    });
  });

  it("works in coo's sandbox, and reaches its provider and nothing of the operator's", async () => {
    await withProgram(program, [say('not yet')], async ({ world, model }) => {
      const looks = `(ls '${join(world.repo.gitDir, 'coo')}'; ls '${join(world.scratch, 'out')}'; touch '${join(world.scratch, 'out', 'escaped')}'; cat '${join(world.scratch, 'home', 'secret')}'; echo "$HOME") > answer.txt 2>&1; true`;
      writeFileSync(join(world.scratch, 'home', 'secret'), 'not to be read');
      model.follow([shell(looks), say('done')]);
      world.plan({ plan_id: 'p', steps: [STEP] });
      const code = await world.run();
      const [run] = await receiptsOf(world);
      expect(code, JSON.stringify(run?.agent)).toBe(0);
      expect(run?.who.sandbox).toBe('bubblewrap');
      const seen = world.repo.git('show', 'main:answer.txt');
      expect(seen).not.toContain('not to be read');
      expect(world.lines('escaped')).toEqual([]);
    }, { seat: (host: string) => ({ sandbox: 'required', network: [host] }) });
  });

  it('from coo init to its receipt', async () => {
    const model = await ModelServer.start([shell('echo forty-two > answer.txt'), say('I wrote it.')]);
    const place = scratch();
    try {
      for (const [path, text] of Object.entries(program.home(model.url, {}))) {
        mkdirSync(dirname(join(place.home, path)), { recursive: true });
        writeFileSync(join(place.home, path), text);
      }
      const folder = await place.project({ 'a.txt': 'a\n' });
      const seat = { seat: 'robot', roles: ['developer'], harness: program.harness, command: [program.path, ...(program.args ?? [])], ...program.seat };
      place.write(join(folder, '_plans/coo.yaml'), JSON.stringify({ version: 1, target: 'main', seats: [seat, { seat: 'you', roles: ['approver'], harness: 'person' }] }));
      place.write(join(folder, '_plans/p.plan.yaml'), JSON.stringify({ plan_id: 'p', title: 'an answer', steps: [{ ...STEP, objective: 'an answer' }] }));
      const ran = await place.within(program.env(model.url), folder, 'run', '--until-idle');
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(place.git(folder, 'show', 'main:answer.txt')).toBe('forty-two');
      const shown = (await place.coo(folder, 'receipts', 'show', 'p.write.1')).stdout;
      expect(shown).toMatch(/\n {2}verdict {3}Accepted on evidence/);
      expect(shown).toMatch(/\n {2}agent {5}\S.* program \d+\.\d+\.\d+, session \S+\n {12}[23] turns; 20 tokens in, 10 out, 0 from a cache, 0 into one; \$0\.000\d, (?:as its program says|by the price table of \d{4}-\d\d-\d\d)\n {2}ended {5}done\n/);
      expect((await place.coo(folder, 'verify')).code).toBe(0);
    } finally {
      place.remove();
      await model.close();
    }
  });
});
