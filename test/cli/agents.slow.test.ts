// Agents as a user of the command line sees them. The quick suite's share is `agents.test.ts`.
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';
import { robotProject } from '../support/robot.ts';

let place: Scratch;
let repo: string;

beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

async function withRobot(script: string, seat: object = {}, org: object = {}): Promise<void> {
  repo = await robotProject(place, script, seat, org);
}

function plan(steps: readonly object[], more: object = {}): void {
  place.write(join(repo, '_plans/p.plan.json'), JSON.stringify({ plan_id: 'p', title: 'p', ...more, steps }));
}
const STEP = { step_id: 'write', objective: 'write answer.txt', prompt: 'Write it.', role: 'developer', outputs: ['answer.txt'] };

async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await place.coo(repo, ...args, '--json')).stdout) as Record<string, unknown>;
}

it('what an agent is asked names its inputs by what they are in git, and the words that it is told work', async () => {
  await withRobot(`
    writeFileSync('answer.txt', task.prompt);
    execFileSync('coo', ['progress', '--text', 'half of it']);
    if (task.order.attempt === 1) execFileSync('coo', ['ask', '--to', 'anyone', '--text', 'which?']);`);
  mkdirSync(join(repo, 'docs'));
  writeFileSync(join(repo, 'docs/a.md'), 'a');
  place.git(repo, 'add', 'docs');
  place.git(repo, 'commit', '-q', '-m', 'docs');
  plan([{ ...STEP, inputs: ['README.md', 'docs', '*.md', 'absent/x'] }]);
  const asked = await place.coo(repo, 'run', '--until-idle');
  expect(asked, asked.stdout + asked.stderr).toMatchObject({ code: 4 } satisfies Partial<Said>);
  expect(await place.coo(repo, 'answer', 'p/write', '--text', 'this one')).toMatchObject({ code: 0 });
  expect(await place.coo(repo, 'run', '--until-idle')).toMatchObject({ code: 0 });
  const prompt = place.git(repo, 'show', 'main:answer.txt');
  const [readme, docs] = ['README.md', 'docs'].map((path) => place.git(repo, 'rev-parse', `main~1:${path}`));
  expect(prompt).toContain(`- README.md (git object ${String(readme)})\n- docs (git object ${String(docs)})\n- *.md\n- absent/x\n`);
  expect(prompt).toContain('- Asked: which?\n  Answered by ');
  expect(await json('receipts', 'show', 'p.write.1')).toMatchObject({ narration: 'half of it', result: 'blocked' });
});

type Doctor = { readonly ok: boolean; readonly findings: readonly { readonly check: string; readonly state: string; readonly message: string; readonly fix?: string }[] };

async function doctor(...args: readonly string[]): Promise<readonly string[]> {
  const said = JSON.parse((await place.within({ ROBOT_KEY: 'sk-robot-0123456789' }, repo, 'doctor', '--json', ...args)).stdout) as Doctor;
  return said.findings.filter(({ check }) => check === 'agents').map(({ state, message, fix }) => `${state}: ${message}${fix === undefined ? '' : ` -> ${fix}`}`);
}
const READY = `say({ type: 'session', version: 'robot 7' }); say({ type: 'usage', input: 10, output: 2, usd: 0.01 }); say({ type: 'done', summary: 'ready ' + process.env.ROBOT_KEY + ' ' + task.order.agent.kind });`;

it('coo doctor looks for the programs and log-ins of agents, and asks one that is named for a word', async () => {
  await withRobot(READY, { login: ['ROBOT_KEY'] });
  expect((await place.coo(repo, 'doctor')).stdout).toContain('_plans/coo.yaml was changed and is not taken over yet');
  await place.coo(repo, 'run', '--once');
  expect((await place.coo(repo, 'doctor')).stdout).toContain('_plans/coo.yaml reads');
  expect(await doctor()).toEqual(['ok: coo doctor --seat robot asks its agent for a word']);
  expect(await doctor('--seat', 'robot')).toEqual([expect.stringMatching(/^ok: robot: robot 7 said "ready \[redacted\] command" in [0-9a-z ]+; \$0\.01, 12 tokens$/)]);
  expect(await doctor('--seat', 'you')).toEqual(['ok: you has no agent']);
  expect(await place.coo(repo, 'doctor', '--seat', 'nobody', '--json')).toMatchObject({ code: 2, stdout: expect.stringContaining('"code":"SEAT_UNKNOWN"') as string });
  const plain = await place.coo(repo, 'doctor', '--seat', 'robot');
  expect([plain.code, plain.stdout]).toEqual([1, expect.stringMatching(/bad {5}seats {6}robot: nothing of its login is there: ROBOT_KEY\n[^]*skipped agents {5}robot was not asked for a word: it lacks what it needs\n/)]);
  expect(readdirSync(join(place.top, 'state/coo')).flatMap((ledger) => readdirSync(join(place.top, 'state/coo', ledger))).filter((name) => name.startsWith('.doctor'))).toEqual([]);
});

it('asks for a word where steps find the program: on the operator\'s own PATH', async () => {
  await withRobot('', { command: ['robot-of-mine'] });
  const bin = join(place.top, 'elsewhere');
  place.write(join(bin, 'robot-of-mine'), `#!${process.execPath}\nprocess.stdin.resume().on('end', () => console.log('{"type":"done","summary":"here"}'));\n`);
  chmodSync(join(bin, 'robot-of-mine'), 0o755);
  const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
  await place.within({ PATH }, repo, 'run', '--once');
  expect((await place.within({ PATH }, repo, 'doctor', '--seat', 'robot')).stdout).toMatch(/ok {6}agents {5}robot: .* said "here" in /);
});

it('of several seats of one name, that name is enough for the doctor', async () => {
  await withRobot(READY, { count: 2, login: ['ROBOT_KEY'] });
  await place.coo(repo, 'run', '--once');
  const word = expect.stringMatching(/^ok: robot(?:-2)?: robot 7 said/) as string;
  expect([await doctor('--seat', 'robot'), await doctor('--seat', 'robot-2')]).toEqual([[word], [word]]);
});

it('coo doctor says what keeps an agent from answering', async () => {
  await withRobot(`if (process.env.ROBOT_KEY === 'full') { say({ type: 'quota', until: '2030-01-01T00:00:00Z' }); process.exit(1); } console.error('no key ' + process.env.ROBOT_KEY); process.exit(3);`, { login: ['ROBOT_KEY'] });
  await place.coo(repo, 'run', '--once');
  expect(await doctor('--seat', 'robot')).toEqual(['bad: robot: its program ended with error: it exited with 3: no key [redacted] -> log in with the program once, and name what holds the log-in in login: of the seat']);
  const full = await place.within({ ROBOT_KEY: 'full' }, repo, 'doctor', '--seat', 'robot', '--json');
  expect([full.code, (JSON.parse(full.stdout) as Doctor).findings]).toEqual([0, expect.arrayContaining([{ check: 'agents', state: 'warn', message: 'robot: its program is there, and its provider takes no more now', fix: 'try again after 2030-01-01T00:00:00.000Z' }])]);
});
