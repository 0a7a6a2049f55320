import { agentPrompt } from '../../format/prompt.ts';
import type { AgentEnd, AgentRecord } from '../../format/run.ts';
import type { Finding } from '../../kernel/event.ts';
import type { Order, OrderedAgent } from '../../kernel/order.ts';
import type { Unfit } from '../../kernel/unfit.ts';
import type { AgentReport, Used } from '../../ports/harness.ts';
import type { Running } from '../../ports/process.ts';
import { usageOf } from '../used.ts';
import type { AgentHome } from './agent-home.ts';
import type { AttemptContext } from './attempt.ts';
import { freshLog, keepLog, start, stopOn } from './commands.ts';
import type { Bench } from './commands.ts';
import { NARRATION_CAP } from './inbox.ts';
import { lastComplaint, logPlace } from './excerpt.ts';
import { LOGIN_REFUSED } from '../fitness.ts';
import { inputIds } from './input-ids.ts';
import { watchSilence } from './quiet.ts';
import type { Result } from './result.ts';
import { keepTally } from './tally.ts';

/** What came of an agent's session. */
export interface AgentOutcome {
  readonly result: Result['result'];
  readonly findings: readonly Finding[];
  readonly agent: AgentRecord;
  readonly narration: string | null;
  readonly question: { readonly to: string; readonly text: string } | null;
  readonly until_ms: number | null;
  readonly unfit?: Unfit;
}

/** Who does it, and where it is at home. */
export interface AgentSeat {
  readonly agent: OrderedAgent;
  readonly home: AgentHome;
  /** Whether a sandbox is around it. */
  readonly confined: boolean;
  /** Monotonic. */
  readonly deadline: number;
}

/** Of what is told about how it ended, in UTF-16 code units. */
const DETAIL_CAP = 500;
const DENIAL_CAP = 500;
const NAME_CAP = 200;
const MAX_DENIALS = 100;
const MICRO = 1_000_000;

/**
 * One session of the seat's agent in the attempt's workspace: asked once, watched while it works, stopped over its budget, its time or on cancel.
 * What it says is narration; only why it ended decides here, and the evidence is judged elsewhere.
 */
export async function runAgent({ world, order }: AttemptContext, bench: Bench, { agent, home, confined, deadline }: AgentSeat): Promise<AgentOutcome> {
  const over = new AbortController();
  const signal = AbortSignal.any([bench.signal, over.signal]);
  let spent = false;
  let latest: Used = { tokens: null, cost: null };
  const tally = keepTally(world, order.order_id);
  const used = (now: Used): void => {
    latest = now;
    tally.note(usageOf(now));
    if (overBudget(order, now) === undefined) return;
    spent = true;
    over.abort();
  };
  const file = await freshLog(bench, 'agent');
  const housed: Bench = { ...bench, env: { ...bench.env, ...home.env }, signal };
  const harness = await world.harness(agent.kind);
  const ended = new AbortController();
  const watched = watchSilence(world, { order_id: order.order_id, output: file, marker: `COO_RUN=${bench.marker}` }, ended.signal);
  const session = harness.run({
    order,
    agent,
    prompt: agentPrompt(order, agent, await inputIds(world.git, order)),
    folder: bench.folder,
    home: home.folder,
    inbox: bench.env['COO_INBOX'] ?? bench.folder,
    confined: confined,
    write: async (path, bytes) => home.write(path, bytes),
    start: (launch): Running => {
      const running = start(housed, { ...launch, file, wallMs: Math.max(1, deadline - world.clock.monotonic()) });
      const forget = stopOn(signal, running);
      void running.finished.then(forget);
      return running;
    },
    used,
    signal,
  });
  const [report] = await Promise.all([session.finally(() => ended.abort()), watched]);
  const kept = await keepLog(housed, file, report.finished.outputBytes);
  used({ tokens: report.tokens ?? latest.tokens, cost: report.cost ?? latest.cost });
  await tally.settled();
  const end = endOf(report, { stopped: bench.signal.aborted, spent });
  const detail = end === 'error' ? `${report.detail ?? ''}${lastComplaint(kept)}` : (report.detail ?? '');
  const clean = async (text: string, cap: number): Promise<string> => (await bench.redactor.text(text)).slice(0, cap).toWellFormed();
  const record: AgentRecord = {
    version: await clean(report.version, NAME_CAP),
    // What coo.yaml says openly is no secret, though it may stand in a file of the log-in too.
    model: report.model === null || report.model === agent.model ? report.model : await clean(report.model, NAME_CAP),
    session: report.session === null ? null : await clean(report.session, NAME_CAP),
    turns: report.turns,
    tokens: latest.tokens,
    cost: latest.cost,
    denials: await Promise.all(report.denials.slice(0, MAX_DENIALS).map(async (denial) => clean(denial, DENIAL_CAP))),
    end,
    ...(detail === '' ? {} : { detail: await clean(detail, DETAIL_CAP) }),
    transcript: kept.log,
  };
  const narration = report.summary === null ? null : await clean(report.summary, NARRATION_CAP);
  const question = end === 'asked' && report.question !== null ? { to: await clean(report.question.to, 200), text: await clean(report.question.text, NARRATION_CAP) } : null;
  // Tokens, or a cost above nothing: a model without a price costs nothing in the figures of a program that does not say so.
  const unaccounted = order.mode === 'governed' && latest.tokens === null && (latest.cost?.micro_usd ?? 0) === 0 && end === 'done';
  const findings = unaccounted ? [{ code: 'ACCOUNTING_MISSING', message: `${agent.kind} did not say what it used, and governed mode takes no work without an account` }] : findingsOf(order, agent, record, latest, narration);
  const unfit = end === 'login' ? { unfit: { code: LOGIN_REFUSED, message: `its provider does not take its log-in${record.detail === undefined ? '' : `: ${record.detail}`}`, fix: report.fix ?? 'log in anew' } } : {};
  return { result: unaccounted ? 'failed' : RESULTS[end], findings, agent: record, narration, question, until_ms: end === 'quota' ? report.until_ms : null, ...unfit };
}

const RESULTS: Readonly<Record<AgentEnd, Result['result']>> = {
  done: 'passed',
  asked: 'blocked',
  denied: 'failed',
  turns: 'failed',
  quota: 'parked',
  login: 'parked',
  // Nobody failed: a person says whether it may cost more.
  budget: 'blocked',
  silent: 'failed',
  error: 'failed',
  stopped: 'cancelled',
  timed_out: 'timed_out',
};

/** Whoever ended it from outside knows why; only then is its program believed. */
function endOf({ end, finished }: AgentReport, outside: { readonly stopped: boolean; readonly spent: boolean }): AgentEnd {
  if (outside.stopped) return 'stopped';
  if (outside.spent) return 'budget';
  return finished.ending.kind === 'timed_out' ? 'timed_out' : end;
}

/** Which of its budgets an attempt has used up; a program without prices is held by its tokens. */
function overBudget({ budget }: Pick<Order, 'budget'>, { tokens, cost }: Used): Finding | undefined {
  const all = usageOf({ tokens, cost }).tokens;
  if (budget.usd !== undefined && cost !== null && cost.micro_usd > budget.usd * MICRO) return { code: 'BUDGET_USD', message: `it cost $${(cost.micro_usd / MICRO).toFixed(2)}; $${String(budget.usd)} was left for it` };
  if (budget.tokens !== undefined && all > budget.tokens) return { code: 'BUDGET_TOKENS', message: `it used ${String(all)} tokens; ${String(budget.tokens)} were left for it` };
  return undefined;
}

function findingsOf(order: Order, { kind }: OrderedAgent, { end, detail, denials, transcript }: AgentRecord, used: Used, narration: string | null): readonly Finding[] {
  const why = detail === undefined ? '' : `: ${detail}`;
  switch (end) {
    case 'done':
    case 'stopped':
      return [];
    case 'asked':
      return [{ code: 'WORKER_BLOCKED', message: narration ?? `${kind} asks something` }];
    case 'denied':
      return [{ code: 'AGENT_DENIED', message: `${kind} was not allowed to go on: ${denials.join('; ')}${why}` }];
    case 'turns':
      return [{ code: 'AGENT_TURNS', message: `${kind} used up its turns${why}` }];
    case 'quota':
      return [{ code: 'AGENT_QUOTA', message: `${kind}'s provider takes no more for now${why}` }];
    case 'login':
      return [{ code: 'AGENT_LOGIN', message: `the provider of ${kind} does not take its log-in${why}` }];
    case 'budget': {
      const over = overBudget(order, used);
      return over === undefined ? [] : [over];
    }
    case 'silent':
      return [{ code: 'AGENT_SILENT', message: `${kind} ended without a word${why}` }];
    case 'timed_out':
      return [{ code: 'TIMED_OUT', message: `${kind} was at work for ${String(order.budget.wall_ms)} ms, all that the step may take` }];
    case 'error':
      return [{ code: 'AGENT_FAILED', message: `${kind} failed${why}${transcript.kept === 0 ? '' : `; its transcript: ${logPlace({ log: transcript })}`}` }];
    default:
      return end satisfies never;
  }
}
