/** One of several that ask for the same steps: `racer <repository> <name> <first step> <steps>`. Begins at the time of day, in ms, that it reads; prints how often it won, and was refused. */
import { claim } from '../../../src/app/operations/claim.ts';
import { openWorld } from './home.ts';

const [folder = '', name = '', count = '0', start = '0'] = process.argv.slice(2);
const world = await openWorld(folder);
const nonce = world.random.hex(8);
const told = { won: 0, held: 0, other: 0 };
while (Date.now() < Number(start)) await new Promise((resolve) => setTimeout(resolve, 1));
for (let at = 0; at < Number(count); at++) {
  const answer = await claim(world, { plan_id: 'race', step_id: `step-${String(at)}`, seat: `${name}-${String(at)}`, nonce });
  if (answer.ok) told.won += 1;
  else if (answer.rejection.code === 'CLAIM_HELD') told.held += 1;
  else told.other += 1;
}
await world.git.close();
process.stdout.write(`${JSON.stringify({ ...told, ended: Date.now() })}\n`);
