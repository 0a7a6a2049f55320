// Receipts as in-toto Statements in DSSE envelopes, held against an implementation of both that is not ours. The quick suite's share is `export.test.ts`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Exported } from '../../src/app/report/export.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'a\n' });
  for (const id of ['p', 'q']) place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n  - {step_id: a, objective: a, commands: ["echo ${id} > ${id}.txt"], outputs: [${id}.txt]}\n  - {step_id: z, objective: z, commands: ["exit 1"], retry: {max: 0}}\n`);
  await place.coo(repo, 'run', '--until-idle');
});
afterEach(() => place.remove());

async function exported(...args: readonly string[]): Promise<Exported> {
  const { code, stdout } = await place.coo(repo, 'receipts', 'export', ...args, '--json');
  expect(code, stdout).toBe(0);
  const view = JSON.parse(stdout) as Exported;
  expect(shapeErrors('coo/exported.v1', view)).toEqual([]);
  return view;
}

it('says the same twice, of one plan where it is named, and bare where no key is wanted', async () => {
  const bare = await exported('--format', 'in-toto', '--plan', 'q');
  expect(bare).toMatchObject({ format: 'in-toto', keyid: null, attestations: [{ order_id: 'q.a.1', path: null }] });
  expect(await exported('--format', 'in-toto', '--plan', 'q')).toEqual(bare);
  const { stdout } = await place.coo(repo, 'receipts', 'export', '--format', 'in-toto', '--plan', 'q');
  expect(JSON.parse(stdout)).toEqual(JSON.parse(bare.attestations[0]?.text ?? ''));
  await exported('--format', 'in-toto', '--out', 'att');
  expect(readdirSync(join(repo, 'att'))).toEqual(['p.a.1.intoto.json', 'q.a.1.intoto.json']);
});

it('refuses an envelope without a key, a plan that is not there, and a format it does not know', async () => {
  const refusal = async (...args: readonly string[]): Promise<unknown> => (JSON.parse((await place.coo(repo, 'receipts', 'export', ...args, '--json')).stdout) as { readonly code: unknown }).code;
  expect(await refusal('--out', 'att')).toBe('KEY_ABSENT');
  expect(existsSync(join(repo, 'att'))).toBe(false);
  expect(await refusal('--format', 'in-toto', '--plan', 'nope')).toBe('PLAN_UNKNOWN');
  expect(await refusal('--format', 'spdx')).toBe('USAGE');
});
