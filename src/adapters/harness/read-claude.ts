import type { AgentRecord } from '../../format/run.ts';
import type { Used } from '../../ports/harness.ts';
import type { Finished } from '../../ports/process.ts';
import { answerIn } from './answer.ts';
import { countOf, listOf, microOf, objectIn, objectOf, textOf } from './lines.ts';
import { NOTHING, brokenOff } from './report.ts';
import type { Gathered, Report } from './report.ts';

type Said = Readonly<Record<string, unknown>>;
type Tokens = NonNullable<AgentRecord['tokens']>;

/** Its provider takes no more: too many requests (429), or more than it can serve (529). */
const REFUSED: ReadonlySet<unknown> = new Set([429, 529]);
const LOG_IN = 'claude setup-token makes a token: set CLAUDE_CODE_OAUTH_TOKEN, or ANTHROPIC_API_KEY, where coo run is started, name it in login: of the seat, and start coo run again';
const PAY = 'pay for its account, or name another log-in in login: of the seat; then start coo run again';
/** It tries again for minutes. The first time it may have changed an old token for a new one. */
const HOPELESS_TRIES = 2;
const DENIAL_CAP = 200;

export interface ClaudeReader {
  take(line: string): void;
  over(finished: Finished): Report;
  /** It tries what cannot succeed: whoever runs it may as well end it. */
  readonly isHopeless: boolean;
}

/**
 * Reads what Claude Code writes with `--output-format stream-json --verbose`, with its answer in the form of `ANSWER_SCHEMA` if it kept to it. While it runs, an answer's input is exact and its output is counted as
 * far as it was known when the answer began; the result at the end has all of it, of sub-agents and small models too, with the cost. When a limit ends it says to subscribers alone: of a key's 429 its output has no time (2.1.197), whatever the provider's headers say.
 */
export function readClaude(used: (used: Used) => void): ClaudeReader {
  const report: Gathered = { ...NOTHING, end: 'silent' };
  const answers = new Map<string, Tokens>();
  let refusal: string | undefined;
  let isHopeless = false;

  const assistant = (said: Said): void => {
    refusal = textOf(said['error']) ?? refusal;
    const message = objectOf(said['message']);
    const usage = objectOf(message?.['usage']);
    if (message?.['model'] === '<synthetic>' || usage === undefined) return;
    answers.set(textOf(message?.['id']) ?? '', tokensOf(usage, ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']));
    report.tokens = sumOf([...answers.values()]);
    used({ tokens: report.tokens, cost: report.cost });
  };

  const retry = (said: Said): void => {
    if (said['error_status'] !== 401 || (countOf(said['attempt']) ?? 0) < HOPELESS_TRIES) return;
    isHopeless = true;
    Object.assign(report, refused(textOf(said['error']) ?? '401'));
  };

  const result = (said: Said): void => {
    const models = Object.values(objectOf(said['modelUsage']) ?? {}).map((one) => tokensOf(objectOf(one) ?? {}, ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens']));
    report.tokens = models.length > 0 ? sumOf(models) : (report.tokens ?? tokensOf(objectOf(said['usage']) ?? {}, ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']));
    const micro_usd = microOf(said['total_cost_usd']);
    report.cost = micro_usd === undefined ? report.cost : { micro_usd, source: 'given' };
    report.turns = countOf(said['num_turns']) ?? report.turns;
    report.session = textOf(said['session_id']) ?? report.session;
    report.denials = listOf(said['permission_denials']).map(denialOf);
    report.summary = textOf(said['result']) ?? report.summary;
    Object.assign(report, endOf(said, refusal));
    if (report.end === 'done') Object.assign(report, answerIn(said['structured_output']));
    used({ tokens: report.tokens, cost: report.cost });
  };

  const take = (line: string): void => {
    const said = objectIn(line);
    switch (said?.['type']) {
      case 'system':
        if (said['subtype'] === 'api_retry') return retry(said);
        if (said['subtype'] !== 'init') return;
        report.session = textOf(said['session_id']) ?? report.session;
        report.model = textOf(said['model']) ?? report.model;
        report.version = textOf(said['claude_code_version']) ?? report.version;
        return;
      case 'rate_limit_event': {
        const limit = objectOf(said['rate_limit_info']);
        const resets = countOf(limit?.['resetsAt']);
        if (limit?.['status'] === 'rejected' && resets !== undefined) report.until_ms = resets * 1000;
        return;
      }
      case 'assistant':
        return assistant(said);
      case 'result':
        return result(said);
      default:
    }
  };

  const over = ({ ending }: Finished): Report => {
    const detail = brokenOff(ending);
    // It says `silent` until it has said how it ended.
    return report.end !== 'silent' || detail === undefined ? report : { ...report, end: 'error', detail: refusal === undefined ? detail : `${detail}; before: ${refusal}` };
  };
  return {
    take,
    over,
    get isHopeless() {
      return isHopeless;
    },
  };
}

/** Why its session ended. */
function endOf(said: Said, refusal: string | undefined): Pick<Gathered, 'end' | 'detail' | 'fix'> {
  const words = [textOf(said['result']) ?? '', ...listOf(said['errors']).flatMap((one) => textOf(one) ?? [])].filter((text) => text !== '').join('; ');
  const status = said['api_error_status'];
  if (said['subtype'] === 'error_max_turns') return { end: 'turns', detail: words };
  if (REFUSED.has(status) || refusal === 'rate_limit') return said['is_error'] === true ? { end: 'quota', detail: words } : { end: 'done' };
  if (said['is_error'] === true && (status === 401 || refusal === 'authentication_failed')) return refused(words);
  if (said['is_error'] === true && refusal === 'billing_error') return { end: 'login', detail: words, fix: PAY };
  if (said['is_error'] === true || said['subtype'] !== 'success') return { end: 'error', detail: words === '' ? (textOf(said['subtype']) ?? 'error') : words };
  if (said['stop_reason'] === 'refusal') return { end: 'denied', detail: `the model refuses: ${words}` };
  return words === '' && countOf(said['num_turns']) === 0 ? { end: 'silent' } : { end: 'done' };
}

function refused(words: string): Pick<Gathered, 'end' | 'detail' | 'fix'> {
  return { end: 'login', detail: words, fix: LOG_IN };
}

function tokensOf(usage: Said, [input, output, read, write]: readonly [string, string, string, string]): Tokens {
  return { input: countOf(usage[input]) ?? 0, output: countOf(usage[output]) ?? 0, cache_read: countOf(usage[read]) ?? 0, cache_write: countOf(usage[write]) ?? 0 };
}

function sumOf(all: readonly Tokens[]): Tokens {
  return all.reduce((sum, one) => ({ input: sum.input + one.input, output: sum.output + one.output, cache_read: sum.cache_read + one.cache_read, cache_write: sum.cache_write + one.cache_write }), { input: 0, output: 0, cache_read: 0, cache_write: 0 });
}

/** `Bash(rm -rf x)`: the tool, and what it was to do. */
function denialOf(denial: unknown): string {
  const said = objectOf(denial) ?? {};
  const input = objectOf(said['tool_input']) ?? {};
  const what = textOf(input['command']) ?? textOf(input['file_path']) ?? textOf(input['url']) ?? JSON.stringify(input);
  return `${textOf(said['tool_name']) ?? 'a tool'}(${what.slice(0, DENIAL_CAP)})`;
}
