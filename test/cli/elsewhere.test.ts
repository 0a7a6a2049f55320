// `coo -C`: a folder that is none.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

it.each([
  ['none', 'there is no folder'],
  ['note.txt', 'is no folder'],
  ['note.txt/below', 'there is no folder'],
])('%s: every command says so, and what to type', async (name, what) => {
  place.write(join(repo, 'note.txt'), 'hello\n');
  const path = join(repo, name);
  for (const words of ['status', 'init --yes', 'plan lint', 'run --once', 'gc', 'verify']) {
    const { code, stdout } = await place.coo(repo, '-C', path, ...words.split(' '), '--json');
    expect([words, code, JSON.parse(stdout)]).toEqual([words, 1, { schema: 'coo/error.v1', code: 'GIT_NOT_A_REPOSITORY', message: what.startsWith('there') ? `there is no folder ${path}` : `${path} is no folder`, fix: 'name a folder inside a repository: coo -C <dir> ...' }]);
  }
});
