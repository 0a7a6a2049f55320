/**
 * Three agents that know only `_bus/README.md`, two people with the CLI and the manager's own seats finish one plan together, whatever goes
 * wrong on the way.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EventType } from '../../src/kernel/event.ts';
import type { StepState } from '../../src/kernel/state.ts';
import { PAGE, runShell } from '../support/bus-page.ts';
import { once } from '../support/plans.ts';
import type { WrittenStep } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld, stepOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const COO = join(import.meta.dirname, '../../dist/bin/coo.js');
const LONG_MS = 240_000;
const ids = (letter: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${letter}${String(at + 1)}`);

/** One person's command. Gives what it printed; throws when it fails. */
async function coo(world: RealWorld, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [COO, ...args], { cwd: world.folder, env: { ...world.env, NO_COLOR: '1' }, encoding: 'utf8', maxBuffer: 67_108_864 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`coo ${args.join(' ')} ended with ${String(error.code)}:\n${stdout}\n${stderr}`, { cause: error }));
    });
  });
}

/** Waits long: the machine may have much else to do. */
async function untilSoFar(world: RealWorld, what: string, probe: (step: (id: string) => StepState) => boolean): Promise<void> {
  await eventually(
    () => what,
    async () => {
      const session = await world.session();
      const step = (id: string): StepState => {
        const found = stepOf(session, `story/${id}`);
        if (found === undefined) throw new Error(`there is no story/${id}`);
        return found;
      };
      return probe(step) || undefined;
    },
    LONG_MS,
  );
}

/** The loop of an agent, in the page's words. It asks in w3, shows a wrong fence in w2 and dawdles in w5, each at the first try. */
function agent(signs: { readonly stop: string; readonly holding: string; readonly goOn: string }): string {
  return `
while [ ! -e '${signs.stop}' ]; do
  ${PAGE.find}
  [ -n "$OFFER" ] || { sleep 0.2; continue; }
  ${PAGE.claim}
  ${PAGE.wait}
  [ -n "$FENCE" ] || { sleep 0.2; continue; }
  if [ $STEP = w3 ] && ! grep -q '"answers"' _bus/orders/$PLAN/$STEP.$FENCE.json; then
    ${PAGE.report['step.question']}
    while [ -e _bus/claims/$KEY.json ]; do sleep 0.1; done
    continue
  fi
  if [ $STEP = w2 ]; then FENCE=$((FENCE+7)); ${PAGE.report['step.progress']}; FENCE=$((FENCE-7)); fi
  if [ $STEP = w5 ] && [ $FENCE = 1 ]; then : > '${signs.holding}'; while [ ! -e '${signs.goOn}' ]; do sleep 0.1; done; fi
  ${PAGE.worktree}
  echo "$SEAT" > $WORK/$STEP.txt
  ${PAGE.commit}
  ${PAGE.report['step.progress']}
  ${PAGE.report['step.done']}
  while [ "$(field fence _bus/claims/$KEY.json 2>/dev/null)" = "$FENCE" ]; do sleep 0.1; done
  git worktree remove --force $WORK
done`;
}

/** A person does a step: claims it, writes its file in a worktree, says that it is done. */
async function byPerson(world: RealWorld, id: string, seat: string, how: 'claim' | 'take' = 'claim'): Promise<void> {
  const why = how === 'take' ? ['--reason', 'it goes in circles'] : [];
  const granted = JSON.parse(await coo(world, how, `story/${id}`, '--seat', seat, ...why, '--json')) as { fence: number; start_commit: string };
  const work = join(world.scratch, `by-${seat}-${id}`);
  world.repo.git('worktree', 'add', '-q', '--detach', work, granted.start_commit);
  writeFileSync(join(work, `${id}.txt`), `${seat}\n`);
  world.repo.git('-C', work, 'add', '-A');
  world.repo.git('-C', work, 'commit', '-q', '-m', `${id} by ${seat}`);
  await coo(world, 'done', `story/${id}`, '--fence', String(granted.fence), '--commit', world.repo.git('-C', work, 'rev-parse', 'HEAD'));
}

it('three agents with a shell, two people and the manager’s seats finish thirty steps together; the ledger tells it as it was', { timeout: 900_000 }, async () => {
  await inWorld({ agents: 3, seats: 3, limits: { lease: 30_000, beat: 2_000 } }, async (world) => {
    const mark = (name: string): string => world.out(name);
    const wait = (name: string): string => `while [ ! -e '${mark(name)}' ]; do sleep 0.05; done`;
    const writes = (id: string, after: string): WrittenStep => once(id, `echo shell > ${id}.txt`, { outputs: [`${id}.txt`], role: 'developer', depends_on: [after], retry: { max: 2 } });
    const words = ids('w', 12).map((id): WrittenStep => ({ step_id: id, prompt: `write ${id}.txt`, role: 'writer', outputs: [`${id}.txt`] }));
    const people = [['p1', 'approver'], ['p2', 'approver'], ['t1', 'thinker'], ['t2', 'thinker']].map(([step_id = '', role = '']): WrittenStep => ({ step_id, prompt: 'a person decides', role, outputs: [`${step_id}.txt`] }));
    const steps: readonly WrittenStep[] = [
      // c2 is tried first beside c1, which changes the same file, and conflicts; then it begins where c1 ended.
      { step_id: 'c1', commands: [`${wait('c2')}; echo one > shared.txt`], role: 'developer' },
      { step_id: 'c2', commands: [`case $COO_ORDER in *.1) : > '${mark('c2')}'; ${wait('c3')};; esac; echo two > shared.txt`], role: 'developer', retry: { max: 2 } },
      { step_id: 'c3', commands: [`: > '${mark('c3')}'`], role: 'developer', depends_on: ['c1'] },
      ...ids('s', 9).map((id) => writes(id, 'c3')),
      { ...writes('u1', 's1'), rollback: ['rm u1.txt'] },
      ...words,
      ...people,
      { step_id: 'end', prompt: 'look at all of it', role: 'approver', outputs: ['end.txt'], depends_on: ['c2', 'u1', ...ids('s', 9), ...words.map(({ step_id }) => step_id), ...people.map(({ step_id }) => step_id)] },
    ];
    expect(steps).toHaveLength(30);
    world.plan({ plan_id: 'story', title: 'A story', steps });
    const first = world.manager('stopped');
    const signs = { stop: mark('stop'), holding: mark('holding'), goOn: mark('go-on') };
    const agents = ids('ada-', 3).map(async (seat) => runShell(world, 'bash', seat, agent(signs)));

    // Torn by whoever wrote it; and somebody asks for a step in the place of its holder.
    world.drop('_bus/in/torn.json', '{"type": "step.done", "plan_id": "st');
    await eventually(() => 'w5 held', () => existsSync(signs.holding) || undefined, LONG_MS);
    world.drop('_bus/claims/story.w5.json', `${JSON.stringify({ plan_id: 'story', step_id: 'w5', seat: 'me-2', nonce: 'thief' })}\n`);
    await untilSoFar(world, 'the thief to be told', () => world.rejected().some(({ file, codes }) => file.startsWith('story.w5.') && codes[0] === 'CLAIM_HELD'));
    await untilSoFar(world, 'a conflict and half the words', (step) => step('c2').fence >= 2 && words.filter(({ step_id }) => step(step_id).status === 'done').length >= 4);

    // The manager dies; the agents go on, and find another.
    await first.kill();
    const second = world.manager('stopped');
    await untilSoFar(world, 'a question', (step) => step('w3').question !== null);
    expect(await coo(world, 'inbox')).toContain('coo answer story/w3');
    await coo(world, 'answer', 'story/w3', '--text', 'blue');
    await byPerson(world, 'w5', 'me-1', 'take');
    writeFileSync(signs.goOn, '');
    for (const [id, seat] of [['p1', 'you'], ['t1', 'me-2'], ['p2', 'you'], ['t2', 'me-2']] as const) {
      await byPerson(world, id, seat);
      await untilSoFar(world, `${id} done`, (step) => step(id).status === 'done');
    }
    await untilSoFar(world, 'u1 done', (step) => step('u1').status === 'done');
    await coo(world, 'undo', 'story/u1', '--reason', 'nobody wants it');
    await untilSoFar(world, 'all but the end', (step) => step('end').status === 'ready' && step('undo-u1').status === 'done');
    writeFileSync(signs.stop, '');
    await Promise.all(agents);
    await byPerson(world, 'end', 'you');
    await eventually(() => 'the plan in its target', async () => (await world.session()).state.plans.get('story')?.integration.kind === 'done' || undefined, LONG_MS);
    await second.drain();

    // What came of it.
    const files = [...ids('s', 9), ...ids('w', 12), 'p1', 'p2', 't1', 't2', 'end'].map((id) => `${id}.txt`);
    expect(world.tree('main').filter((path) => path.endsWith('.txt')).sort()).toEqual([...files, 'shared.txt'].sort());
    expect([world.repo.git('show', 'main:shared.txt'), world.repo.git('show', 'main:w5.txt')]).toEqual(['two', 'me-1']);

    // What the ledger has of it.
    const events = await world.events();
    const of = (type: EventType): readonly unknown[] => events.filter((event) => event.type === type);
    expect(of('run.accepted')).toHaveLength(31);
    expect(of('epoch.began')).toHaveLength(2);
    expect(of('question.asked')).toMatchObject([{ step_id: 'w3', to: 'you', text: 'red or blue?' }]);
    expect(of('question.answered')).toMatchObject([{ step_id: 'w3', text: 'blue' }]);
    expect(of('claim.revoked')).toMatchObject([{ step_id: 'w5', fence: 1, reason: 'it goes in circles' }]);
    expect(of('step.undone')).toMatchObject([{ step_id: 'u1', reason: 'nobody wants it' }]);
    expect(of('run.ended')).toMatchObject([{ step_id: 'c2', result: 'blocked', conflict: { paths: ['shared.txt'] } }]);
    const refused = (of('message.refused') as readonly { name: string; code: string }[]).map(({ code }) => code);
    expect([...new Set(refused)].sort()).toEqual(expect.arrayContaining(['CLAIM_HELD', 'FENCE_UNKNOWN', 'JSON_SYNTAX']));
    // A late word of the agent that lost w5 was refused.
    expect(refused.some((code) => code === 'FENCE_OLD' || code === 'CLAIM_NONE')).toBe(true);
    const seats = new Set((of('step.claimed') as readonly { seat: string }[]).map(({ seat }) => seat));
    expect([...seats].filter((seat) => !seat.startsWith('dev-')).sort()).toEqual(['ada-1', 'ada-2', 'ada-3', 'me-1', 'me-2', 'you']);

    // As a story.
    const log = await coo(world, 'log', '--limit', '1000');
    for (const line of ['story  accepted, 30 steps', 'story/w3  asks you: red or blue?', 'story/w3  answered by', 'story/w5  taken from its holder by', 'story/u1  is taken back by story/undo-u1', 'story/end  done', 'story  done, in main']) expect(log).toContain(line);
    expect(log).not.toContain('handled');
    expect(JSON.parse(await coo(world, 'verify', '--json'))).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(join(world.folder, '_bus/out/manager-report/waiting.json'), 'utf8'))).toMatchObject({ waiting: [], more: 0 });
  });
});
