// A publish that throws leaves events in the fold that no entry holds: whoever goes on with the same session starts from what was published.
import { expect, it } from 'vitest';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { step } from '../../src/app/step.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import type { Input } from '../../src/kernel/input.ts';
import { fingerprint } from '../kernel/fingerprint.ts';
import { FakeRepo } from '../support/fake-world.ts';
import { org } from '../support/state-builder.ts';

const pause = (reason: string): Input => ({ type: 'pause', scope: 'all', by: 'op', reason, at_ms: 1 });
const options = { writer: 'test', withinMs: 1_000 };

const failing: readonly (readonly [string, string, (world: LedgerWorld) => LedgerWorld])[] = [
  ['git does not write', 'PUBLISH_FAILED', (world) => ({ ...world, git: { ...world.git, write: () => Promise.reject(new Error('no git')) } })],
  ['git does not swap', 'PUBLISH_FAILED', (world) => ({ ...world, git: { ...world.git, swap: () => Promise.reject(new Error('no git')) } })],
  ['the key cannot be used', 'KEY_PERMISSIONS', (world) => ({ ...world, keys: () => Promise.reject(Object.assign(new Error('mode 644'), { code: 'KEY_PERMISSIONS', fix: 'chmod' })) })],
];

it.each(failing)('%s: the session goes on as the ledger is', async (_what, code, spoil) => {
  const repo = await FakeRepo.founded(org());
  const good = repo.process();
  const lists = await LedgerSession.open(good, 'all');
  await step(lists, () => [{ input: { type: 'trust', version: 1, digest: 'd', signers: [], at_ms: 1 } }], options);

  let isBad = false;
  const bad = spoil(good);
  const world: LedgerWorld = {
    ...good,
    git: { ...good.git, write: (objects) => (isBad ? bad : good).git.write(objects), swap: (changes) => (isBad ? bad : good).git.swap(changes) },
    keys: async () => (isBad && bad.keys !== undefined ? bad.keys() : { path: () => '', of: () => Promise.resolve([]), at: () => Promise.reject(new Error('no')), create: () => Promise.reject(new Error('no')) }),
  };
  const session = await LedgerSession.open(world, 'all');
  const before = fingerprint(session.state);
  isBad = true;
  await expect(step(session, () => [{ input: pause('lost') }], options)).rejects.toMatchObject({ code });
  isBad = false;
  // Who leaves now leaves no cache of what never was.
  await session.cache();
  expect(fingerprint((await LedgerSession.open(good, 'all')).state)).toBe(before);
  await session.refresh();
  expect(fingerprint(session.state)).toBe(before);
  const { answers } = await step(session, () => [{ input: pause('held') }], options);
  expect(answers).toMatchObject([{ ok: true }]);
  const read = await LedgerSession.open(good, 'all');
  expect(fingerprint(session.state)).toBe(fingerprint(read.state));
  expect(read.state.paused.get('all')?.reason).toBe('held');
});
