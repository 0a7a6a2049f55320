import type { PushWish, Remote } from '../../ports/remote.ts';
import { Failure } from '../failure.ts';
import { cooPaths } from '../layout.ts';
import { storedBytes, tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';
import { recent, waitBeforePush } from './pace.ts';

interface Pushes {
  readonly schema: 'coo/pushes.v1';
  readonly times_ms: readonly number[];
}

const PUSHES_CAP = 65_536;

/** Pushes branches in one go, after a wait where the last minute had its share. Returns those that the remote did not have as they are here. Throws PUSH_REFUSED. */
export async function pushBranches(world: LedgerWorld, remote: Remote, name: string, wishes: readonly PushWish[]): Promise<readonly string[]> {
  const { clock } = world;
  const before = await readPushes(world);
  await clock.sleep(waitBeforePush(before, clock.now()));
  await world.files.replaceView(cooPaths.pushes(world.layout), storedBytes({ schema: 'coo/pushes.v1', times_ms: [...recent(before, clock.now()), clock.now()] } satisfies Pushes));
  const pushed = await remote.push(name, wishes);
  const refused = pushed.find(({ outcome }) => outcome === 'refused');
  if (refused !== undefined) {
    const branch = short(refused.ref);
    throw new Failure({ code: 'PUSH_REFUSED', message: `${name} did not take ${branch}: ${refused.why}`, fix: `see what stands there: git fetch ${name} ${branch} && git log FETCH_HEAD; nothing there is ever overwritten by coo` });
  }
  return pushed.filter(({ outcome }) => outcome !== 'same').map(({ ref }) => short(ref));
}

function short(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** A file that is torn or gone only means that nothing is waited for. */
async function readPushes({ files, layout }: LedgerWorld): Promise<readonly number[]> {
  const path = cooPaths.pushes(layout);
  if ((await files.info(path)) === undefined) return [];
  const known = tryParse<Partial<Pushes>>(await files.read(path, PUSHES_CAP));
  return known?.schema === 'coo/pushes.v1' && Array.isArray(known.times_ms) ? known.times_ms.filter((at): at is number => typeof at === 'number') : [];
}
