import { many } from '../../format/many.ts';
import { mdCode, mdHead, mdRow, mdText, mdTitle } from '../../format/markdown.ts';
import { flowchart } from '../../format/mermaid.ts';
import { duration } from '../../format/time-span.ts';
import { isByWord } from '../../kernel/state.ts';
import { NO_USE, useWords, withRun } from '../report/agent-use.ts';
import { acceptedOf } from './facts.ts';
import type { PlanFacts, StepFacts } from './facts.ts';
import { stepDetails } from './details.ts';
import { verdictOf } from './verdict.ts';

/** What GitHub takes as a body, in characters (its error: "body is too long (maximum is 65536 characters)"). Counted here in UTF-16 units, which are never fewer. */
export const MAX_BODY = 65_536;
/** GitHub takes 256 characters as a title. */
const MAX_TITLE = 200;
/** Of an objective in the table. */
const OBJECTIVE_UNITS = 120;
/** Kept free for the line that says what was left out. */
const CUT_UNITS = 300;

/** The pull request's title: the plan's. */
export function renderTitle({ plan: { plan } }: PlanFacts): string {
  return mdTitle(plan.title === '' ? plan.plan_id : plan.title, MAX_TITLE);
}

/** The pull request's body: the verdict, a table of steps, their picture, and each step's details, folded. What does not fit is left out, and the body says so. */
export function renderBody(facts: PlanFacts): string {
  const foot = footOf(facts);
  const head = headOf(facts);
  const room = MAX_BODY - foot.length - CUT_UNITS;
  const rows = fitting(facts.steps.map(rowOf), room - head.length, 1);
  const table = [head, ...rows].join('\n');
  const top = [table, ...fitting(pictureOf(facts), room - table.length, 2)].join('\n\n');
  const details = fitting(facts.steps.filter(({ attempts }) => attempts.length > 0).map(stepDetails), room - top.length, 2);
  const left = [
    ...(rows.length < facts.steps.length ? [`${many(facts.steps.length - rows.length, 'step')} are not in the table`] : []),
    ...(details.length < facts.steps.filter(({ attempts }) => attempts.length > 0).length ? [`the details of ${many(facts.steps.filter(({ attempts }) => attempts.length > 0).length - details.length, 'step')} are left out`] : []),
  ];
  const cut = left.length === 0 ? [] : [`**Cut to ${String(MAX_BODY)} characters**: ${left.join(', ')}. All of it: ${mdCode(`coo receipts list ${facts.plan.plan.plan_id}`)}`];
  return `${[top, ...details, ...cut, foot].join('\n\n')}\n`;
}

/** The first parts that fit into so many units, each with `gap` line ends before it. */
function fitting(parts: readonly string[], units: number, gap: number): readonly string[] {
  let used = 0;
  const end = parts.findIndex((part) => {
    used += part.length + gap;
    return used > units;
  });
  return end < 0 ? parts : parts.slice(0, end);
}

function headOf(facts: PlanFacts): string {
  const { plan, target, objective } = { plan: facts.plan, ...facts.plan.plan };
  const blocked = plan.integration.kind === 'blocked' ? [`In the way: ${mdText(plan.integration.message, 1_000)}`, ''] : [];
  return [
    `**${verdictOf(facts).text}.**`,
    '',
    ...blocked,
    `Plan ${mdCode(plan.plan.plan_id)}, revision ${String(plan.revision)}, accepted from ${mdText(plan.by)}, for ${mdCode(target)}.`,
    ...(objective === undefined ? [] : ['', `Objective: ${mdText(objective, 2_000)}`]),
    '',
    mdHead(['Step', 'State', 'Seat', 'Attempts', 'Time', 'Cost', 'Checks', 'Evidence']),
  ].join('\n');
}

/** How the steps hang together, where any waits for another. */
function pictureOf({ steps }: PlanFacts): readonly string[] {
  if (steps.every(({ step }) => (step.spec.depends_on ?? []).length === 0)) return [];
  const drawn = flowchart(steps.map(({ step, attempts }) => ({ step_id: step.step_id, status: step.status, after: step.spec.depends_on ?? [], note: attempts.at(-1)?.run.who.seat ?? '' })));
  return drawn === null ? [] : [`\`\`\`mermaid\n${drawn}\n\`\`\``];
}

function rowOf(facts: StepFacts): string {
  const { step, attempts } = facts;
  const last = acceptedOf(facts) ?? attempts.at(-1);
  const checks = last?.run.judgement?.checks ?? [];
  const passed = checks.filter(({ exit }) => exit === 0).length;
  return mdRow([
    `${mdCode(step.step_id)} ${mdText(step.spec.objective, OBJECTIVE_UNITS)}`,
    isByWord(step) ? "done, by a person's word" : step.status,
    last === undefined ? '' : mdText(last.run.who.seat),
    String(step.fence),
    elapsedOf(facts),
    attempts.length === 0 ? '' : duration(attempts.reduce((sum, { run }) => sum + tookMs(run), 0)),
    checks.length === 0 ? (last === undefined ? '' : 'none') : `${String(passed)} of ${String(checks.length)}`,
    evidenceOf(facts),
  ]);
}

/** From the first attempt's beginning to the last one's end. */
function elapsedOf({ attempts }: StepFacts): string {
  const [first] = attempts;
  const last = attempts.at(-1);
  return first === undefined || last === undefined ? '' : duration(Date.parse(last.run.ended_at) - Date.parse(first.run.started_at));
}

function tookMs(run: { readonly started_at: string; readonly ended_at: string }): number {
  return Math.max(0, Date.parse(run.ended_at) - Date.parse(run.started_at));
}

function evidenceOf(facts: StepFacts): string {
  const { step } = facts;
  const run = acceptedOf(facts)?.run;
  if (run === undefined) return step.why === null ? '' : mdText(step.why, OBJECTIVE_UNITS);
  const { change, outputs, receipts } = run;
  const parts = [
    ...(change === null ? ['no change'] : [`${mdCode(change.commit.slice(0, 12))} ${many(change.files, 'file')} +${String(change.added)} -${String(change.removed)}`]),
    ...(outputs.length === 0 ? [] : [many(outputs.length, 'output')]),
    ...(receipts.length === 0 ? [] : [many(receipts.length, 'proof')]),
  ];
  return parts.join(', ');
}

function footOf({ plan, steps, ledger, ledgerBranch, branch }: PlanFacts): string {
  const use = steps.flatMap(({ attempts }) => attempts).reduce((sum, { run }) => withRun(sum, run), NO_USE);
  return [
    '---',
    `Time runs from the first attempt to the last; cost is the time that workers spent, all attempts together.${use.sessions === 0 ? '' : ` Agents used ${useWords(use)}.`}`,
    `Branch ${mdCode(branch)} at ${mdCode(plan.tip ?? 'nothing')}; plan digest ${mdCode(plan.digest)}; ledger ${mdCode(ledger)} on branch ${mdCode(ledgerBranch)}. To check all of it in a clone: ${mdCode(`git fetch origin ${ledgerBranch} && coo verify`)}`,
  ].join('\n\n');
}
