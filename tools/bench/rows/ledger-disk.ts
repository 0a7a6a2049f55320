import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import type { Row } from '../row.ts';
import { makeHome, openWorld, publish } from '../work/home.ts';
import { Recorder } from '../work/recorder.ts';
import { inScratch, packedRepo } from '../work/scratch.ts';

const FILES = 50;
/** What an idle manager does: pack when there are more than so many loose objects. */
const PACK_LOOSE = 2_000;
const MOST_LOOSE = 2_500;
/** A manager comes to rest this often, in entries. */
const REST_EVERY = 250;

export const row: Row = {
  name: 'ledger.disk',
  unit: 'bytes/entry',
  reach: '<= 1500',
  run: (quick) =>
    inScratch('disk', async (folder) => {
      packedRepo(folder, FILES);
      const objects = join(folder, '.git', 'objects');
      const before = bytesBelow(objects);
      const world = await openWorld(folder);
      const recorder = new Recorder();
      const first = recorder.next(2);
      const [start] = first;
      await makeHome(world, start?.input.type === 'start' ? start.input.ledger : '');
      const session = await LedgerSession.open(world, 'all');
      await publish(session, first);
      const entries = quick ? 100 : 3_000;
      let most = 0;
      let loose = 0;
      while (session.seq < entries) {
        await publish(session, recorder.next(1));
        if (session.seq % REST_EVERY !== 0 && session.seq < entries) continue;
        most = Math.max(most, looseIn(objects));
        loose = (await world.git.pack(PACK_LOOSE)).looseLeft;
      }
      await world.git.close();
      const left = looseIn(objects);
      const value = (bytesBelow(objects) - before) / session.seq;
      return { value, note: `${String(session.seq)} entries with ${String(recorder.receipts)} receipts and their orders; ${String(left)} loose left (< ${String(MOST_LOOSE)}${left < MOST_LOOSE && left === loose ? '' : ' MISSED'}), ${String(most)} before packing` };
    }),
};

function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function bytesBelow(folder: string): number {
  return below(folder).reduce((sum, path) => sum + statSync(path).size, 0);
}

function looseIn(objects: string): number {
  return below(objects).filter((path) => /\/[0-9a-f]{2}\/[0-9a-f]{38,}$/.test(path)).length;
}
