import { planText } from '../support/plans.ts';
import type { WrittenStep } from '../support/plans.ts';
import type { Chance } from './chance.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;

/** The text of a plan: some steps for workers, some for people or agents, some of which wait for others, or write what others write. `agents`: there are some. */
export function planBytes(plan_id: string, agents: boolean, chance: Chance): Uint8Array {
  const names = NAMES.slice(0, chance.between(1, chance.happens(0.2) ? NAMES.length : 2));
  const steps = names.map((step_id, at) => stepOf(step_id, names.slice(0, at), agents, chance));
  return new TextEncoder().encode(planText({ plan_id, integrate: chance.happens(0.7) ? 'merge' : 'none', ...budgetOf(agents, chance), steps }));
}

function budgetOf(agents: boolean, chance: Chance): { readonly budget?: object } {
  const budget = { ...(agents && chance.happens(0.3) ? { tokens: 500 } : {}), ...(chance.happens(0.15) ? chance.pick([{ attempts: 3 }, { wall: '25s' }, { lines: 3, attempts: 5 }]) : {}) };
  return Object.keys(budget).length === 0 ? {} : { budget };
}

function stepOf(step_id: string, before: readonly string[], agents: boolean, chance: Chance): WrittenStep {
  const byHand = chance.happens(agents ? 0.6 : 0.2);
  const path = !byHand && chance.happens(0.1) ? 'src/shared.txt' : `src/${step_id}.txt`;
  const depends_on = before.filter(() => chance.happens(0.3));
  return {
    step_id,
    objective: `do ${step_id} ${String(chance.below(3))}`,
    ...(byHand ? { prompt: 'think' } : { commands: [`write ${path}`] }),
    ...(chance.happens(0.5) ? { scope: [path] } : {}),
    ...(depends_on.length > 0 ? { depends_on } : {}),
    ...(chance.happens(0.2) ? { outputs: [path] } : {}),
    ...(chance.happens(0.2) ? { checks: { after: ['check'] } } : {}),
    ...(chance.happens(0.3) ? { rollback: ['write src/undone.txt'] } : {}),
    ...(chance.happens(0.3) ? { retry: { max: 1 } } : {}),
    ...(agents && chance.happens(0.2) ? { budget: { tokens: 300 } } : {}),
  };
}
