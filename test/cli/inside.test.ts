// Inside an attempt's workspace there is no ledger: whoever asks there is told where it is.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

it('says whose workspace it is and where the repository is, and makes no ledger there', async () => {
  const asked = join(place.top, 'asked');
  mkdirSync(asked);
  const ask = ['status', 'explain p', 'run --once', 'init --yes', 'verify', 'claim p/s --seat you', 'plan lint'].map((words) => `${words.startsWith('explain') ? 'env -i PATH="$PATH" HOME="$HOME" ' : ''}coo ${words} --json >"${asked}/${words.split(' ')[0] ?? ''}" || true`).join('; ');
  place.write(join(repo, '_plans/p.plan.json'), JSON.stringify({ plan_id: 'p', title: 'p', steps: [{ step_id: 's', objective: 's', commands: [`mkdir sub; cd sub; ${ask}; git status --porcelain >"${asked}/git"`], retry: { max: 0 } }] }));
  const run = await place.coo(repo, 'run', '--until-idle');
  expect(run, run.stdout).toMatchObject({ code: 0 } satisfies Partial<Said>);
  const answers = readdirSync(asked).filter((name) => name !== 'git').map((name) => [name, JSON.parse(readFileSync(join(asked, name), 'utf8')) as unknown] as const);
  expect(answers).toHaveLength(7);
  for (const [name, answer] of answers) {
    expect(answer, name).toEqual({ schema: 'coo/error.v1', code: 'INSIDE_ATTEMPT', message: expect.stringMatching(/^\/.*\/p\.s\.1 is the workspace of an attempt \(p\.s\.1\); its ledger is in \/.*\/repo$/), fix: `coo -C ${repo} status` });
  }
  expect(readFileSync(join(asked, 'git'), 'utf8')).toBe('');
});

it('says "coo init" everywhere else, also in a clone that borrows objects', async () => {
  for (const [name, ...how] of [['plain', 'init'], ['p.s.1', 'clone', '--shared', '--single-branch', '--branch', 'main', repo]] as const) {
    const folder = join(place.top, name);
    place.git(place.top, ...how, '-q', folder);
    expect(JSON.parse((await place.coo(folder, 'status', '--json')).stdout)).toMatchObject({ code: 'NO_LEDGER', fix: 'coo init' });
  }
});
