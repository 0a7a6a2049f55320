import type { Event } from '../../kernel/event.ts';
import type { PlanId } from '../../kernel/ids.ts';

/** The plan that an event is about. */
export function planOf(event: Event): PlanId | undefined {
  if (event.type === 'plan.accepted' || event.type === 'plan.revised') return event.plan.plan_id;
  if ('plan_id' in event) return event.plan_id;
  if ('scope' in event && event.scope !== 'all') return event.scope;
  return undefined;
}
