import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { findHolder, findStepOf } from './find.ts';

/** The holder asks, and lets go of the step: it waits for the answer and holds neither seat nor worker. */
export function questionRule(state: State, input: InputOf<'question'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, to, text, at_ms } = input;
  if (found.claim.reported !== null) return reject('REPORT_LATE', `fence ${String(fence)} reported already and is being judged`, `coo explain ${stepKey(plan_id, step_id)}`);
  const reason = waitsFor(to, text);
  return { ok: true, events: [{ type: 'question.asked', plan_id, step_id, fence, to, text, at_ms }, { type: 'claim.released', plan_id, step_id, fence, reason, next: { kind: 'block', reason } }] };
}

/** The reason that a step waits for an answer with. */
export function waitsFor(to: string, text: string): string {
  return `asks ${to}: ${text}`;
}

/** Somebody knows. The answer stands in the next work order. */
export function answerRule(state: State, input: InputOf<'answer'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan_id, step_id, text, by, at_ms } = input;
  const { question } = found.step;
  if (question === null) return reject('QUESTION_NONE', `${stepKey(plan_id, step_id)} asks nothing`, 'coo inbox');
  return { ok: true, events: [{ type: 'question.answered', plan_id, step_id, fence: question.fence, text, by, at_ms }] };
}
