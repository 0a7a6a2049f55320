// A plan that is refused is named with what is wrong with it, where people look: at the manager's lines and at the status.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

function plan(id: string, steps: readonly string[]): void {
  place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
}

interface Refused {
  readonly refused?: readonly { readonly path: string; readonly more: number; readonly faults: readonly { readonly code: string; readonly line: number | null }[] }[];
}

async function refused(): Promise<Refused['refused']> {
  return (JSON.parse((await place.coo(repo, 'status', '--json')).stdout) as Refused).refused;
}

describe('a plan that is taken', () => {
  it('with a gate that nothing looks at yet is taken with a warning, by the manager and by the lint', async () => {
    plan('gated', ['{step_id: a, objective: a, commands: ["true"], gates: ["tests.passed"]}']);
    const lint = await place.coo(repo, 'plan', 'lint');
    expect(lint.stdout).toMatch(/_plans\/gated\.plan\.yaml:4:52: warning: gates is accepted, not enforced yet: .* \[NOT_ENFORCED\]/);
    const run = await place.coo(repo, 'run', '--until-idle');
    expect(run.code).toBe(0);
    expect(run.stdout.split('\n').filter((line) => line.includes('_plans/gated.plan.yaml:4: gates is accepted, not enforced yet'))).toHaveLength(1);
  });
});

describe('a refused plan', () => {
  it('is said by the manager with every fault, and named by the status until it is mended or gone', async () => {
    plan('wrong', ['{step_id: a, objective: a, commandz: ["true"]}', '{step_id: b, objective: b, depends_on: [nothing], prompt: b}']);
    const run = await place.coo(repo, 'run', '--until-idle');
    expect(run.code).toBe(1);
    const lines = run.stdout.split('\n').filter((line) => line.includes('error  _plans/wrong.plan.yaml:'));
    expect(lines.map((line) => /yaml:(\d+): /.exec(line)?.[1])).toEqual(['4', '5']);
    expect(await refused()).toMatchObject([{ path: '_plans/wrong.plan.yaml', more: 0, faults: [{ line: 4 }, { line: 5 }] }]);
    const shown = (await place.coo(repo, 'status')).stdout;
    expect(shown).toMatch(/^✗ _plans\/wrong\.plan\.yaml {2}refused\n {4}_plans\/wrong\.plan\.yaml:4: .* \[\w+\]\n {6}next: {2}/m);
    expect(shown).not.toContain('no plans yet');
    plan('wrong', ['{step_id: a, objective: a, commands: ["true"]}']);
    expect(await refused()).toBeUndefined();
  });

  it('is named as refused, whatever is asked about its steps; one that was cancelled is not started again', async () => {
    plan('wrong', ['{step_id: a, objective: a, commandz: ["true"]}']);
    plan('good', ['{step_id: a, objective: a, prompt: a}']);
    await place.coo(repo, 'run', '--until-idle');
    for (const words of [['claim', 'wrong/a', '--seat', 'you'], ['explain', 'wrong/a']]) {
      expect(await place.coo(repo, ...words)).toMatchObject({ code: 1, stderr: expect.stringMatching(/wrong is not in the ledger: _plans\/wrong\.plan\.yaml was refused: .* \[PLAN_UNKNOWN\]\n.*coo plan lint _plans\/wrong\.plan\.yaml/) as string });
    }
    await place.coo(repo, 'plan', 'cancel', 'good', '--reason', 'not now');
    expect(await place.coo(repo, 'plan', 'start', 'good')).toMatchObject({ code: 1, stderr: expect.stringMatching(/plan good was cancelled \(.*not now\), and a plan_id is used once \[PLAN_ENDED\]\n.*coo plan new good-2/) as string });
  });

  it('with more faults than anybody reads is cut, and says how many more there are', async () => {
    plan('many', Array.from({ length: 30 }, (_, at) => `{step_id: s${String(at)}, objective: s, prompt: s, depends_on: [nothing]}`));
    const run = await place.coo(repo, 'run', '--until-idle');
    expect(run.stdout.split('\n').filter((line) => line.includes('error  _plans/many.plan.yaml'))).toHaveLength(21);
    expect(run.stdout).toContain('_plans/many.plan.yaml: and 10 more faults: coo plan lint _plans/many.plan.yaml');
    expect(await refused()).toMatchObject([{ more: 10 }]);
    expect((await place.coo(repo, 'status')).stdout).toContain('    and 10 more: coo plan lint _plans/many.plan.yaml\n');
    rmSync(join(repo, '_plans/many.plan.yaml'));
    expect(await refused()).toBeUndefined();
  });
});

describe('a plan that the ledger has not', () => {
  it('is explained by its file: refused, or a draft', async () => {
    plan('wrong', ['{step_id: a, objective: a, commandz: ["true"]}']);
    await place.coo(repo, 'run', '--until-idle');
    await place.coo(repo, 'plan', 'new', 'early');
    const told = async (subject: string): Promise<unknown> => JSON.parse((await place.coo(repo, 'explain', subject, '--json')).stdout);
    expect(await told('wrong')).toMatchObject({ code: 'PLAN_REFUSED', fix: 'coo plan lint _plans/wrong.plan.yaml' });
    expect(await told('early')).toMatchObject({ code: 'PLAN_DRAFT', fix: 'coo plan start early' });
    expect(await told('late')).toMatchObject({ code: 'SUBJECT_UNKNOWN' });
  });
});

describe('coo.yaml that is refused', () => {
  const org = (): string => readFileSync(join(repo, '_plans/coo.yaml'), 'utf8');

  it('ends a run that has nothing else to do with 1, and names the file and what to type; the lint finds it too', async () => {
    const good = org();
    place.write(join(repo, '_plans/coo.yaml'), `${good}\nseats: [\n`);
    const lint = await place.coo(repo, 'plan', 'lint');
    expect(lint).toMatchObject({ code: 1, stdout: expect.stringMatching(/^_plans\/coo\.yaml:\d+:\d+: error: .* \[YAML_\w+\]\n {2}next: {2}\S/) as string });
    const run = await place.coo(repo, 'run', '--until-idle');
    expect(run).toMatchObject({ code: 1, stdout: expect.stringMatching(/^ended: _plans\/coo\.yaml:\d+ is refused: .+: .+$/m) as string });
    place.write(join(repo, '_plans/coo.yaml'), good);
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
  });

  it('where it asks for governed mode, which cannot begin, a run does not wait for the plan that gets nothing', async () => {
    plan('held', ['{step_id: a, objective: a, commands: ["true"]}']);
    place.write(join(repo, '_plans/coo.yaml'), `mode: governed\n${org().replaceAll(/^ *mode:.*$/gm, '')}`);
    const run = await place.coo(repo, 'run', '--until-idle');
    expect(run.stdout).toContain('nothing is granted');
    expect(run).toMatchObject({ code: 1, stdout: expect.stringMatching(/^ended: _plans\/coo\.yaml:\d+ is refused: .+: .+$/m) as string });
    expect((await place.coo(repo, 'status')).stdout).toMatch(/held/);
  });
});
