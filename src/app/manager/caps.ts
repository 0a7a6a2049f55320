import { isAgent } from '../../kernel/org.ts';
import type { Org } from '../../kernel/org.ts';
import { counted } from '../../kernel/spending.ts';
import { spendingView } from '../../kernel/spending-views.ts';
import type { State } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import { capOf, spentOf } from '../spent-words.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** Says what attempts may use when a manager begins, and when the organisation is another. */
export class Caps {
  readonly #desk: Desk;
  #of: Org | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  look(): void {
    const { session, world } = this.#desk;
    const { state } = session;
    if (state.org === this.#of) return;
    this.#of = state.org;
    const line = capsLine(state, world.clock.now());
    if (line !== undefined) say(this.#desk, 'info', 'budgets', line);
  }
}

/** What attempts may use, in a line; undefined where nothing is capped. */
export function capsLine(state: State, at_ms: number): string | undefined {
  const spending = spendingView(state, at_ms);
  if (spending === null) return undefined;
  const own = spending.seats.flatMap(({ seat, cap }) => (cap === undefined ? [] : [`seat ${seat} a day ${capOf(cap)}`]));
  const plans = [...state.plans.values()].flatMap((plan) => (plan.plan.budget === undefined || planStatus(plan) !== 'active' ? [] : [`plan ${plan.plan.plan_id} ${capOf(plan.plan.budget)}`]));
  const ofAll = [...state.seats.values()].some(({ seat }) => isAgent(seat.harness)) ? [`an attempt of an agent ${capOf(spending.step_cap)}`, `a day ${capOf(spending.cap)}`] : [capOf(counted(spending.cap))].filter((cap) => cap !== '').map((cap) => `a day ${cap}`);
  return `budgets: ${[...ofAll, ...own, ...plans].join('; ')}. Spent today: ${spentOf(spending)}`;
}
