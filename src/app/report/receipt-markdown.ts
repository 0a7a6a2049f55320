import { many } from '../../format/many.ts';
import { mdCode, mdText } from '../../format/markdown.ts';
import type { Run } from '../../format/run.ts';
import { attemptDetails } from '../pull-request/details.ts';

const TEXT_UNITS = 2_000;

/** A run receipt as a page of Markdown. */
export function receiptMarkdown(path: string, run: Run): readonly string[] {
  const { order } = run;
  return [`# ${mdCode(order.order_id)}: ${run.result.replace('_', ' ')}`, '', `**${receiptVerdict(run)}.**`, '', `Ordered: ${mdText(order.objective, TEXT_UNITS)}`, '', `Began at ${order.start_commit === null ? 'nothing' : mdCode(order.start_commit)}.`, '', attemptDetails({ path, run })];
}

/** What a receipt comes to, in a sentence without a full stop: what was shown, or what was missing. */
export function receiptVerdict({ result, judgement, findings, by }: Run): string {
  const all = [...findings, ...(judgement?.findings ?? [])];
  if (result === 'passed') {
    const checks = judgement?.checks ?? [];
    return `Accepted on evidence: ${checks.length === 0 ? 'no checks were asked for' : `${String(checks.filter(({ exit }) => exit === 0).length)} of ${String(checks.length)} checks passed on what was merged`}`;
  }
  if (result === 'lost') return `Lost: its worker was gone before it reported; written by the ${by}`;
  return `Not accepted (${result.replace('_', ' ')}): ${all[0]?.message === undefined ? 'it says no reason' : many(all.length, 'finding')}`;
}
