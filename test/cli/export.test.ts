// Receipts as in-toto Statements in DSSE envelopes, held against an implementation of both that is not ours.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crypto, dsse } from '@sigstore/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Exported } from '../../src/app/report/export.ts';
import type { DsseEnvelope } from '../../src/format/dsse.ts';
import type { Statement } from '../../src/format/in-toto.ts';
import { readPublicKey } from '../../src/format/ssh-key.ts';
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

/** Whether a stranger with the public key takes the envelope. */
function isGood({ payload, payloadType, signatures }: DsseEnvelope, spki: Buffer): boolean {
  const signed = dsse.preAuthEncoding(payloadType, Buffer.from(payload, 'base64'));
  return signatures.length === 1 && signatures.every(({ sig }) => crypto.verify(signed, crypto.createPublicKey(spki), Buffer.from(sig, 'base64')));
}

it('gives a signed envelope for each accepted step, which a stranger verifies and reads', async () => {
  const made = await place.coo(repo, 'key', 'new', '--principal', 'op@example.com', '--json');
  expect(made.code, made.stdout).toBe(0);
  const { attestations, keyid } = await exported('--out', 'att');
  expect(attestations.map(({ order_id, path }) => [order_id, path])).toEqual(['p', 'q'].map((id) => [`${id}.a.1`, join(repo, `att/${id}.a.1.dsse.json`)]));
  const shown = JSON.parse((await place.coo(repo, 'key', 'show', '--json')).stdout) as { readonly keys: readonly { readonly key: string; readonly fingerprint: string }[] };
  const key = readPublicKey(shown.keys[0]?.key ?? '');
  if (!key.ok) throw new Error(key.fault.message);
  expect(keyid).toBe(key.key.fingerprint);
  const spki = key.key.object.export({ format: 'der', type: 'spki' });
  const text = readFileSync(join(repo, 'att/p.a.1.dsse.json'), 'utf8');
  const envelope = JSON.parse(text) as DsseEnvelope;
  expect([envelope.payloadType, envelope.signatures[0]?.keyid, isGood(envelope, spki)]).toEqual(['application/vnd.in-toto+json', keyid, true]);
  for (const spoilt of [{ ...envelope, payloadType: 'application/json' }, { ...envelope, payload: Buffer.from(`${Buffer.from(envelope.payload, 'base64').toString()} `).toString('base64') }, { ...envelope, signatures: [{ ...envelope.signatures[0], keyid: '', sig: Buffer.alloc(64).toString('base64') }] }]) expect(isGood(spoilt, spki)).toBe(false);

  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Statement;
  expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'urn:git-coo:run:v1', predicate: { plan_id: 'p', step_id: 'a', run: { schema: 'coo/run.v1', result: 'passed' } } });
  const [merged, output] = statement.subject;
  expect([merged?.digest['gitCommit'], merged?.digest['gitTree']]).toEqual([place.git(repo, 'rev-parse', 'coo/p'), place.git(repo, 'rev-parse', 'coo/p^{tree}')]);
  expect(output).toEqual({ name: 'p.txt', digest: { sha256: sha256(place.git(repo, 'rev-parse', 'coo/p:p.txt')) } });
  const { path, sha256: stated } = statement.predicate.receipt;
  expect(sha256(place.git(repo, 'rev-parse', `coo/ledger:${path}`))).toBe(stated);
});

/** Of a blob's bytes, as git has them. */
function sha256(blob: string): string {
  return createHash('sha256').update(execFileSync('git', ['cat-file', 'blob', blob], { cwd: repo, env: place.env })).digest('hex');
}
