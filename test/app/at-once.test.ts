import { expect, it } from 'vitest';
import { atOnce } from '../../src/app/at-once.ts';
import { settleTogether } from '../../src/app/manager/settle-together.ts';
import type { Pending } from '../../src/app/manager/offers.ts';
import type { Answer } from '../../src/app/step.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it('begins in order, several at a time but no more than sixteen, and keeps the results in order', async () => {
  const begun: number[] = [];
  let [now, most] = [0, 0];
  const results = await atOnce(Array.from({ length: 100 }, (_, at) => at), async (at) => {
    begun.push(at);
    now += 1;
    most = Math.max(most, now);
    for (let wait = 0; wait < (at * 7) % 5; wait++) await turn();
    now -= 1;
    return at * 2;
  });
  expect(begun).toEqual(Array.from({ length: 100 }, (_, at) => at));
  expect(results).toEqual(begun.map((at) => at * 2));
  expect(most).toBe(16);
});

it('after a failure begins nothing more, and throws the first one when all that was begun has ended', async () => {
  const ended: number[] = [];
  const run = atOnce(Array.from({ length: 100 }, (_, at) => at), async (at) => {
    if (at === 3 || at === 5) throw new Error(`no ${String(at)}`);
    await turn();
    ended.push(at);
  });
  await expect(run).rejects.toThrow('no 3');
  expect(ended.length).toBe(14);
});

it('settles the offers of each item in their order, all items when the last answer is there, each with its own', async () => {
  const told: string[] = [];
  const offer = (name: string): Pending => ({
    input: { type: 'tick', at_ms: 0 },
    settle: async (answer) => {
      await turn();
      told.push(`${name} ${answer === undefined ? 'dropped' : String(answer.ok)}`);
    },
  });
  const yes: Answer = { ok: true, events: [] };
  const offers = settleTogether([[offer('a'), offer('a mark')], [offer('b mark')]]);
  await offers[0]?.settle?.(undefined);
  await offers[1]?.settle?.(yes);
  expect(told).toEqual([]);
  await offers[2]?.settle?.(yes);
  expect(told.filter((line) => line.startsWith('a'))).toEqual(['a dropped', 'a mark true']);
  expect(told).toContain('b mark true');
});
