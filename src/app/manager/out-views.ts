import { isoTime } from '../../kernel/iso.ts';
import { orderId } from '../../kernel/ids.ts';
import { offeredSteps } from '../../kernel/offered.ts';
import type { Audience, Offered } from '../../kernel/offered.ts';
import type { State } from '../../kernel/state.ts';
import { seatStatus } from '../../kernel/views.ts';
import { waitsForPeople } from '../../kernel/waits.ts';
import type { SinceOf } from '../../kernel/waits.ts';
import type { Incident } from './incidents.ts';

/** Documents by path below `_bus/out`. What they are as of is written with them, and alone makes none of them new. */
export type OutViews = ReadonlyMap<string, ReadonlyMap<string, object>>;

/** Offers shown to one audience: what an agent looks through; the rest follows as these are taken. */
const MAX_OFFERS = 200;
const MAX_WAITS = 200;

/** The folder of the manager's own report. */
export const REPORT = 'manager-report';

/** All of `_bus/out`: what can be claimed, who does what, what went wrong, what waits for a person. Folder, then name. */
export function outViews(state: State, incidents: readonly Incident[], since: SinceOf): OutViews {
  const offered = offeredSteps(state, MAX_OFFERS);
  const offers = offered.map((one) => [folderOf(one.to), offersOf(one, since)] as const);
  const report = new Map<string, object>([
    ['assignments.json', assignments(state, offered)],
    ['incidents.json', { schema: 'coo/incidents.v1', incidents }],
    ['waiting.json', waiting(state, since)],
  ]);
  return new Map([...offers, [REPORT, report]]);
}

function folderOf(to: Audience): string {
  return to.kind === 'seat' ? `seats.${to.seat}` : `roles.${to.kind === 'any' ? 'any' : to.role}`;
}

function offersOf({ steps }: Offered, since: SinceOf): ReadonlyMap<string, object> {
  const files = new Map<string, object>();
  for (const { plan, step } of steps) {
    const { plan_id, step_id, spec } = step;
    const { objective, role = null, scope = null } = spec;
    const offer = { schema: 'coo/offer.v1', plan_id, step_id, objective, role, scope, priority: plan.plan.priority ?? 'normal', since: isoTime(since(plan, step)) };
    files.set(`${plan_id}.${step_id}.json`, offer);
  }
  return files;
}

function assignments(state: State, offered: readonly Offered[]): object {
  return {
    schema: 'coo/assignments.v1',
    assignments: Array.from(state.claims.values(), ({ plan_id, step_id, fence, seat, kind, asked, at_ms }) => ({ order_id: orderId(plan_id, step_id, fence), plan_id, step_id, fence, seat, kind, state: seatStatus(state, seat), asked, since: isoTime(at_ms) })),
    offers: offered.map(({ to, steps, more }) => ({ to: folderOf(to), shown: steps.length, more })),
  };
}

function waiting(state: State, since: SinceOf): object {
  const { waits, more } = waitsForPeople(state, MAX_WAITS, since);
  const shown = waits.map(({ plan_id, step_id, priority, since_ms, code, message, who, next }) => ({ plan_id, step_id, priority, since: isoTime(since_ms), code, message, who, next }));
  return { schema: 'coo/waiting.v1', waiting: shown, more };
}
