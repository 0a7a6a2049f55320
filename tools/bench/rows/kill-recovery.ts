import type { EventType } from '../../../src/kernel/event.ts';
import { timesOf } from '../interleave.ts';
import type { Row } from '../row.ts';
import { sleep } from '../work/cpu.ts';
import { managed } from '../work/manager.ts';
import { inScratch, until } from '../work/scratch.ts';

const FILES = 50;
/** What shows that the work goes on: a grant, a worker that began, an acceptance, a merge. */
const MOVING: ReadonlySet<EventType> = new Set(['step.claimed', 'run.started', 'run.accepted', 'plan.integrated']);

export const row: Row = {
  name: 'kill.recovery',
  unit: 's',
  reach: 'report',
  run: (quick) =>
    inScratch('kill-recovery', (folder) =>
      managed(folder, FILES, async ({ drop, session, replace, world }) => {
        const rounds = quick ? 1 : 50;
        // Always more to do: the plan is dropped anew long before it ends.
        const plan = (number: number): void => drop({ plan_id: `plan-${String(number)}`, title: 'Many steps', steps: Array.from({ length: 200 }, (_, at) => ({ step_id: `step-${String(at)}`, objective: 'take a moment', commands: ['sleep 0.3'] })) });
        plan(0);
        /** The last epoch in which something moved. */
        let moving = 0;
        session.onEntry = ({ entry }) => {
          if (entry.events.some(({ type }) => MOVING.has(type))) moving = entry.epoch;
        };
        const movedAfter = (epoch: number): Promise<true> =>
          until('something to move', async () => {
            await session.refresh();
            return moving > epoch ? true : undefined;
          });
        await movedAfter(0);
        const samples: number[] = [];
        for (let round = 0; round < rounds; round++) {
          if (round % 10 === 9) plan(round);
          // Anywhere in the life of a manager at work.
          await sleep(500 + world.random.unit() * 1_500);
          await session.refresh();
          const killed = performance.now();
          replace();
          await movedAfter(session.state.epoch?.number ?? 0);
          samples.push((performance.now() - killed) / 1_000);
        }
        const { p50, p99 } = timesOf(samples);
        return { value: p99, note: `p99 of ${String(rounds)} kills; p50 ${p50.toFixed(2)}; the start of the next process is in it` };
      }),
    ),
};
