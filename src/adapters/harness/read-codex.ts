import type { AgentRecord } from '../../format/run.ts';
import type { Used } from '../../ports/harness.ts';
import type { Finished } from '../../ports/process.ts';
import { answerIn } from './answer.ts';
import { countOf, objectIn, objectOf, textOf } from './lines.ts';
import { priceOf } from './prices.ts';
import { NOTHING, brokenOff } from './report.ts';
import type { Gathered, Report } from './report.ts';
import { resetIn } from './reset-time.ts';

type Said = Readonly<Record<string, unknown>>;
type Tokens = NonNullable<AgentRecord['tokens']>;

const LOG_IN = 'codex login, with ~/.codex/auth.json in login: of the seat; or set CODEX_API_KEY where coo run is started, name it there, and start coo run again';
/** Words for a provider that takes no more for now. */
const QUOTA = /usage limit|quota exceeded|\b429\b/i;
const AUTH = /\b401\b|\b403\b|not logged in|log in again/i;
/** It waits as long as its provider says, for hours, without another word; or it asks again with what was refused twice. */
const WAITS = /^Reconnecting\.\.\.(?:.*\b429\b| (?!1\/)\d+\/.*\b401\b)/;
const DENIAL_CAP = 200;

export interface CodexReader {
  take(line: string): void;
  /** A line of its own record of the session: what standard output does not tell while it runs. */
  takeRecord(line: string): void;
  over(finished: Finished): Report;
  /** The session's id, once it is known. */
  readonly session: string | null;
  /** Answers of the model so far; null before the first. */
  readonly turns: number | null;
  /** It can only wait: whoever runs it may as well end it. */
  readonly waits: boolean;
}

/** Reads what `codex exec --json` writes. `now` is wall-clock time, for texts that name a time of day. */
export function readCodex(used: (used: Used) => void, now: () => number): CodexReader {
  const report: Gathered = { ...NOTHING, end: 'silent' };
  let waits = false;
  let complaint: string | undefined;
  let total = -1;

  const tell = (tokens: Tokens): void => {
    report.tokens = tokens;
    report.cost = priceOf(report.model, tokens);
    used({ tokens, cost: report.cost });
  };

  const failed = (message: string): void => {
    report.detail = message;
    if (QUOTA.test(message)) {
      report.end = 'quota';
      report.until_ms = resetIn(message, now());
    } else {
      const isRefused = AUTH.test(message);
      report.end = isRefused ? 'login' : 'error';
      if (isRefused) report.fix = LOG_IN;
    }
  };

  const item = (said: Said): void => {
    if (said['type'] === 'agent_message') report.summary = textOf(said['text']) ?? report.summary;
    if (said['status'] === 'declined') report.denials = [...report.denials, (textOf(said['command']) ?? textOf(said['type']) ?? 'something').slice(0, DENIAL_CAP)];
  };

  const take = (line: string): void => {
    const said = objectIn(line);
    switch (said?.['type']) {
      case 'thread.started':
        report.session = textOf(said['thread_id']) ?? report.session;
        return;
      case 'item.completed':
        return item(objectOf(said['item']) ?? {});
      case 'turn.completed':
        if (report.end === 'silent' && report.summary !== null) report.end = 'done';
        return tell(tokensOf(objectOf(said['usage']) ?? {}));
      case 'turn.failed':
        return failed(textOf(objectOf(said['error'])?.['message']) ?? complaint ?? 'it did not say why');
      case 'error':
        complaint = textOf(said['message']) ?? complaint;
        if (complaint !== undefined && WAITS.test(complaint)) {
          waits = true;
          failed(complaint);
        }
        return;
      default:
    }
  };

  const takeRecord = (line: string): void => {
    const said = objectIn(line);
    const payload = objectOf(said?.['payload']);
    if (payload === undefined) return;
    if (said?.['type'] === 'session_meta') report.version = textOf(payload['cli_version']) ?? report.version;
    if (said?.['type'] === 'turn_context') report.model = textOf(payload['model']) ?? report.model;
    const usage = payload['type'] === 'token_count' ? objectOf(objectOf(payload['info'])?.['total_token_usage']) : undefined;
    const sum = countOf(usage?.['total_tokens']);
    // The same total is told again when limits change.
    if (usage === undefined || sum === undefined || sum <= total) return;
    total = sum;
    report.turns = (report.turns ?? 0) + 1;
    tell(tokensOf(usage));
  };

  const over = ({ ending }: Finished): Report => {
    const detail = brokenOff(ending);
    if (report.tokens !== null) report.cost = priceOf(report.model, report.tokens);
    if (report.end === 'done') Object.assign(report, answerIn(objectIn(report.summary ?? '')));
    return report.end !== 'silent' || detail === undefined ? report : { ...report, end: 'error', detail: complaint === undefined ? detail : `${detail}; before: ${complaint}` };
  };
  return {
    take,
    takeRecord,
    over,
    get session() {
      return report.session;
    },
    get turns() {
      return report.turns;
    },
    get waits() {
      return waits;
    },
  };
}

/** What was read from a cache and written to one is part of its input; what it thought is part of its output. */
function tokensOf(usage: Said): Tokens {
  const cache_read = countOf(usage['cached_input_tokens']) ?? 0;
  const cache_write = countOf(usage['cache_write_input_tokens']) ?? 0;
  return { input: Math.max(0, (countOf(usage['input_tokens']) ?? 0) - cache_read - cache_write), output: countOf(usage['output_tokens']) ?? 0, cache_read, cache_write };
}
