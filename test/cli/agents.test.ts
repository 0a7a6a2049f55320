// Agents as a user of the command line sees them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

const PREAMBLE = `import { readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
const task = JSON.parse(readFileSync(0, 'utf8'));
const say = (value) => console.log(JSON.stringify(value));
`;

/** A repository whose one seat beside a person is an agent: this script. */
async function withRobot(script: string, seat: object = {}, org: object = {}): Promise<void> {
  const agent = place.write(join(place.top, 'agent.mjs'), `${PREAMBLE}${script}`);
  repo = await place.project({ 'README.md': 'a project\n' });
  place.write(join(repo, '_plans/coo.yaml'), JSON.stringify({ version: 1, target: 'main', seats: [{ seat: 'robot', roles: ['developer'], harness: 'command', command: [process.execPath, agent], ...seat }, { seat: 'you', roles: ['approver'], harness: 'person' }], ...org }));
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
