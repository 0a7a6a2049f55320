/**
 * Stands for the workers of many attempts: `beater <repository> <plan id> <steps> <beat in ms>`. Takes the start name of each first attempt, says `ready`, and
 * adds to each one's beat file as a worker would, spread over the beat.
 */
import { cooPaths } from '../../../src/app/layout.ts';
import { storedBytes } from '../../../src/app/stored.ts';
import { openWorld } from './home.ts';
import { sleep } from './cpu.ts';

const [folder = '', plan_id = '', steps = '0', beatMs = '20000'] = process.argv.slice(2);
const { files, layout, processes } = await openWorld(folder);
const orders = Array.from({ length: Number(steps) }, (_, at) => `${plan_id}.step-${String(at)}.1`);
for (const path of [cooPaths.starts(layout), cooPaths.beats(layout)]) await files.folder(path);
for (const order_id of orders) await files.replaceView(cooPaths.start(layout, order_id), storedBytes({ schema: 'coo/start.v1', order_id, owner: processes.self(), dedicated: false }));
process.stdout.write('ready\n');
const TICK_MS = 100;
const aTick = Math.max(1, Math.ceil((orders.length * TICK_MS) / Number(beatMs)));
for (let at = 0; ; at = (at + aTick) % orders.length) {
  for (const order_id of orders.slice(at, at + aTick)) await files.append(cooPaths.beat(layout, order_id), new Uint8Array([46]));
  await sleep(TICK_MS);
}
