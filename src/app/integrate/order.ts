import { sealOrder } from '../../format/order.ts';
import type { Order } from '../../format/order.ts';
import { limitsOf } from '../../kernel/rules/grant.ts';
import type { Seat } from '../../kernel/org.ts';
import type { PlanState } from '../../kernel/state.ts';
import { attemptLimits, benchOf } from '../../kernel/work-order.ts';
import type { Desk } from '../manager/shared.ts';

/** Work of many seats is checked together: as confined as the most confined of them, with what those may reach. */
export function strictest(seats: readonly Pick<Seat, 'sandbox' | 'network'>[]): Pick<Order, 'sandbox' | 'network'> {
  const sandbox = (['required', 'auto'] as const).find((wish) => seats.some((seat) => seat.sandbox === wish));
  if (sandbox === undefined) return {};
  const network = [...new Set(seats.filter((seat) => seat.sandbox === sandbox).flatMap((seat) => seat.network ?? []))];
  return { sandbox, ...(network.length === 0 ? {} : { network }) };
}

/** What the checks of an integration run under: the organisation's environment and limits, no step's. Never handed to a worker. */
export function integrationOrder(desk: Desk, plan: PlanState): Order {
  const { org } = desk.session.state;
  const limits = attemptLimits(limitsOf(desk.session.state));
  return sealOrder(
    {
      schema: 'coo/order.v1',
      order_id: `${plan.plan.plan_id}.integrate`,
      plan_id: plan.plan.plan_id,
      step_id: 'integrate',
      attempt: 1,
      fence: 1,
      seat: 'coo',
      objective: `merge ${plan.plan.plan_id} into ${plan.plan.target}`,
      inputs: [],
      outputs: [],
      expected_receipts: [],
      checks: { before: [], after: [] },
      gates: [],
      scope: null,
      rollback: [],
      ...benchOf(org),
      start_commit: plan.tip,
      env: org?.env ?? [],
      budget: { wall_ms: limits.check_ms },
      deadline_ms: 0,
      limits,
      mode: org?.mode ?? 'dev',
      ...strictest([...desk.session.state.seats.values()].map(({ seat }) => seat)),
    },
    { plan_digest: plan.digest, nonce: '' },
  );
}
