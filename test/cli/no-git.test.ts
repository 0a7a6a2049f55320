// A machine without git, and what git says that nobody needs to read.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(() => {
  place = scratch();
  repo = join(place.top, 'repo');
  mkdirSync(join(place.top, 'empty'));
  mkdirSync(repo);
  place.git(repo, 'init', '-q', '-b', 'main');
  place.git(repo, 'commit', '-q', '--allow-empty', '-m', 'first');
});
afterEach(() => place.remove());

it('without git on PATH each command says that it was not found, and how to get it', async () => {
  const fix = 'install git 2.39 or newer (https://git-scm.com/downloads) and put it on PATH';
  const withoutGit = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await place.within({ PATH: join(place.top, 'empty') }, repo, ...args, '--json')).stdout.trimEnd().split('\n').at(-1) ?? '');
  expect(await withoutGit('init', '--yes')).toEqual({ schema: 'coo/error.v1', code: 'GIT_NOT_STARTED', message: 'git was not found on PATH', fix });
  await place.coo(repo, 'init', '--yes');
  expect(await withoutGit('done', 'p/s', '--fence', '1')).toEqual({ schema: 'coo/error.v1', code: 'GIT_NOT_STARTED', message: 'git was not found on PATH', fix });
  expect(await withoutGit('gc')).toEqual({ schema: 'coo/error.v1', code: 'GIT_NOT_STARTED', message: 'git was not found on PATH', fix });
  const run = await withoutGit('run', '--once');
  expect(run).toEqual({ schema: 'coo/error.v1', code: 'PUBLISH_FAILED', message: 'git failed while the ledger was appended to, and nothing was published: GIT_NOT_STARTED: git was not found on PATH', fix });
  expect(await withoutGit('status')).toMatchObject({ schema: 'coo/status.v1' });
});

it('a step whose work cannot be sealed says why in one line, without hints', async () => {
  await place.coo(repo, 'init', '--yes');
  place.write(join(repo, '_plans/p.plan.json'), JSON.stringify({ plan_id: 'p', title: 'p', steps: [{ step_id: 's', objective: 's', commands: ['echo broken >.git/packed-refs; echo s >s.txt'], retry: { max: 0 } }] }));
  const { stdout } = await place.coo(repo, 'run', '--until-idle');
  expect(stdout).toMatch(/p\/s {2}failed: the change could not be sealed: git \w[\w-]* in the workspace exited with \d+: (?:fatal|error): [^\n]+; no attempt is left/);
  expect(stdout).not.toMatch(/hint:|EPIPE/);
});
