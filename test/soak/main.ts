/**
 *     npm run soak -- --minutes 15 --steps 1000 --seats 50
 *
 * Runs plans under a manager that is killed at random moments, as its workers are, and says at the end what is not accounted for, and how much memory and
 * how many open files the managers took. Exit 1 where something is missing.
 */
import { parseArgs } from 'node:util';
import { inWorld } from '../support/real-world.ts';
import { soak, SOAKING } from './soak.ts';
import type { Sample } from './soak.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '15' }, steps: { type: 'string', default: '1000' }, seats: { type: 'string', default: '50' } } });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** First, median and last of what was seen of the managers, and of the last of them alone. */
function told(samples: readonly Sample[], what: string): string {
  const over = (of: (sample: Sample) => number): string => {
    const all = samples.map(of);
    const median = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
    return `${String(all[0])} / ${String(median)} / ${String(all.at(-1))}`;
  };
  return `${what}: first / median / last of ${String(samples.length)} samples: ${over(({ rss_mb }) => rss_mb)} MB, ${over(({ files }) => files)} open files`;
}

const [minutes, steps, seats] = [Number(values.minutes), Number(values.steps), Number(values.seats)];
await inWorld({ seats, limits: { ...SOAKING, workers: seats } }, async (world) => {
  const { seconds, kills, samples, missing } = await soak(world, { minutes, steps, seats, say });
  say(`${String(steps)} steps over ${String(seats)} seats in ${String(Math.round(seconds))} s; killed ${String(kills.manager)} managers and ${String(kills.workers)} workers`);
  say(told(samples, 'managers'));
  say(told(samples.filter(({ pid }) => pid === samples.at(-1)?.pid), 'the last of them'));
  say(missing.length === 0 ? 'all accounted for' : `MISSING:\n${missing.join('\n')}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
});
