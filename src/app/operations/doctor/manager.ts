import { isoTime } from '../../../kernel/iso.ts';
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
    case 'alive':
      return say('ok', `${who} is alive`);
    case 'stopped':
      return say('bad', `${who} is stopped: nothing goes on`, `kill -CONT ${String(life.pid)} wakes it, kill ${String(life.pid)} ends it; then: coo run`);
    case 'dead':
      return say('warn', `${who} died; its workers go on, and nothing new starts`, 'coo run');
    case 'unknown':
      return say('warn', `${who} cannot be seen from here`, `look on ${life.host}`);
    default:
      return life satisfies never;
  }
};
