import { isoTime } from '../../../kernel/iso.ts';
import { LEASE_MS, beatSign } from '../../manager/beat.ts';
import { managerLife } from '../../manager/epoch.ts';
import { needsLedger } from './check.ts';
import type { Check, Found } from './check.ts';

/** Who manages, and whether they live. */
export const managerCheck: Check = async ({ session }) => {
  if (session === undefined) return Promise.resolve(needsLedger('manager'));
  const life = managerLife(session);
  const say = (state: Found['state'], message: string, fix?: string): readonly Found[] => [{ check: 'manager', state, message, ...(fix === undefined ? {} : { fix }) }];
  if (life.kind === 'none') return say('ok', 'no manager runs; coo run starts one');
  const who = `the manager of epoch ${String(life.epoch)} (process ${String(life.pid)} on ${life.host}, since ${isoTime(life.since_ms)})`;
  switch (life.kind) {
    case 'alive': {
      const last_ms = (await beatSign(session.world, life.epoch)).at_ms ?? life.since_ms;
      const hangs = session.world.clock.now() - last_ms > LEASE_MS;
      return hangs ? say('bad', `${who} has given no sign since ${isoTime(last_ms)}: it hangs`, 'coo run --takeover; should it wake, nothing of it is taken any more') : say('ok', `${who} is alive`);
    }
    case 'stopped':
      return say('bad', `${who} is stopped: nothing goes on`, `kill -CONT ${String(life.pid)} wakes it, coo run --takeover takes over`);
    case 'dead':
      return say('warn', `${who} died; its workers go on, and nothing new starts`, 'coo run');
    case 'unknown':
      return say('warn', `${who} cannot be seen from here`, `look on ${life.host}`);
    default:
      return life satisfies never;
  }
};
