import { many } from '../../format/many.ts';
import { isByWord } from '../../kernel/state.ts';
import { acceptedOf } from './facts.ts';
import type { PlanFacts } from './facts.ts';

/** What a reviewer hears first. `ready` = every step was accepted on evidence; `look` = all are done, some by a person's word. */
export interface Verdict {
  readonly kind: 'merged' | 'ready' | 'look' | 'unfinished' | 'failed' | 'blocked' | 'cancelled';
  /** One sentence without a full stop; coo's own words, names and numbers. */
  readonly text: string;
}

/** Whether the plan is done, and what that rests on. */
export function verdictOf(facts: PlanFacts): Verdict {
  const { plan, status, steps } = facts;
  const { counts } = plan;
  const of = `${String(counts.done)} of ${many(steps.length, 'step')}`;
  if (status === 'cancelled') return { kind: 'cancelled', text: `Cancelled: ${of} done before` };
  if (counts.failed > 0) return { kind: 'failed', text: `Failed: ${of} done, ${String(counts.failed)} failed` };
  if (counts.done < steps.length) {
    const kind = status === 'blocked' || counts.blocked > 0 ? 'blocked' : 'unfinished';
    return { kind, text: kind === 'blocked' ? `Blocked: ${of} done, ${String(counts.blocked)} waiting for a person` : `Not finished: ${of} done` };
  }
  const words = steps.filter(({ step }) => isByWord(step)).length;
  const checks = steps.reduce((sum, step) => sum + (acceptedOf(step)?.run.judgement?.checks.length ?? 0), 0);
  const evidence = `${of} done, ${many(checks, 'check')} passed on what was merged`;
  if (plan.integration.kind === 'done') return { kind: 'merged', text: `Merged: ${evidence}` };
  if (plan.integration.kind === 'blocked') return { kind: 'blocked', text: `Blocked: ${evidence}, and the branch cannot be merged` };
  if (words > 0) return { kind: 'look', text: `Look first: ${evidence}, ${String(words)} of the steps by a person's word and not on evidence` };
  return { kind: 'ready', text: `Ready to merge: ${evidence}` };
}
