import { entriesUpTo } from '../../src/kernel/heap.ts';
import { revivePlan, reviveHead, snapshotHead, snapshotPlan } from '../../src/kernel/snapshot.ts';
import type { HeadSnapshot, PlanSnapshot } from '../../src/kernel/snapshot.ts';
import type { State } from '../../src/kernel/state.ts';

/** Everything a state holds, its indexes too, as text that can be compared. Two that look the same decide the same. */
export function fingerprint(state: State): string {
  const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort((a, b) => (a < b ? -1 : 1));
  const all = Number.POSITIVE_INFINITY;
  const plans = [...state.plans.values()].map((plan) => [snapshotPlan(state, plan), plan.parked, plan.counts, [...plan.dependents]]);
  const ready = sorted([...state.ready].flatMap(([pool, heap]) => entriesUpTo(heap, all).map(({ rank, plan_id, step_id }) => `${pool} ${String(rank)} ${plan_id}/${step_id}`)));
  const timers = sorted(entriesUpTo(state.timers, all).map(({ rank, of }) => `${String(rank)} ${JSON.stringify(of)}`));
  const owed = sorted([...state.owed].map((entry) => JSON.stringify(entry)));
  return JSON.stringify({ head: snapshotHead(state), plans, ready, timers, owed, known: sorted([...state.claims.keys()]) }, null, 1);
}

/** The state as a cache would bring it back: through JSON. */
export function revived(state: State): State {
  const text = JSON.stringify({ head: snapshotHead(state), plans: [...state.plans.values()].map((plan) => snapshotPlan(state, plan)) });
  const { head, plans } = JSON.parse(text) as { readonly head: HeadSnapshot; readonly plans: readonly PlanSnapshot[] };
  const back = reviveHead(head);
  for (const plan of plans) revivePlan(back, plan);
  return back;
}
