import type { DiskUse } from '../../app/operations/disk-use.ts';
import type { RefusedPlan } from '../../app/operations/refused.ts';
import type { Status } from '../../app/operations/status.ts';
import { isReader } from '../../app/operations/barred.ts';
import { lateWords } from '../../app/operations/late.ts';
import { quietWords } from '../../app/quiet.ts';
import { spentOf } from '../../app/spent-words.ts';
import { byteCount } from '../../format/byte-count.ts';
import { namedScope, scopeFlag } from '../../kernel/scope.ts';
import type { PlanView, StepView } from '../../kernel/views.ts';
import { duration } from './duration.ts';
import { plain } from './plain.ts';
import { bar } from './bar.ts';
import { inState, MARKS } from './style.ts';
import type { Style } from './style.ts';
import { cut, pad, width } from './width.ts';

export interface StatusLook {
  readonly style: Style;
  readonly columns: number;
  readonly now_ms: number;
  /** What coo takes on the disk, where it was asked for. */
  readonly used?: DiskUse | undefined;
  /** Seats and ledger too; false where only steps were asked for. */
  readonly whole: boolean;
}

/** Blockers that stand above all plans already. */
const SAID_ABOVE = new Set(['FROZEN', 'PAUSED', 'BREAKER_OPEN']);
const BAR_COLUMNS = 10;
/** Steps of a plan that are shown before the rest is counted. */
const MOST_STEPS = 40;

/** The status for a person. */
export function statusLines(status: Status, look: StatusLook): readonly string[] {
  const lines = [...stopLines(status, look.style)];
  if (status.plans.length === 0 && !(look.whole && status.refused.length > 0)) lines.push(look.whole ? 'no plans yet: coo plan new <plan_id>, then coo plan start <plan_id>' : 'nothing');
  for (const plan of status.plans) lines.push(...planLines(plan, look), '');
  if (look.whole) for (const refused of status.refused) lines.push(...refusedLines(refused, look.style), '');
  if (status.more > 0) lines.push(look.style.dim(`${String(status.more)} more steps: --limit ${String(status.more + status.plans.reduce((sum, { steps }) => sum + steps.length, 0))}`), '');
  if (status.omitted > 0 && look.whole) lines.push(look.style.dim(`${String(status.omitted)} other plans: coo plan list`), '');
  if (look.whole) lines.push(...seatLines(status, look), '', ...lateLines(status, look.style), ...spendingLines(status, look.style), ...footLines(status, look));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/** What stops everything or a plan comes first, in words that need no colour. */
function stopLines(status: Status, style: Style): readonly string[] {
  const lines: string[] = [];
  const { barred, frozen } = status;
  if (barred !== null && !isReader(barred)) lines.push(style.red(`HALTED here: ${plain(barred.message)} [${barred.code}]`), `  next:  ${plain(barred.next)}`);
  if (frozen !== null) lines.push(style.red(`FROZEN at entry ${String(frozen.seq)} by ${plain(frozen.by)}: ${plain(frozen.reason)}`), "  next:  coo thaw --reason '...'");
  for (const { scope, state, reason } of status.breakers) {
    const where = scope === 'all' ? '' : ` for ${namedScope(scope)}`;
    if (state === 'open') lines.push(style.red(`STOPPED (breaker open)${where}: ${plain(reason)}`));
    else lines.push(style.yellow(`breaker half open${where}: one step is tried before the others go on`));
  }
  if (status.breaker.state === 'open') lines.push('  next:  coo breaker show');
  for (const { scope, by, reason } of status.paused) lines.push(style.yellow(`PAUSED${scope === 'all' ? '' : ` ${namedScope(scope)}`} by ${plain(by)}: ${plain(reason)}`), `  next:  coo resume${scopeFlag(scope)} --reason '...'`);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** A plan file that was not taken in, as editors and compilers write faults. */
function refusedLines({ path, faults, more }: RefusedPlan, style: Style): readonly string[] {
  const lines = faults.flatMap(({ line, message, code, fix }) => [`    ${plain(path)}${line === null ? '' : `:${String(line)}`}: ${plain(message)} ${style.dim(`[${code}]`)}`, `      next:  ${plain(fix)}`]);
  return [`${style.red(MARKS.failed)} ${style.bold(plain(path))}  ${style.red('refused')}`, ...lines, ...(more === 0 ? [] : [`    and ${String(more)} more: coo plan lint ${plain(path)}`])];
}

function planLines(plan: PlanView, { style, columns }: StatusLook): readonly string[] {
  const count = `${String(plan.done)}/${String(plan.of)}`;
  const head = `${MARKS[plan.state]} ${plan.plan_id}`;
  const tail = `${bar(plan.done, plan.of, BAR_COLUMNS)} ${count} ${plan.state}`;
  const title = cut(plain(plan.title), Math.max(0, columns - width(head) - width(tail) - 4));
  const lines = [`${inState(style, plan.state, MARKS[plan.state])} ${style.bold(plan.plan_id)}  ${inState(style, plan.state, tail)}  ${style.dim(title)}`.trimEnd()];
  const nameColumns = Math.min(32, Math.max(...plan.steps.map((step) => step.step_id.length), 0));
  for (const step of plan.steps.slice(0, MOST_STEPS)) lines.push(stepLine(step, nameColumns, style, columns));
  if (plan.steps.length > MOST_STEPS) lines.push(style.dim(`    and ${String(plan.steps.length - MOST_STEPS)} more: coo plan show ${plan.plan_id}`));
  for (const { message, next } of plan.blockers.filter(({ code }) => !SAID_ABOVE.has(code))) lines.push(style.yellow(`    ${cut(plain(message), columns - 4)}`), `      next:  ${plain(next)}`);
  return lines;
}

function stepLine(step: StepView, nameColumns: number, style: Style, columns: number): string {
  const who = step.seat === null ? '' : `${plain(step.seat)}, fence ${String(step.fence)}`;
  const why = step.why === null ? '' : plain(step.why);
  const left = `    ${MARKS[step.state]} ${pad(step.step_id, nameColumns)}  ${pad(step.state, 9)}`;
  const more = [who, why].filter((part) => part !== '').join('  ');
  const right = more === '' ? '' : `  ${cut(more, Math.max(8, columns - width(left) - 2))}`;
  return `    ${inState(style, step.state, MARKS[step.state])} ${pad(step.step_id, nameColumns)}  ${inState(style, step.state, pad(step.state, 9))}${right}`.trimEnd();
}

/** Busy seats one by one, idle ones in a line, and those that get nothing for now. */
function seatLines(status: Status, { style }: StatusLook): readonly string[] {
  const away = status.parked.map(({ seat, until, reason }) => style.yellow(`  ${plain(seat)} gets nothing until ${until}: ${plain(reason)}`));
  const busy = status.seats.filter(({ state }) => state !== 'idle');
  const idle = status.seats.filter(({ state }) => state === 'idle').map(({ seat }) => plain(seat));
  const nameColumns = Math.max(...busy.map(({ seat }) => seat.length), 0);
  const suspect = (step: string | null): string => status.quiet.filter((one) => one.step === step).map((quiet) => `  ${style.yellow(quietWords(quiet))}`).join('');
  const used = (step: string | null): string => (status.spending?.at_work ?? []).filter((one) => one.step === step).map(({ cap, ...spent }) => style.dim(`  ${spentOf(spent, cap)} so far`)).join('');
  const lines = busy.map(({ seat, state, step }) => `  ${pad(plain(seat), nameColumns)}  ${style.cyan(pad(state, 9))}  ${step ?? ''}${used(step)}${suspect(step)}`.trimEnd());
  const kept = status.seats.flatMap(({ seat, why }) => (why === undefined ? [] : [style.yellow(`  ${plain(seat)} gets nothing: ${plain(why)}`)]));
  return ['seats', ...lines, ...away, ...kept, ...(idle.length === 0 ? [] : [style.dim(`  idle: ${idle.join(', ')}`)])];
}

/** Refused results, which may be of use. */
function lateLines({ late }: Status, style: Style): readonly string[] {
  return late.flatMap((one) => [style.yellow(`${plain(one.step)}: ${lateWords(one)}`), `  next:  coo explain ${plain(one.step)}`]);
}

/** What attempts used today of what they may. */
function spendingLines({ spending }: Status, style: Style): readonly string[] {
  if (spending === null) return [];
  const own = spending.seats.filter(({ tokens, usd, cap }) => tokens > 0 || usd > 0 || cap !== undefined).map(({ seat, cap, ...spent }) => `${plain(seat)} ${spentOf(spent, cap)}`);
  const plans = (spending.plans ?? []).map(({ plan_id, cap, ...spent }) => `${plan_id} ${spentOf(spent, cap)}`);
  const { tokens: _tokens, usd: _usd, ...counted } = spending.cap;
  // Without agents, what they may spend says nothing.
  const today = spending.seats.length === 0 && Object.keys(counted).length === 0 ? [] : [`spent today: ${spentOf(spending, spending.seats.length === 0 ? counted : spending.cap)}${own.length === 0 ? '' : ` (${own.join('; ')})`}`];
  return [style.dim([...today, ...(plans.length === 0 ? [] : [`${today.length === 0 ? 'spent ' : ''}by plans: ${plans.join('; ')}`])].join('; '))];
}

function footLines(status: Status, { style, now_ms, used }: StatusLook): readonly string[] {
  const { manager, ledger, barred } = status;
  const since = manager.since === null ? '' : ` for ${duration(now_ms - Date.parse(manager.since))}`;
  const life: Readonly<Record<Status['manager']['life'], string>> = {
    alive: `manager: alive${since}, process ${String(manager.pid)}`,
    stopped: style.yellow(`manager: process ${String(manager.pid)} is stopped; wake it: kill -CONT ${String(manager.pid)}`),
    unknown: style.yellow(`manager: process ${String(manager.pid)} on another host, which cannot be seen from here`),
    past: `manager: process ${String(manager.pid)} then`,
    dead: style.yellow(`the manager (process ${String(manager.pid)}) died without a word${manager.seen === null ? '' : `, its last sign ${duration(now_ms - Date.parse(manager.seen))} ago`}; workers that live go on: coo run goes on where it was`),
    none: style.yellow('no manager lives: coo run'),
  };
  const reads = barred !== null && isReader(barred) ? [style.dim(`reads only: ${plain(barred.message)}`)] : [];
  return [life[manager.life], ...reads, style.dim(`ledger: ${String(ledger.seq)} entries, head ${(ledger.head ?? 'none').slice(0, 12)}, mode ${status.mode}`), ...(used === undefined ? [] : [style.dim(diskLine(used))])];
}

function diskLine({ free, coo, workspaces, setups }: DiskUse): string {
  return `disk: ${byteCount(free)} free; .git/coo ${byteCount(coo)}, workspaces ${byteCount(workspaces)}, kept set-ups ${byteCount(setups)}`;
}
