import { aFlag, aNumber, aText, anyOf, having, listOf, matching, maybe, oneOf } from '../../format/shape.ts';
import type { AgentRecord, CommandRecord } from '../../format/run.ts';
import type { Shape } from '../../format/shape.ts';
import type { Finding } from '../../kernel/event.ts';
import type { Owner } from '../../ports/process.ts';
import { tryParse } from '../stored.ts';
import type { Start } from './host.ts';
import type { Result, StoredReceipt } from './result.ts';

const orNull = (shape: Shape): Shape => anyOf(oneOf(null), shape);
const SHA256 = matching(/^[0-9a-f]{64}$/);
const OID = matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const OWNER = having<Owner>({ boot: aText, host: aText, pidns: aText, pid: aNumber, started: aText, nonce: aText });
const START = having<Start>({ schema: oneOf('coo/start.v1'), order_id: aText, owner: orNull(OWNER), dedicated: aFlag });
const FINDING = having<Finding>({ code: aText, message: aText, path: maybe(aText) });
/** A command's record, as a harness or a cache holds it. */
export const COMMAND = having<CommandRecord>({
  phase: oneOf('setup', 'before', 'command', 'after', 'check'),
  sh: maybe(aText),
  argv: maybe(listOf(aText)),
  exit: orNull(aNumber),
  signal: maybe(aText),
  ending: oneOf('exited', 'signalled', 'timed_out', 'stopped', 'not_started'),
  ms: aNumber,
  log: having<CommandRecord['log']>({ sha256: SHA256, bytes: aNumber, kept: aNumber }),
  head: aText,
  tail: aText,
  cached: maybe(SHA256),
});
const COUNT_OR_NULL = orNull(aNumber);
const AGENT = having<AgentRecord>({
  version: aText,
  model: orNull(aText),
  session: orNull(aText),
  turns: COUNT_OR_NULL,
  tokens: orNull(having<NonNullable<AgentRecord['tokens']>>({ input: aNumber, output: aNumber, cache_read: aNumber, cache_write: aNumber })),
  cost: orNull(having<NonNullable<AgentRecord['cost']>>({ micro_usd: aNumber, source: oneOf('given', 'priced'), prices: maybe(aText) })),
  denials: listOf(aText),
  end: oneOf('done', 'asked', 'denied', 'turns', 'quota', 'login', 'budget', 'silent', 'error', 'stopped', 'timed_out'),
  detail: maybe(aText),
  transcript: having<AgentRecord['transcript']>({ sha256: SHA256, bytes: aNumber, kept: aNumber }),
});
const RESULT = having<Result>({
  schema: oneOf('coo/result.v1'),
  order_id: aText,
  result: oneOf('passed', 'failed', 'blocked', 'cancelled', 'timed_out', 'parked'),
  commit: orNull(OID),
  pack: aFlag,
  findings: listOf(FINDING),
  // `stored` names a file in the evidence folder: nothing that leads out of it.
  receipts: listOf(having<StoredReceipt>({ path: aText, sha256: SHA256, bytes: aNumber, stored: matching(/^[0-9]{1,9}$/) })),
  commands: listOf(COMMAND),
  started_at_ms: aNumber,
  ended_at_ms: aNumber,
  question: maybe(having<Required<Result>['question']>({ to: aText, text: aText })),
  narration: orNull(aText),
  fingerprint: aText,
  harness: having<Result['harness']>({ kind: oneOf('shell', 'person', 'bus', 'claude', 'codex', 'acp', 'command'), version: aText }),
  agent: maybe(AGENT),
  until_ms: maybe(aNumber),
  unfit: maybe(having<Required<Result>['unfit']>({ code: aText, message: aText, fix: aText })),
  sandbox: maybe(oneOf('off', 'bubblewrap', 'sandbox-runtime')),
});

/** A start file, or undefined for bytes that are none: they lie where a worker can write. */
export function parseStart(bytes: Uint8Array): Start | undefined {
  const start = tryParse<Start>(bytes);
  return START(start) ? start : undefined;
}

/** A result file, or undefined for bytes that are none. What it says is words until it is judged; that it can be read is not. */
export function parseResult(bytes: Uint8Array): Result | undefined {
  const result = tryParse<Result>(bytes);
  return RESULT(result) ? result : undefined;
}
