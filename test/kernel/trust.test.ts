import { expect, it } from 'vitest';
import { isPrincipal, isValidAt } from '../../src/kernel/signers.ts';
import type { Signer } from '../../src/kernel/signers.ts';
import { World } from '../support/state-builder.ts';
import { revived } from './fingerprint.ts';

const ann: Signer = { principal: 'ann', key: 'ssh-ed25519 A', roles: ['coordinator'] };
const bob: Signer = { principal: 'bob', key: 'ssh-ed25519 B', roles: ['person'] };

it('needs a ledger, and says when nothing changed', () => {
  const world = new World();
  expect(world.no({ type: 'trust', version: 1, digest: 'd', signers: [ann] })).toBe('NO_LEDGER');
  world.yes({ type: 'start', ledger: 'l', object_format: 'sha1' });
  world.yes({ type: 'trust', version: 1, digest: 'd', signers: [ann] });
  expect(world.no({ type: 'trust', version: 1, digest: 'd', signers: [ann] })).toBe('UNCHANGED');
});

it('a version may only grow, and is one text for ever', () => {
  const world = World.started();
  world.yes({ type: 'trust', version: 3, digest: 'three', signers: [ann] });
  expect(world.no({ type: 'trust', version: 2, digest: 'two', signers: [ann] })).toBe('SIGNERS_VERSION');
  expect(world.no({ type: 'trust', version: 3, digest: 'other', signers: [bob] })).toBe('SIGNERS_VERSION');
  expect(world.state.signers).toEqual({ version: 3, digest: 'three', signers: [ann] });
  world.yes({ type: 'trust', version: 5, digest: 'five', signers: [] });
  expect(world.no({ type: 'trust', version: 3, digest: 'three', signers: [ann] })).toBe('SIGNERS_VERSION');
  expect(revived(world.state).signers).toEqual({ version: 5, digest: 'five', signers: [] });
});

it('a signer is valid from its first millisecond to before its last', () => {
  const signer: Signer = { ...ann, valid_from_ms: 10, valid_until_ms: 20 };
  expect([9, 10, 19, 20].map((at) => isValidAt(signer, at))).toEqual([false, true, true, false]);
  expect(isValidAt(ann, 0)).toBe(true);
});

it('nothing names a signer that OpenSSH would read as a pattern', () => {
  for (const good of ['ann', 'ann@example.org', 'a.b+c-d_e', '7']) expect(isPrincipal(good), good).toBe(true);
  for (const bad of ['', '*', 'a*', 'a?', '!ann', 'a,b', 'a b', 'ann\n', '-I', '@ann', '"a"', 'é', 'a'.repeat(129)]) expect(isPrincipal(bad), bad).toBe(false);
});
