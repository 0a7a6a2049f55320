import { due } from '../../../src/kernel/due.ts';
import { percentile } from '../interleave.ts';
import type { Row } from '../row.ts';
import { chainPlan, Crew } from '../work/crew.ts';

const PLANS = 50;
const STEPS = 2_000;
const TURNS = 20_000;

export const row: Row = {
  name: 'tick.100k',
  unit: 'ms',
  reach: '<= 0.3',
  run() {
    const crew = new Crew();
    for (let plan = 0; plan < PLANS; plan++) crew.submit(chainPlan(`plan-${String(plan)}`, STEPS));
    const samples: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const began = performance.now();
      const went = crew.turn();
      due(crew.state);
      samples.push(performance.now() - began);
      if (!went) throw new Error('the work ran out');
    }
    let open = 0;
    for (const { counts, steps } of crew.state.plans.values()) open += steps.size - counts.done;
    const [p99, most] = [percentile(samples, 0.99), percentile(samples, 1)];
    return Promise.resolve({ value: percentile(samples, 0.5), note: `p99 ${p99.toFixed(3)}, most ${most.toFixed(2)}; ${String(open)} steps still open after ${String(TURNS)} inputs` });
  },
};
