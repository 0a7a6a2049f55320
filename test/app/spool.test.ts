import { expect, it } from 'vitest';
import { layoutOf } from '../../src/app/layout.ts';
import { Spool } from '../../src/app/manager/spool.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { fakeFiles } from '../support/fake-files.ts';

it('takes a message in one rename: a kill in the middle of link and unlink would leave it in both places, and it would be applied twice', async () => {
  const files = fakeFiles();
  const layout = layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' });
  for (const folder of ['/repo/_bus/in', `${layout.coo}/spool`]) await files.folder(folder);
  await files.create('/repo/_bus/in/a.json', new Uint8Array([1]));
  const killed = (): Promise<never> => Promise.reject(new Error('killed here'));
  const spool = new Spool({ files: { ...files, link: killed, remove: killed }, layout } as unknown as LedgerWorld, 3);
  expect(await spool.takeMessage('/repo/_bus/in/a.json', 'a.json')).toMatchObject({ mark: { epoch: 3, number: 1 }, name: 'a.json' });
  expect(await files.list('/repo/_bus/in')).toEqual([]);
  expect(await spool.takeMessage('/repo/_bus/in/a.json', 'a.json')).toBeUndefined();
});
