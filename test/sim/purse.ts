import type { Event, EventOf } from '../../src/kernel/event.ts';
import { orderId, stepKey } from '../../src/kernel/ids.ts';
import type { OrderId } from '../../src/kernel/ids.ts';
import { isAgent } from '../../src/kernel/org.ts';
import type { Allowance } from '../../src/kernel/org.ts';
import { dayAllowance, dayOf, NOTHING, plus } from '../../src/kernel/spending.ts';
import type { Spent } from '../../src/kernel/spending.ts';
import type { State } from '../../src/kernel/state.ts';
import { MICRO_USD, MOST_AT_ONCE } from './agents.ts';

const MICRO = 1_000_000;

/** Holds what attempts are granted and use against the budgets, by the events alone but for the budgets themselves. */
export class Purse {
  /** What each attempt of an agent may spend; what it spent is in it once. */
  readonly #granted = new Map<OrderId, Pick<Spent, 'tokens' | 'micro_usd'>>();
  readonly #paid = new Set<OrderId>();
  readonly #counted = new Set<OrderId>();
  readonly #plans = new Map<string, Spent>();
  /** Of the newest day that anything was spent on: of each group, and of all under ''. */
  readonly #groups = new Map<string, Spent>();
  readonly #parked = new Set<string>();
  #day = 0;

  /** What is wrong with an event, by the state after it; undefined = nothing. */
  see(event: Event, state: State): string | undefined {
    switch (event.type) {
      case 'seat.parked':
        this.#parked.add(event.group);
        return undefined;
      case 'seat.unparked':
        this.#parked.delete(event.group);
        return undefined;
      case 'step.claimed':
        return this.#grant(event, state);
      case 'run.spent':
        return this.#spend(event);
      case 'run.counted':
        return this.#count(event);
      case 'run.ended':
        return event.next.kind === 'retry' && event.findings.some(({ code }) => code === 'AGENT_DENIED') ? `${event.plan_id}/${event.step_id} was denied something, and is tried again` : undefined;
      default:
        return undefined;
    }
  }

  #grant({ plan_id, step_id, fence, seat: name, kind, at_ms }: EventOf<'step.claimed'>, state: State): string | undefined {
    const key = stepKey(plan_id, step_id);
    const seat = state.seats.get(name)?.seat;
    const reserved = state.claims.get(key)?.reserved;
    if (seat === undefined || reserved === undefined || kind !== 'beating') return undefined;
    if (this.#parked.has(seat.group)) return `${key} is granted to ${name}, whose group is parked`;
    if (isAgent(seat.harness)) this.#granted.set(orderId(plan_id, step_id, fence), reserved);
    // A clock that was set back brings no new day.
    const today = (name: string): Spent => (dayOf(at_ms) > this.#day ? NOTHING : (this.#groups.get(name) ?? NOTHING));
    const scopes: readonly (readonly [string, Allowance, Spent, (plan_id: string, group: string) => boolean])[] = [
      ['its plan', state.plans.get(plan_id)?.plan.budget ?? {}, this.#plans.get(plan_id) ?? NOTHING, (plan) => plan === plan_id],
      ['its group', seat.budget ?? {}, today(seat.group), (_plan, group) => group === seat.group],
      ['the day', dayAllowance(state), today(''), () => true],
    ];
    for (const [of, { tokens = Infinity, usd = Infinity, attempts = Infinity, wall_ms = Infinity }, spent, concerns] of scopes) {
      let held = spent;
      let others = 0;
      for (const [other, claim] of state.claims) if (other !== key && concerns(claim.plan_id, state.seats.get(claim.seat)?.seat.group ?? '')) {
        held = plus(held, { ...claim.reserved, wall_ms: claim.reserved.wall_ms ?? 0, lines: 0 });
        others += claim.reserved.attempts;
      }
      if (reserved.tokens > Math.max(0, tokens - held.tokens) || reserved.micro_usd > Math.max(0, Math.round(usd * MICRO) - held.micro_usd)) {
        return `${key} is granted ${String(reserved.tokens)} tokens and ${String(reserved.micro_usd)} millionths of a dollar, which is more than is left of the budget of ${of}`;
      }
      // Where nobody else is at work a person's word lets one through.
      if (others > 0 && reserved.attempts > Math.max(0, attempts - held.attempts)) return `${key} is granted an attempt beyond the budget of ${of}`;
      if ((reserved.wall_ms ?? 0) > Math.max(0, wall_ms - held.wall_ms)) return `${key} is granted ${String(reserved.wall_ms)} ms, which is more than is left of the budget of ${of}`;
    }
    return undefined;
  }

  #count({ plan_id, step_id, fence, group, wall_ms, lines, at_ms }: EventOf<'run.counted'>): string | undefined {
    const order_id = orderId(plan_id, step_id, fence);
    this.#add(plan_id, group, { attempts: 1, wall_ms, lines }, at_ms);
    if (this.#counted.has(order_id)) return `${order_id} is counted twice`;
    this.#counted.add(order_id);
    return undefined;
  }

  #add(plan_id: string, group: string, spent: Partial<Spent>, at_ms: number): void {
    if (dayOf(at_ms) > this.#day) {
      this.#day = dayOf(at_ms);
      this.#groups.clear();
    }
    for (const name of [group, '']) this.#groups.set(name, plus(this.#groups.get(name) ?? NOTHING, spent));
    this.#plans.set(plan_id, plus(this.#plans.get(plan_id) ?? NOTHING, spent));
  }

  #spend({ plan_id, step_id, fence, group, tokens, micro_usd, at_ms }: EventOf<'run.spent'>): string | undefined {
    const order_id = orderId(plan_id, step_id, fence);
    const granted = this.#granted.get(order_id);
    const spent = { tokens, micro_usd: micro_usd ?? 0 };
    this.#add(plan_id, group, spent, at_ms);
    if (this.#paid.has(order_id)) return `what ${order_id} spent is counted twice`;
    this.#paid.add(order_id);
    if (granted === undefined) return `${order_id} spent something, and was granted nothing`;
    // Stopped at the first word of it.
    if (tokens > granted.tokens + MOST_AT_ONCE || spent.micro_usd > granted.micro_usd + MOST_AT_ONCE * MICRO_USD) return `${order_id} spent ${String(tokens)} tokens and ${String(spent.micro_usd)} millionths of a dollar, and was granted ${String(granted.tokens)} and ${String(granted.micro_usd)}`;
    return undefined;
  }
}
