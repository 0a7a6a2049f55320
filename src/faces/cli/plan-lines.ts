import type { Step } from '../../kernel/plan.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { PlanView } from '../../kernel/views.ts';
import { flowchart } from '../../format/mermaid.ts';
import { plain } from './plain.ts';
import { inState, MARKS } from './style.ts';
import type { Style } from './style.ts';

/** One plan whole, for a person. */
export function planLines(plan: PlanState, view: PlanView, style: Style): readonly string[] {
  const spec = plan.plan;
  const lines = [
    `${style.bold(spec.plan_id)}  ${inState(style, view.state, view.state)}  ${String(view.done)}/${String(view.of)}  ${plain(spec.title)}`,
    ...(spec.objective === undefined ? [] : [`  objective  ${plain(spec.objective)}`]),
    `  target     ${plain(spec.target)}, integrated by ${spec.integrate.replace('_', ' ')}; priority ${spec.priority ?? 'normal'}`,
    `  by         ${plain(plan.by)}, revision ${String(plan.revision)}`,
    '',
  ];
  for (const step of spec.steps) lines.push(...stepLines(step, view, style));
  for (const { message, next } of view.blockers) lines.push('', style.yellow(`  ${plain(message)}`), `    next:  ${plain(next)}`);
  return lines;
}

/** The same as a picture, in Mermaid's text. */
export function planPicture({ plan }: PlanState, view: PlanView): readonly string[] {
  const after = new Map(plan.steps.map(({ step_id, depends_on }) => [step_id, depends_on ?? []]));
  const drawn = flowchart(view.steps.map(({ step_id, state, seat, attempt }) => ({ step_id, status: state, after: after.get(step_id) ?? [], note: seat ?? (attempt > 1 ? `${String(attempt)} attempts` : '') })));
  return [drawn ?? `%% ${String(plan.steps.length)} steps are too many to draw: coo plan show ${plan.plan_id}`];
}

function stepLines(step: Step, view: PlanView, style: Style): readonly string[] {
  const now = view.steps.find(({ step_id }) => step_id === step.step_id);
  const state = now?.state ?? 'waiting';
  const who = step.seat !== undefined ? `seat ${step.seat}` : step.role !== undefined ? `role ${step.role}` : '';
  const after = (step.depends_on ?? []).join(', ');
  const held = now === undefined || now.seat === null ? '' : `held by ${now.seat}, fence ${String(now.fence)}`;
  const more = [held, who, after === '' ? '' : `after ${after}`, now?.why ?? ''].filter((part) => part !== '').map(plain);
  return [`  ${inState(style, state, `${MARKS[state]} ${state.padEnd(9)}`)} ${style.bold(step.step_id)}  ${plain(step.objective)}`, ...(more.length === 0 ? [] : [style.dim(`              ${more.join('; ')}`)])];
}
