import { expect, it } from 'vitest';
import { layoutOf } from '../../src/app/layout.ts';
import { Spool } from '../../src/app/manager/spool.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { fakeFiles } from '../support/fake-files.ts';

it('takes a message in one rename: a kill in the middle of link and unlink would leave it in both places, and it would be applied twice', async () => {
  const files = fakeFiles();
  const layout = layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' });
  for (const folder of ['/repo/_bus/in', `${layout.coo}/spool/3`]) await files.folder(folder);
  await files.create('/repo/_bus/in/a.json', new Uint8Array([1]));
  const killed = (): Promise<never> => Promise.reject(new Error('killed here'));
  const spool = new Spool({ files: { ...files, link: killed, remove: killed }, layout } as unknown as LedgerWorld, 3);
  expect(await spool.takeMessage('/repo/_bus/in/a.json', 'a.json')).toMatchObject({ mark: { epoch: 3, number: 1 }, name: 'a.json' });
  expect(await files.list('/repo/_bus/in')).toEqual([]);
  expect(await spool.takeMessage('/repo/_bus/in/a.json', 'a.json')).toBeUndefined();
});

it('of an epoch that another has begun after takes nothing more: the message stays for the next, which has all that was taken before', async () => {
  const files = fakeFiles();
  const world = { files, layout: layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' }) } as unknown as LedgerWorld;
  await files.folder('/repo/_bus/in');
  for (const name of ['a', 'b', 'c']) await files.create(`/repo/_bus/in/${name}.json`, new Uint8Array([1]));
  const take = async (spool: Spool, name: string): Promise<unknown> => (await spool.takeMessage(`/repo/_bus/in/${name}.json`, `${name}.json`))?.mark;
  const [first, second, third] = [1, 2, 3].map((epoch) => new Spool(world, epoch)) as [Spool, Spool, Spool];
  await first.open();
  expect(await first.leftovers()).toEqual([]);
  expect(await take(first, 'a')).toEqual({ epoch: 1, number: 1 });
  await second.open();
  expect((await second.leftovers()).map(({ mark, name }) => [mark, name])).toEqual([[{ epoch: 1, number: 1 }, 'a.json']]);
  expect(await take(first, 'b')).toBeUndefined();
  expect(await files.list('/repo/_bus/in')).toEqual(['b.json', 'c.json']);
  expect(await take(second, 'b')).toEqual({ epoch: 2, number: 1 });
  await third.open();
  const left = await third.leftovers();
  expect(left.map(({ mark, name }) => [mark, name])).toEqual([[{ epoch: 1, number: 1 }, 'a.json'], [{ epoch: 2, number: 1 }, 'b.json']]);
  expect(await take(second, 'c')).toBeUndefined();
  for (const item of left) await third.remove(item);
  expect(await new Spool(world, 4).leftovers()).toEqual([]);
  expect(await files.list(`${world.layout.coo}/spool`)).toEqual([]);
});
