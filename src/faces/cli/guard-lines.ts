import type { GuardReport } from '../../app/guard/report.ts';
import type { GuardFinding } from '../../app/guard/finding.ts';
import { verdictLine } from '../guard/verdict.ts';
import { plain } from './plain.ts';
import type { Style } from './style.ts';

/** Notes of one kind beyond so many are counted: they ask nothing of anybody. */
const NOTES_SHOWN = 10;

/** Findings with place, code and fix, errors first; the verdict last. */
export function guardLines(report: GuardReport, style: Style): readonly string[] {
  const { findings, verdict } = report;
  const [errors, warnings, notes] = (['error', 'warning', 'note'] as const).map((severity) => findings.filter((finding) => finding.severity === severity));
  const shown = [...(errors ?? []), ...(warnings ?? []), ...(notes ?? []).slice(0, NOTES_SHOWN)];
  const more = (notes ?? []).length - NOTES_SHOWN;
  const lines = [...shown.flatMap((finding) => linesOf(finding, style)), ...(more > 0 ? [style.dim(`and ${String(more)} more notes: --json lists them`)] : [])];
  const last = verdictLine(report);
  return [...lines, ...(lines.length > 0 ? [''] : []), verdict === 'passed' ? style.green(last) : style.red(last)];
}

function linesOf({ code, severity, path, line, commit, message, fix }: GuardFinding, style: Style): readonly string[] {
  const at = commit === null ? '' : `commit ${commit.slice(0, 12)}`;
  const where = path === null ? at : `${plain(path)}${line === undefined ? '' : `:${String(line)}`}${at === '' ? '' : ` (${at})`}`;
  const paint = severity === 'error' ? style.red : severity === 'warning' ? style.yellow : style.dim;
  const label = severity === 'error' ? '' : `${severity}: `;
  return [`${paint(`${label}${where === '' ? 'the range' : where}`)}: ${plain(message)} ${style.dim(`[${code}]`)}`, ...(severity === 'note' ? [] : [`  next:  ${plain(fix)}`])];
}
