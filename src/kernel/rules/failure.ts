import type { Finding, Next } from '../event.ts';
import type { Millis } from '../ids.ts';
import { AGENT_RETRIES } from '../limits.ts';
import { workKind } from '../ranking.ts';
import type { State, StepState } from '../state.ts';
import { limitsOf } from './grant.ts';

/** What no further attempt mends: what was denied stays denied, and who pays is asked first. */
const NEEDS_PERSON: ReadonlySet<string> = new Set(['AGENT_DENIED', 'BUDGET_TOKENS', 'BUDGET_USD', 'BUDGET_LINES', 'ACCOUNTING_MISSING']);

/** A charged failure: retry after a doubling pause until the retries are used up; a non-retryable finding ends the step at once. */
export function afterFailure(state: State, step: StepState, findings: readonly Finding[], at_ms: Millis): Next {
  const limits = limitsOf(state);
  const person = findings.find(({ code }) => NEEDS_PERSON.has(code));
  if (person !== undefined) return { kind: 'block', reason: person.message };
  const { max = workKind(step.spec) === 'c' ? limits.retries : Math.min(limits.retries, AGENT_RETRIES), non_retryable = [] } = step.spec.retry ?? {};
  if (step.failures >= max || findings.some((finding) => non_retryable.includes(finding.code))) return { kind: 'fail' };
  return { kind: 'retry', ready_at_ms: at_ms + Math.min(limits.backoff_ms * 2 ** step.failures, limits.backoff_cap_ms) };
}

/** An attempt lost to a host's or manager's death: no retry is charged, but a step that is lost again and again needs a person. */
export function afterLoss(state: State, step: StepState, at_ms: Millis, why: string): Next {
  if (step.losses + 1 >= limitsOf(state).losses) return { kind: 'block', reason: `lost ${String(step.losses + 1)} times in a row: ${why}` };
  return { kind: 'retry', ready_at_ms: at_ms };
}
