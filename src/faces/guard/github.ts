import { escapeHidden } from '../../format/fault.ts';
import type { GuardFinding } from '../../app/guard/finding.ts';
import type { GuardReport } from '../../app/guard/report.ts';
import { verdictLine } from './verdict.ts';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;
/** The forge shows ten of each kind a step; the summary holds more. */
const SHOWN = 10;
const ROWS = 200;

/** Workflow commands, which GitHub shows at the line they are about: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function annotations({ findings }: GuardReport): readonly string[] {
  return (['error', 'warning', 'note'] as const).flatMap((severity) =>
    findings
      .filter((finding) => finding.severity === severity)
      .slice(0, SHOWN)
      .map(({ code, path, line, message, fix, commit }) => {
        const where = [...(path === null ? [] : [`file=${property(path)}`]), ...(line === undefined ? [] : [`line=${String(line)}`]), `title=${property(code)}`];
        const said = `${commit === null ? '' : `${commit.slice(0, 12)}: `}${message}; next: ${fix}`;
        return `::${COMMANDS[severity]} ${where.join(',')}::${data(said)}`;
      }),
  );
}

/**
 * A line for people that GitHub does not take for a command: `::` at its beginning, behind any white space, or `##[` anywhere in it, the older form
 * that the runner still reads (actions/runner, ActionCommand.cs). What could be one is shown by its number.
 */
export function inert(line: string): string {
  return line.replace(/^(\s*):(?=:)/, String.raw`$1\u{3a}`).replaceAll('##[', String.raw`#\u{23}[`);
}

/** The job's summary, in Markdown: the verdict, and a table of what was found. */
export function summary(report: GuardReport): string {
  const { findings } = report;
  const rows = findings.slice(0, ROWS).map((finding) => `| ${cells(finding).map(cell).join(' | ')} |`);
  const more = findings.length > ROWS ? [`and ${String(findings.length - ROWS)} more`, ''] : [];
  const table = rows.length === 0 ? [] : ['| | code | commit | path | what | next |', '| --- | --- | --- | --- | --- | --- |', ...rows, '', ...more];
  return [`### coo guard: ${cell(verdictLine(report))}`, '', ...table, ''].join('\n');
}

function cells({ severity, code, commit, path, message, fix }: GuardFinding): readonly string[] {
  return [severity, code, commit === null ? '' : commit.slice(0, 12), path ?? '', message, fix];
}

/** Text in a cell: no end of the cell, no markup, nobody mentioned. */
function cell(text: string): string {
  return escapeHidden(text).replaceAll(/[&<>|@#`*_[\]\\~]/g, (char) => `&#${String(char.codePointAt(0))};`).replaceAll(/[\r\n]+/g, ' ');
}

function data(text: string): string {
  return escapeHidden(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
