import type { Row } from '../row.ts';
import { managed } from '../work/manager.ts';
import type { Managed } from '../work/manager.ts';
import { inScratch } from '../work/scratch.ts';

const FILES = 50;

export const row: Row = {
  name: 'step.turnaround',
  unit: 'ms/step',
  reach: '<= 150',
  run: (quick) =>
    inScratch('turnaround', (folder) =>
      managed(folder, FILES, async (at) => {
        const count = quick ? 2 : 50;
        const steps = Array.from({ length: count }, (_, index) => ({ step_id: `s${String(index)}`, objective: 'do nothing', commands: ['true'], ...(index === 0 ? {} : { depends_on: [`s${String(index - 1)}`] }) }));
        at.drop({ plan_id: 'chain', title: 'One after the other', steps });
        await at.done('chain');
        const times = await eventTimes(at);
        const first = times.get('plan.accepted') ?? Number.NaN;
        const last = times.get('run.accepted') ?? Number.NaN;
        return { value: (last - first) / count, note: `${String(count)} steps from accepted plan to last merge, by the ledger's own times` };
      }),
    ),
};

/** When the last event of each type was appended. */
async function eventTimes({ session }: Managed): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for (let seq = 1; seq <= session.seq; seq++) {
    const { entry } = await session.entry(seq);
    for (const event of entry.events) times.set(event.type, Date.parse(entry.at));
  }
  return times;
}
