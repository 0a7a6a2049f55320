import type { StepId } from '../kernel/ids.ts';
import { pointerOf, quoted } from './fault.ts';
import type { Faults } from './fault.ts';
import { suggest } from './suggest.ts';

/** Ring members named in a message. */
const RING_SHOWN = 12;

/** Step ids that are twice in a plan, also apart from case: they name files. Undefined = the step has no good id. */
export function checkStepIds(faults: Faults, ids: readonly (StepId | undefined)[]): void {
  const first = new Map<string, StepId>();
  for (const [index, id] of ids.entries()) {
    if (id === undefined) continue;
    const other = first.get(id.toLowerCase());
    if (other === undefined) first.set(id.toLowerCase(), id);
    else faults.error('STEP_DUPLICATE', pointerOf(['steps', index, 'step_id']), other === id ? `there is a step ${id} already` : `${id} and ${other} differ only in case`, 'give each step an id of its own');
  }
}

/** Dependencies on steps that are not there, and rings. */
export function checkDependencies(faults: Faults, steps: readonly unknown[], ids: readonly (StepId | undefined)[]): void {
  const index = new Map<StepId, number>();
  for (const [at, id] of ids.entries()) if (id !== undefined && !index.has(id)) index.set(id, at);
  const edges = steps.map((step, at) => edgesOf(faults, step, at, index));
  const ring = ringIn(edges);
  if (ring === undefined) return;
  const names = ring.map((at) => ids[at] ?? '?');
  const [first = 0] = ring;
  const shown = [...(names.length > RING_SHOWN ? [...names.slice(0, RING_SHOWN), '...'] : names), names[0] ?? ''];
  faults.error('DEPENDENCY_CYCLE', pointerOf(['steps', first, 'depends_on']), `steps wait for each other in a ring: ${shown.join(' -> ')}`, 'take one of these dependencies out');
}

function edgesOf(faults: Faults, step: unknown, from: number, index: ReadonlyMap<StepId, number>): readonly number[] {
  const list: unknown = typeof step === 'object' && step !== null && Object.hasOwn(step, 'depends_on') ? (step as { readonly depends_on: unknown }).depends_on : undefined;
  const edges: number[] = [];
  for (const [at, name] of (Array.isArray(list) ? (list as readonly unknown[]) : []).entries()) {
    if (typeof name !== 'string') continue;
    const to = index.get(name);
    if (to !== undefined) edges.push(to);
    else if (!faults.full) {
      const meant = suggest(name, index.keys());
      faults.error('DEPENDENCY_UNKNOWN', pointerOf(['steps', from, 'depends_on', at]), `there is no step ${quoted(name)} in this plan`, meant === undefined ? 'name a step of this plan; plans do not depend on each other' : `did you mean ${meant}?`);
    }
  }
  return edges;
}

/** The first ring, in the order in which its steps wait; undefined when there is none. Without recursion: a chain may be 2,000 long. */
function ringIn(edges: readonly (readonly number[])[]): readonly number[] | undefined {
  const done = new Set<number>();
  for (const start of edges.keys()) {
    const path: number[] = [];
    const onPath = new Map<number, number>();
    const stack: { readonly node: number; next: number }[] = [];
    const enter = (node: number): void => {
      onPath.set(node, path.length);
      path.push(node);
      stack.push({ node, next: 0 });
    };
    if (!done.has(start)) enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = edges[top.node]?.[top.next];
      top.next += 1;
      if (to === undefined) {
        stack.pop();
        path.pop();
        onPath.delete(top.node);
        done.add(top.node);
      } else {
        const at = onPath.get(to);
        if (at !== undefined) return path.slice(at);
        if (!done.has(to)) enter(to);
      }
    }
  }
  return undefined;
}
