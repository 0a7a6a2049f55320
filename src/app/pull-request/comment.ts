import { clip, mdCode, mdText } from '../../format/markdown.ts';
import type { Finding } from '../../kernel/event.ts';
import type { Annotation, CheckRun } from '../../ports/forge.ts';
import type { PlanFacts } from './facts.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** Findings that a comment lists; the body has them all. */
const MOST_FINDINGS = 20;
/** More annotations than anybody reads, and fewer than GitHub takes. */
const MOST_ANNOTATIONS = 200;
const TEXT_UNITS = 500;
/** Of an annotation's message, which is shown as plain text. GitHub takes 64 KiB. */
const ANNOTATION_UNITS = 4_000;

/** The first line of coo's one comment on a pull request, by which it is found again. */
export function markerOf({ ledger, plan }: PlanFacts): string {
  return `<!-- git-coo:${ledger}:${plan.plan.plan_id} -->`;
}

/** What the comment says under its marker: where the work stands now. The same facts make the same text. */
export function renderComment(facts: PlanFacts): string {
  const findings = openFindings(facts);
  const lines = findings.slice(0, MOST_FINDINGS).map(({ step_id, code, message, path }) => `- ${mdCode(step_id)} ${mdCode(code)}${path === undefined ? '' : ` in ${mdCode(path)}`}: ${mdText(message, TEXT_UNITS)}`);
  const more = findings.length > MOST_FINDINGS ? [`- and ${String(findings.length - MOST_FINDINGS)} more`] : [];
  return [`**${verdictOf(facts).text}.**`, `${mdCode(facts.branch)} stands at ${mdCode(facts.plan.tip ?? 'nothing')}, as the ledger has it.`, ...(lines.length === 0 ? [] : [[...lines, ...more].join('\n')])].join('\n\n');
}

const CONCLUSIONS: Readonly<Record<Verdict['kind'], CheckRun['conclusion']>> = { merged: 'success', ready: 'success', look: 'neutral', unfinished: 'neutral', failed: 'failure', blocked: 'failure', cancelled: 'failure' };

/** The check run on the tip of the plan's branch, with the findings about files as annotations. */
export function renderCheck(facts: PlanFacts, tip: string): CheckRun {
  const { kind, text } = verdictOf(facts);
  const annotations = openFindings(facts).flatMap(({ path, code, message }): readonly Annotation[] => (path === undefined ? [] : [{ path, level: kind === 'failed' || kind === 'blocked' ? 'failure' : 'warning', title: code, message: clip(message, ANNOTATION_UNITS) }]));
  return { name: `coo / ${facts.plan.plan.plan_id}`, commit: tip, conclusion: CONCLUSIONS[kind], title: text, summary: renderComment(facts), annotations: annotations.slice(0, MOST_ANNOTATIONS) };
}

/** What is wrong with steps that are not done. */
function openFindings({ steps }: PlanFacts): readonly (Finding & { readonly step_id: string })[] {
  return steps.flatMap(({ step }) => (step.status === 'done' ? [] : step.findings.map((finding) => ({ ...finding, step_id: step.step_id }))));
}
