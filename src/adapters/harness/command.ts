import type { AgentReport, AgentStanding, AgentTask, Harness, Used } from '../../ports/harness.ts';
import type { Finished } from '../../ports/process.ts';
import { countOf, lineReader, microOf, objectIn, textOf } from './lines.ts';
import { NOTHING, brokenOff } from './report.ts';
import type { Gathered, Report } from './report.ts';

/**
 * A program of the user's. It reads one JSON object on standard input, `{schema: "coo/task.v1", order, prompt}`, works in its working folder, and
 * may write lines of JSON on standard output: `{type: "session", id, model, version}`, `{type: "usage", input, output, cache_read, cache_write, usd}`
 * (totals so far), `{type: "denied", what}`, `{type: "question", to, text}`, `{type: "blocked", reason}`, `{type: "quota", until}` (an ISO time),
 * `{type: "login", reason}` (its provider does not take its log-in), `{type: "done", summary, turns}`. Anything else it writes is transcript. Exit code 0 means that its session is over, any other that it failed.
 */
export const commandHarness: Harness = {
  async run(task: AgentTask): Promise<AgentReport> {
    const report = readCommand((used) => task.used(used));
    const lines = lineReader((line) => report.take(line));
    const [program, ...args] = task.agent.command ?? [];
    const stdin = new TextEncoder().encode(`${JSON.stringify({ schema: 'coo/task.v1', order: task.order, prompt: task.prompt })}\n`);
    const running = task.start({ argv: [program ?? 'false', ...args], stdin, watch: (chunk) => lines.push(chunk) });
    const finished = await running.finished;
    lines.end();
    return { ...report.over(finished), finished };
  },
  async standing({ command }): Promise<AgentStanding> {
    // Whoever wrote it knows what it is: to run it is to let it work.
    return Promise.resolve(command === undefined ? { ok: false, code: 'AGENT_ABSENT', message: 'no command is named', fix: 'add command: to the seat in _plans/coo.yaml' } : { ok: true, version: '' });
  },
};

const LOG_IN = 'log its program in, or set what login: of the seat names where coo run is started, and start coo run again';
const KINDS = ['input', 'output', 'cache_read', 'cache_write'] as const;

/** Totals only grow: what was used stays used, whatever a later line says. One that is no count leaves its kind as it was. */
function grown(before: AgentReport['tokens'], counts: readonly (number | undefined)[]): NonNullable<AgentReport['tokens']> {
  const [input, output, cache_read, cache_write] = KINDS.map((kind, index) => Math.max(before?.[kind] ?? 0, counts[index] ?? 0));
  return { input: input ?? 0, output: output ?? 0, cache_read: cache_read ?? 0, cache_write: cache_write ?? 0 };
}

/** Reads what such a program writes. */
export function readCommand(used: (used: Used) => void): { take(line: string): void; over(finished: Finished): Report } {
  const report: Gathered = { ...NOTHING };
  const take = (line: string): void => {
    const said = objectIn(line);
    switch (said?.['type']) {
      case 'session':
        report.session = textOf(said['id']) ?? report.session;
        report.model = textOf(said['model']) ?? report.model;
        report.version = textOf(said['version']) ?? report.version;
        return;
      case 'usage': {
        const counts = KINDS.map((kind) => countOf(said[kind]));
        if (counts.some((count) => count !== undefined)) report.tokens = grown(report.tokens, counts);
        const micro_usd = microOf(said['usd']);
        if (micro_usd !== undefined) report.cost = { micro_usd: Math.max(micro_usd, report.cost?.micro_usd ?? 0), source: 'given' };
        used({ tokens: report.tokens, cost: report.cost });
        return;
      }
      case 'denied':
        report.denials = [...report.denials, textOf(said['what']) ?? 'something'];
        return;
      case 'question':
        report.end = 'asked';
        report.question = { to: textOf(said['to']) ?? 'anyone', text: textOf(said['text']) ?? '' };
        return;
      case 'blocked':
        report.end = 'asked';
        report.summary = textOf(said['reason']) ?? report.summary;
        return;
      case 'quota': {
        const until = Date.parse(textOf(said['until']) ?? '');
        report.end = 'quota';
        report.until_ms = Number.isNaN(until) ? null : until;
        return;
      }
      case 'login':
        report.end = 'login';
        report.detail = textOf(said['reason']) ?? 'it did not say why';
        report.fix = LOG_IN;
        return;
      case 'done':
        report.summary = textOf(said['summary']) ?? report.summary;
        report.turns = countOf(said['turns']) ?? report.turns;
        return;
      default:
    }
  };
  const over = ({ ending }: Finished): Report => {
    const detail = brokenOff(ending);
    return report.end !== 'done' || detail === undefined ? report : { ...report, end: 'error', detail };
  };
  return { take, over };
}
