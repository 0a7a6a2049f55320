import { mdCode, mdHead, mdRow, mdText } from '../../format/markdown.ts';
import { duration } from '../../format/time-span.ts';
import { many } from '../../format/many.ts';
import { NO_USE, moneyWords, numberWords, plus, useWords } from './agent-use.ts';
import type { Accepted, Decided, Report, Setback, Spent } from '../operations/report.ts';

const TEXT_UNITS = 300;
/** Rows of a table; `--json` has all. */
const MOST_ROWS = 500;

/** A report as Markdown: the sum first, then what each number is made of. */
export function reportMarkdown(report: Report): readonly string[] {
  const { since, until, entries, plans, accepted, setbacks, decided, spent, ledger } = report;
  const worked = spent.reduce((sum, { worked_ms }) => sum + worked_ms, 0);
  const checked = spent.reduce((sum, { checked_ms }) => sum + checked_ms, 0);
  const agents = spent.reduce((sum, { agents: one }) => plus(sum, one), NO_USE);
  const attempts = spent.reduce((sum, one) => sum + one.attempts, 0);
  if (entries === null) return [`# Nothing happened from ${since} to ${until}`];
  const done = plans.filter(({ state }) => state === 'done').length;
  return [
    `# What was done, ${since.slice(0, 10)} to ${until.slice(0, 10)}`,
    '',
    `**${many(accepted.length, 'step')} accepted on evidence, ${many(setbacks.length, 'setback')}, ${many(decided.length, 'decision')} by people; ${many(done, 'plan')} done of ${String(plans.length)} that moved.**`,
    '',
    `${many(attempts, 'attempt')} took ${duration(worked)} of workers' time, and coo's checks of what it merged ${duration(checked)}.${agents.sessions === 0 ? '' : ` Agents used ${useWords(agents)}.`}`,
    ...section('Plans', ['Plan', 'State', 'Steps'], plans, ({ plan_id, title, state, done: steps, of }) => [`${mdCode(plan_id)} ${mdText(title, TEXT_UNITS)}`, state, `${String(steps)} of ${String(of)}`]),
    ...section('Done', ['When', 'Step', 'Seat', 'Attempt', 'Evidence', 'Receipt'], accepted, acceptedCells),
    ...section('Failures and rework', ['When', 'Step', 'Seat', 'Attempt', 'What', 'Receipt'], setbacks, setbackCells),
    ...section('What people decided', ['When', 'Entry', 'Who', 'What'], decided, decidedCells),
    ...section('Cost', ['Seat', 'Attempts', 'Accepted', 'Worked', 'Checked', 'Tokens', 'Money'], spent, spentCells),
    '',
    '---',
    '',
    `From entries ${String(entries.first)} to ${String(entries.last)} of ledger ${mdCode(ledger)}; times are those that the entries state. To check it: ${mdCode('coo verify')}, and each receipt by ${mdCode('coo receipts show <receipt>')}.`,
  ];
}

function section<T>(title: string, columns: readonly string[], all: readonly T[], cells: (one: T) => readonly string[]): readonly string[] {
  if (all.length === 0) return [];
  const more = all.length > MOST_ROWS ? ['', `And ${String(all.length - MOST_ROWS)} before these: ${mdCode('coo report --json')} has them.`] : [];
  return ['', `## ${title}`, '', mdHead(columns), ...all.slice(-MOST_ROWS).map((one) => mdRow(cells(one))), ...more];
}

/** To the minute, in UTC. */
function when(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')}Z`;
}

function acceptedCells({ at, step, seat, attempt, commit, files, added, removed, checks, outputs, receipt }: Accepted): readonly string[] {
  const change = commit === null ? 'no change' : `${mdCode(commit.slice(0, 12))} ${many(files, 'file')} +${String(added)} -${String(removed)}`;
  return [when(at), mdCode(step), mdText(seat), String(attempt), [change, `${many(checks, 'check')} passed`, ...(outputs === 0 ? [] : [many(outputs, 'output')])].join(', '), mdCode(receipt)];
}

function setbackCells({ at, step, seat, attempt, kind, why, receipt }: Setback): readonly string[] {
  return [when(at), mdCode(step), seat === null ? '' : mdText(seat), String(attempt), `${kind}: ${mdText(why, TEXT_UNITS)}`, receipt === null ? '' : mdCode(receipt)];
}

function decidedCells({ at, seq, by, what }: Decided): readonly string[] {
  return [when(at), String(seq), mdText(by), mdText(what, TEXT_UNITS)];
}

function spentCells({ seat, attempts, accepted, worked_ms, checked_ms, agents }: Spent): readonly string[] {
  const used = agents.sessions === 0 ? ['', ''] : [numberWords(agents.tokens), agents.unpriced === agents.sessions ? 'no price' : moneyWords(agents.micro_usd)];
  return [mdText(seat), String(attempts), String(accepted), duration(worked_ms), duration(checked_ms), ...used];
}
