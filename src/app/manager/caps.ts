import { spendingView } from '../../kernel/spending-views.ts';
import type { State } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import { capOf, spentOf } from '../spent-words.ts';

/** What agents may spend, in a line; undefined where there is none. */
export function capsLine(state: State, at_ms: number): string | undefined {
  const spending = spendingView(state, at_ms);
  if (spending === null) return undefined;
  const own = spending.seats.flatMap(({ seat, cap }) => (cap === undefined ? [] : [`seat ${seat} a day ${capOf(cap)}`]));
  const plans = [...state.plans.values()].flatMap((plan) => (plan.plan.budget === undefined || planStatus(plan) !== 'active' ? [] : [`plan ${plan.plan.plan_id} ${capOf(plan.plan.budget)}`]));
  const caps = [`an attempt ${capOf(spending.step_cap)}`, `a day ${capOf(spending.cap)}`, ...own, ...plans];
  return `agents may spend: ${caps.join('; ')}. Spent today: ${spentOf(spending)}`;
}
