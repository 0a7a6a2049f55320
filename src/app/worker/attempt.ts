import type { Order } from '../../kernel/order.ts';
import type { CommandRecord } from '../../format/run.ts';
import type { Finding } from '../../kernel/event.ts';
import { NOT_WORK, agentHomePath, cooPaths, workspacePath } from '../layout.ts';
import { storedBytes } from '../stored.ts';
import type { World } from '../world.ts';
import type { Cell } from '../../ports/sandbox.ts';
import { attemptEnv, secretsOf, treeMark } from './environment.ts';
import { collectReceipts } from './evidence.ts';
import { openCell, runIn } from './cell.ts';
import { cellFolder } from './confinement.ts';
import { watchDisk } from './disk-watch.ts';
import type { DiskWatch } from './disk-watch.ts';
import { passed, runCommands } from './commands.ts';
import type { Bench, Phase } from './commands.ts';
import { NARRATION_CAP, readInbox } from './inbox.ts';
import { lastWords } from './excerpt.ts';
import { redactFindings, redactor } from './redact.ts';
import type { Redactor } from './redact.ts';
import { claimPorts } from './ports.ts';
import type { ClaimedPorts } from './ports.ts';
import { failureMark } from '../failure-mark.ts';
import { denialFindings } from './result.ts';
import type { Result } from './result.ts';
import { runSetup } from './setup.ts';
import type { AgentOutcome, AgentSeat } from './agent.ts';
import { makeHome } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';

export interface AttemptContext {
  readonly world: World;
  readonly ledger: string;
  readonly order: Order;
  readonly token: string;
  readonly version: string;
  /** Aborted when the attempt is cancelled or its fence is over. */
  readonly signal: AbortSignal;
}

/** Of what is told about hidden files, in UTF-16 code units. */
const HIDDEN_CAP = 2_000;

type Outcome = Pick<Result, 'result' | 'commands' | 'findings' | 'agent'> & Pick<AgentOutcome, 'narration' | 'question' | 'until_ms' | 'unfit'>;

/** Of an attempt that no agent has worked in. */
const NO_AGENT = { narration: null, question: null, until_ms: null } as const;

/**
 * One attempt from workspace to result: set-up, checks before, the step's commands, the change sealed as a commit and packed,
 * expected receipts copied. Leaves a result in any case short of its own death. Throws only when the result cannot be written.
 */
export async function runAttempt(context: AttemptContext): Promise<Result> {
  const { world, order } = context;
  const started_at_ms = world.clock.now();
  const folder = workspacePath(world.layout, context.ledger, order.order_id);
  const evidence = cooPaths.evidence(world.layout, order.order_id);
  await world.files.folder(evidence);
  const base = { schema: 'coo/result.v1', order_id: order.order_id, started_at_ms, harness: { kind: order.agent?.kind ?? 'shell', version: context.version } } as const;
  let clean = redactor(world.secrets, [context.token]);
  let sandbox: Cell['kind'] = 'off';
  const finish = async (rest: Omit<Result, keyof typeof base | 'sandbox' | 'ended_at_ms' | 'fingerprint'>): Promise<Result> => {
    const denied = rest.result === 'failed' && !rest.findings.some(({ code }) => code === 'AGENT_DENIED') ? denialFindings(rest.agent) : [];
    const findings = await redactFindings(clean, [...rest.findings, ...denied]);
    const result: Result = { ...base, ...rest, sandbox, findings, ended_at_ms: world.clock.now(), fingerprint: failureMark(findings, rest.commands.at(-1)) };
    await world.files.create(cooPaths.result(world.layout, order.order_id), storedBytes(result));
    return result;
  };
  let ports: ClaimedPorts | undefined;
  let cell: Cell | undefined;
  let home: AgentHome | undefined;
  let disk: DiskWatch | undefined;
  try {
    const inbox = `${folder}.inbox`;
    const agentHome = agentHomePath(world.layout, context.ledger, order.order_id);
    await world.files.removeAll(folder);
    const opened = await openCell(world, order, { workspace: folder, inbox, home: order.agent === undefined ? undefined : agentHome, quarantine: false });
    if (!opened.ok) return await finish({ result: 'blocked', commands: [], findings: [opened.finding], commit: null, pack: false, receipts: [], narration: null });
    ({ cell } = opened);
    sandbox = cell.kind;
    await world.work.workspace({ folder, start: order.start_commit, skip: NOT_WORK, quarantine: false });
    await world.files.folder(inbox);
    const tree = treeMark(context.ledger, order.order_id).value;
    ports = await claimPorts(world, order.ports, order.order_id);
    const env = attemptEnv(order, world.env, { ports: ports.range, folder, inbox, orderFile: cooPaths.order(world.layout, order.order_id), token: context.token, tree, binFolder: `${world.layout.coo}/bin` });
    home = order.agent === undefined ? undefined : await makeHome(world, agentHome, order.agent.login ?? []);
    clean = redactor(world.secrets, [context.token, ...secretsOf(env), ...(home?.secrets ?? [])]);
    disk = watchDisk(world, [folder, inbox, agentHome, cellFolder(folder)], order.limits.disk_bytes);
    const bench: Bench = { world, run: runIn(world.processes, cell), layout: world.layout, folder, env, marker: tree, limits: order.limits, redactor: clean, signal: AbortSignal.any([context.signal, disk.signal]) };
    const outcome = await work(context, bench, home && { home, confined: cell.kind !== 'off' });
    const full = disk.finding();
    // To seal it would take as much again.
    if (full !== undefined) return await finish({ result: 'blocked', commands: outcome.commands, findings: [full], commit: null, pack: false, receipts: [], narration: outcome.narration, ...(outcome.agent === undefined ? {} : { agent: outcome.agent }) });
    const { blocked, question: put, narration: noted } = await readInbox(world, inbox, clean);
    const question = put ?? outcome.question;
    const said = [outcome.narration, noted].filter((text) => text !== null).join('\n').slice(0, NARRATION_CAP) || null;
    const findings = [...(blocked === null ? [] : [{ code: 'WORKER_BLOCKED', message: blocked }]), ...outcome.findings];
    const asked = question === null ? {} : { question };
    const result = blocked === null && question === null ? outcome.result : 'blocked';
    const sealed = await seal(context, cell, { folder, evidence, env, redactor: clean });
    const narration = await withHidden(said, sealed.hidden, clean);
    const receipts = await collectReceipts(world, order, { folder, into: evidence, redactor: clean });
    const { agent, until_ms, unfit, commands } = outcome;
    const told = { commands, ...(agent === undefined ? {} : { agent }), ...(until_ms === null ? {} : { until_ms }), ...(unfit === undefined ? {} : { unfit }), ...asked };
    const idle = result === 'passed' && agent !== undefined && sealed.commit === order.start_commit && receipts.receipts.length === 0;
    if (idle) return await finish({ ...told, result: 'failed', findings: [{ code: 'NOTHING_DONE', message: `${base.harness.kind} said that it is done, and changed nothing` }], commit: sealed.commit, pack: false, receipts: [], narration });
    if (sealed.finding !== null) return await finish({ ...told, result: result === 'passed' ? 'failed' : result, findings: [...findings, sealed.finding], commit: null, pack: false, receipts: receipts.receipts, narration });
    return await finish({ ...told, result, findings: result === 'passed' ? [...findings, ...receipts.findings] : findings, commit: sealed.commit, pack: sealed.pack, receipts: receipts.receipts, narration });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return await finish({ result: 'failed', commands: [], findings: [{ code: 'HARNESS_FAILED', message }], commit: null, pack: false, receipts: [], narration: null });
  } finally {
    disk?.stop();
    await cell?.close();
    await home?.remove();
    await ports?.free();
  }
}

async function work(context: AttemptContext, bench: Bench, seat: Pick<AgentSeat, 'home' | 'confined'> | undefined): Promise<Outcome> {
  const { world, ledger, order } = context;
  const deadline = bench.world.clock.monotonic() + order.budget.wall_ms;
  const phases: readonly (readonly [Phase, Order['setup'], number])[] = [
    ['setup', order.setup, order.limits.check_ms],
    ['before', order.checks.before, order.limits.check_ms],
    ['command', order.commands ?? [], order.budget.wall_ms],
  ];
  const commands: CommandRecord[] = [];
  for (const [phase, list, eachMs] of phases) {
    const records = phase === 'setup' ? await runSetup({ world, ledger, order, bench, keep: true }, { deadline, eachMs }) : await runCommands(bench, phase, list, { deadline, eachMs });
    commands.push(...records);
    const last = records.at(-1);
    if (last !== undefined && !passed(last)) return { result: resultOf(last), commands, findings: [commandFinding(last, records.length)], ...NO_AGENT };
  }
  if (order.agent === undefined || seat === undefined) return { result: 'passed', commands, findings: [], ...NO_AGENT };
  // Kept out of the way of the many attempts that have none.
  const { runAgent } = await import('./agent.ts');
  return { commands, ...(await runAgent(context, bench, { agent: order.agent, deadline, ...seat })) };
}

function resultOf(last: CommandRecord): Result['result'] {
  if (last.ending === 'timed_out') return 'timed_out';
  return last.ending === 'stopped' ? 'cancelled' : 'failed';
}

/** A failed command as a finding: which one, what it was, how it ended, what it said last, and where all of that is. */
export function commandFinding(record: CommandRecord, number: number): Finding {
  const what = record.sh ?? (record.argv ?? []).join(' ');
  const shown = what.length > 120 ? `${what.slice(0, 117)}...` : what;
  const how = record.ending === 'exited' ? `exited with ${String(record.exit)}` : record.ending === 'signalled' ? `was ended by ${record.signal ?? 'a signal'}` : record.ending === 'timed_out' ? `timed out after ${String(Math.round(record.ms / 1_000))} s (${record.phase === 'command' ? 'budget.wall of the step' : 'limits.check of _plans/coo.yaml'})` : record.ending.replace('_', ' ');
  const codes: Record<Phase, string> = { setup: 'SETUP_FAILED', before: 'CHECK_BEFORE_FAILED', command: 'COMMAND_FAILED', after: 'CHECK_FAILED', check: 'CHECK_FAILED' };
  return { code: record.ending === 'timed_out' ? 'TIMED_OUT' : codes[record.phase], message: `${record.phase} ${String(number)} (${shown}) ${how}${lastWords(record)}` };
}

async function seal(context: AttemptContext, cell: Cell, { folder, evidence, env, redactor: { kinds } }: { readonly folder: string; readonly evidence: string; readonly env: Readonly<Record<string, string>>; readonly redactor: Redactor }): Promise<{ readonly commit: string | null; readonly pack: boolean; readonly finding: Finding | null; readonly hidden: readonly string[] }> {
  const { order, world } = context;
  try {
    const message = `${order.objective}\n\nCoo-Order: ${order.order_id}\n`;
    const { commit, hidden } = await world.attemptGit.seal({ cell, folder, start: order.start_commit, message, author: order.seat, outputs: order.outputs, skipped: NOT_WORK, env });
    if (commit === null || commit === order.start_commit) return { commit: order.start_commit, pack: false, finding: null, hidden };
    for (const { path, text } of await world.attemptGit.added({ cell, folder, start: order.start_commit, tip: commit, env })) {
      const found = await kinds(path ?? 'message', text);
      if (found.length > 0) return { commit: null, pack: false, hidden, finding: { code: 'SECRET_FOUND', message: `${path === undefined ? 'the message of a commit, or who made it, holds' : 'the change holds'} what looks like a secret (${found.join(', ')}): it stays in ${folder}`, ...(path === undefined ? {} : { path }) } };
    }
    const pack = await world.attemptGit.pack({ cell, folder, start: order.start_commit, tip: commit, file: `${evidence}/change.pack`, env });
    return { commit, pack, finding: null, hidden };
  } catch (cause) {
    return { commit: null, pack: false, finding: { code: 'WORKSPACE_BROKEN', message: `the change could not be sealed: ${cause instanceof Error ? cause.message : String(cause)}` }, hidden: [] };
  }
}

/** What was done and goes nowhere is told, so that nobody looks for it in vain. */
async function withHidden(said: string | null, hidden: readonly string[], { text: clean }: Redactor): Promise<string | null> {
  if (hidden.length === 0) return said;
  const told = (await clean(`(not in the change, since it is under ${NOT_WORK.join(' or ')} or hidden from git in the workspace: ${hidden.join(', ')})`)).slice(0, HIDDEN_CAP);
  return said === null ? told : `${said.slice(0, NARRATION_CAP - HIDDEN_CAP)}\n${told}`;
}
