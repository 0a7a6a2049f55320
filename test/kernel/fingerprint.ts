import { entriesUpTo } from '../../src/kernel/heap.ts';
import { revivePlan, reviveHead, snapshotHead, snapshotPlan } from '../../src/kernel/snapshot.ts';
import type { HeadSnapshot, PlanSnapshot } from '../../src/kernel/snapshot.ts';
import type { State, StepState } from '../../src/kernel/state.ts';

/** Everything a state holds, its indexes too, as text that can be compared. Two that look the same decide the same. Knows nothing of snapshots. */
export function fingerprint(state: State): string {
  const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort((a, b) => (a < b ? -1 : 1));
  const all = Number.POSITIVE_INFINITY;
  const { plans, seats, claims, charges, breakers, paused, snapshots, names, ready, timers, owed, breaker_timers, guests, ...rest } = state;
  return JSON.stringify(
    {
      ...rest,
      plans: [...plans.values()].map(({ steps, dependents, retired, behind, ...plan }) => [plan, [...steps.values()].map(factsOf), [...dependents], [...retired], waiting(steps, behind)]),
      seats: [...seats],
      guests: [...guests],
      claims: [...claims],
      charges: sorted(Array.from(charges, ([id, { failing, undone }]) => `${id} ${sorted([...failing]).join(' ')} ${String(undone)}`)),
      breakers: [...breakers],
      paused: [...paused],
      snapshots: [...snapshots],
      names: [...names],
      ready: sorted([...ready].flatMap(([pool, heap]) => entriesUpTo(heap, all).map(({ rank, plan_id, step_id }) => `${pool} ${String(rank)} ${plan_id}/${step_id}`))),
      timers: sorted(entriesUpTo(timers, all).map(({ rank, of }) => `${String(rank)} ${JSON.stringify(of)}`)),
      owed: sorted([...owed].map((command) => JSON.stringify(command))),
      breaker_timers: sorted([...breaker_timers.keys()]),
    },
    null,
    1,
  );
}

/** Who stands behind whom; what stood behind a step and no longer does is no difference. */
function waiting(steps: ReadonlyMap<string, StepState>, behind: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const stands = (id: string): boolean => (steps.get(id)?.behind ?? null) !== null;
  return [...behind].flatMap(([before, ids]) => ids.filter(stands).map((id) => `${id} behind ${before}`)).toSorted();
}

function factsOf({ spec: _spec, queued, timer, ...facts }: StepState): unknown {
  return [facts, queued?.rank, timer?.rank];
}

/** The state as a cache would bring it back: through JSON. */
export function revived(state: State): State {
  const text = JSON.stringify({ head: snapshotHead(state), plans: [...state.plans.values()].map((plan) => snapshotPlan(state, plan)) });
  const { head, plans } = JSON.parse(text) as { readonly head: HeadSnapshot; readonly plans: readonly PlanSnapshot[] };
  const back = reviveHead(head);
  for (const plan of plans) revivePlan(back, plan);
  return back;
}
