// A frozen ledger: managers come and go, and nothing is started, judged, merged or sent; what comes in is recorded, and waits.
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { viewsOf } from '../../src/app/manager/checkpoint.ts';
import { freeze, requireThawed, thaw } from '../../src/app/operations/freeze.ts';
import { cancel } from '../../src/app/operations/manage.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { recordFault } from '../../src/format/record-shape.ts';
import { once } from '../support/plans.ts';
import { RealWorld } from '../support/real-world.ts';

const WHO = { by: 'op', reason: 'look first' };
let world: RealWorld;

beforeEach(async () => {
  world = await RealWorld.make({});
});
afterEach(async () => world.close());

it('outlives managers: nothing starts before the thaw, and all goes on after it', async () => {
  world.plan({ plan_id: 'p', steps: [once('a', `echo ran >> ${world.out('ran')}; echo a > a.txt`)] });
  const done = await freeze(world.world, WHO);
  expect(done.ok && done.events).toMatchObject([{ type: 'frozen', seq: done.session.seq, ...WHO }]);
  expect(await world.run()).toBe(4);
  expect(await world.run()).toBe(4);
  expect([await world.steps('p'), world.lines('ran')]).toEqual(['a ready', []]);
  expect((await world.session()).state.frozen).toMatchObject({ ...WHO, seq: done.session.seq });
  const [state] = viewsOf((await world.session()).state, done.session.seq, 0);
  expect(state?.view).toMatchObject({ frozen: { ...WHO, seq: done.session.seq } });
  expect(recordFault('state', state?.view)).toBeUndefined();
  expect(() => requireThawed(done.session.state)).toThrow(expect.objectContaining({ code: 'FROZEN', exit: 3 }) as Error);
  await thaw(world.world, WHO);
  expect(await world.run()).toBe(0);
  expect([await world.steps('p'), world.lines('ran')]).toEqual(['a done', ['ran']]);
  expect((await verify(world.world)).findings).toEqual([]);
});

it('a worker at work goes on, and its result waits; the branch and the target stand still', async () => {
  world.plan({ plan_id: 'p', steps: [once('a', `touch ${world.out('begun')}; while [ ! -e ${world.out('go')} ]; do sleep 0.05; done; echo a > a.txt`)] });
  const manager = world.manager('stopped');
  await world.untilFile(world.out('begun'));
  await freeze(world.world, WHO);
  const refs = world.repo.git('for-each-ref', 'refs/heads', '--format=%(refname) %(objectname)').split('\n').filter((line) => !line.includes('/ledger'));
  writeFileSync(world.out('go'), '');
  await world.untilStep('p/a', 'checking');
  await manager.drain();
  expect(await world.run()).toBe(4);
  expect(await world.steps('p')).toBe('a checking');
  expect(world.repo.git('for-each-ref', 'refs/heads', '--format=%(refname) %(objectname)').split('\n').filter((line) => !line.includes('/ledger'))).toEqual(refs);
  await thaw(world.world, WHO);
  expect(await world.run()).toBe(0);
  expect(world.tree('main')).toContain('a.txt');
});

it('a worker is still ended by a cancel', async () => {
  world.plan({ plan_id: 'p', steps: [once('a', `touch ${world.out('begun')}; sleep 600`)] });
  const manager = world.manager('stopped');
  await world.untilFile(world.out('begun'));
  await freeze(world.world, WHO);
  await cancel(world.world, 'p', WHO);
  await world.until('its worker to be seen dead', ({ state }) => state.workers === 0);
  await manager.drain();
  expect(world.liveWorkers()).toEqual([]);
});
