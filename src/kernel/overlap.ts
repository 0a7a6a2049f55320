import type { StepKey } from './ids.ts';
import type { Step } from './plan.ts';
import type { State, StepState } from './state.ts';

/** Where a step says it writes: its scope, else its outputs. Null when it says nothing: then it gets in nobody's way. */
function territory({ scope, outputs }: Step): readonly string[] | null {
  if (scope !== undefined && scope.length > 0) return scope;
  return outputs !== undefined && outputs.length > 0 ? outputs : null;
}

/** The step of the same plan that is at work where this one may write; undefined when nobody is in the way. */
export function inTheWay(state: State, step: StepState): StepKey | undefined {
  const own = territory(step.spec);
  if (own === null) return undefined;
  const plan = state.plans.get(step.plan_id);
  for (const [key, claim] of state.claims) {
    if (claim.plan_id !== step.plan_id || claim.step_id === step.step_id) continue;
    const other = plan?.steps.get(claim.step_id);
    const theirs = other === undefined ? null : territory(other.spec);
    if (theirs !== null && overlap(own, theirs)) return key;
  }
  return undefined;
}

/** Whom a ready step waits for: the step that it was put behind, else the one that a claim of it would be refused for. */
export function standsBehind(state: State, step: StepState): StepKey | undefined {
  return step.behind ?? inTheWay(state, step);
}

/** Whether some path may match both lists of globs. In doubt yes: `*` inside a segment is compared by what stands before and after it. */
export function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.some((other) => globsMeet(segments(one), segments(other))));
}

/** Case does not count: two names that differ in case only are one file on many disks. A folder stands for all in it. */
function segments(glob: string): readonly string[] {
  const parts = glob.toLowerCase().split('/').filter((part) => part !== '' && part !== '.');
  return glob.endsWith('/') ? [...parts, '**'] : parts;
}

function globsMeet(a: readonly string[], b: readonly string[]): boolean {
  // One row of the table of "the first i segments of a may match what the first j of b match".
  let row = Array.from({ length: b.length + 1 }, (_, j) => b.slice(0, j).every((part) => part === '**'));
  for (const part of a) {
    const next = [part === '**' && row[0] === true];
    for (const [j, other] of b.entries()) {
      // `**` takes nothing, or one more segment of the other side and stays.
      const isLoose = part === '**' || other === '**';
      next.push((row[j] === true && segmentsMeet(part, other)) || (isLoose && (row[j + 1] === true || next[j] === true)));
    }
    row = next;
  }
  return row[b.length] === true;
}

function segmentsMeet(a: string, b: string): boolean {
  if (a === '**' || b === '**') return true;
  const wildA = firstWild(a);
  const wildB = firstWild(b);
  if (wildA < 0 && wildB < 0) return a === b;
  const head = Math.min(wildA < 0 ? a.length : wildA, wildB < 0 ? b.length : wildB);
  if (a.slice(0, head) !== b.slice(0, head)) return false;
  const tail = Math.min(a.length - 1 - lastWild(a), b.length - 1 - lastWild(b));
  return tail <= 0 || a.slice(a.length - tail) === b.slice(b.length - tail);
}

const WILD = /[*?[\]{}!()|+@]/;

function firstWild(text: string): number {
  return text.search(WILD);
}

/** -1 when there is none: then the whole segment is its tail. */
function lastWild(text: string): number {
  for (let at = text.length - 1; at >= 0; at -= 1) if (WILD.test(text[at] ?? '')) return at;
  return -1;
}
