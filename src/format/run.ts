import type { Finding, RunResult } from '../kernel/event.ts';
import type { Digest, Millis, Oid, OrderId, SeatId } from '../kernel/ids.ts';
import { isoTime } from '../kernel/iso.ts';
import { parseFile, renderFile } from './file.ts';
import type { Order } from './order.ts';

/** One command of an attempt and how it ended. `sh` or `argv`, never both. */
export interface CommandRecord {
  readonly phase: 'setup' | 'before' | 'command' | 'after' | 'check';
  readonly sh?: string;
  readonly argv?: readonly string[];
  readonly exit: number | null;
  readonly signal?: string;
  readonly ending: 'exited' | 'signalled' | 'timed_out' | 'stopped' | 'not_started';
  /** Milliseconds. */
  readonly ms: number;
  /** The whole output by digest: bytes written, bytes kept. */
  readonly log: { readonly sha256: Digest; readonly bytes: number; readonly kept: number };
  readonly head: string;
  readonly tail: string;
  /** It did not run here: what it made, in another attempt, was kept under this digest and put in place. */
  readonly cached?: Digest;
}

/**
 * Why an agent's session ended. `asked`: it put a question or said why it cannot go on; `silent`: it ended without a word;
 * `quota`: its provider takes no more for now; `login`: its provider does not take its log-in, or nobody pays for it.
 */
export type AgentEnd = 'done' | 'asked' | 'denied' | 'turns' | 'quota' | 'login' | 'budget' | 'silent' | 'error' | 'stopped' | 'timed_out';

/** How an agent's session went, in its program's own figures; null = it did not say. */
export interface AgentRecord {
  readonly version: string;
  readonly model: string | null;
  readonly session: string | null;
  readonly turns: number | null;
  readonly tokens: { readonly input: number; readonly output: number; readonly cache_read: number; readonly cache_write: number } | null;
  /** Of this attempt alone, a resumed session's past not among it. `priced`: by a price table of the date in `prices`. */
  readonly cost: { readonly micro_usd: number; readonly source: 'given' | 'priced'; readonly prices?: string } | null;
  /** What it wanted to use and was refused. */
  readonly denials: readonly string[];
  readonly end: AgentEnd;
  /** Why, where the end alone does not say it. */
  readonly detail?: string;
  /** Everything that its program wrote, by digest: bytes written, bytes kept in this clone. */
  readonly transcript: { readonly sha256: Digest; readonly bytes: number; readonly kept: number };
}

/** What confined an attempt's processes. */
export type SandboxKind = 'off' | 'bubblewrap' | 'sandbox-runtime';

/** The receipt of one attempt: what was ordered, done and shown. Written by harness and coordinator, never by the agent. */
export interface Run {
  readonly schema: 'coo/run.v1';
  readonly order: Order;
  readonly who: { readonly seat: SeatId; readonly harness: string; readonly harness_version: string; readonly mode: 'dev' | 'governed'; readonly sandbox: SandboxKind };
  readonly started_at: string;
  readonly ended_at: string;
  readonly commands: readonly CommandRecord[];
  readonly result: RunResult;
  readonly outputs: readonly { readonly path: string; readonly sha256: Digest; readonly bytes: number }[];
  readonly receipts: readonly { readonly path: string; readonly sha256: Digest; readonly bytes: number; readonly stored: string }[];
  readonly change: { readonly commit: Oid; readonly tree: Oid; readonly patch_id: string | null; readonly files: number; readonly added: number; readonly removed: number } | null;
  readonly judgement: { readonly candidate_tree: Oid | null; readonly plan_before: Oid | null; readonly checks: readonly CommandRecord[]; readonly findings: readonly Finding[] } | null;
  readonly findings: readonly Finding[];
  readonly agent?: AgentRecord;
  /** What the worker said; words, not evidence. */
  readonly narration?: string;
  /** `worker`: its harness left a result; `coordinator`: nobody else could. */
  readonly by: 'worker' | 'coordinator';
}

export function renderRun(run: Run): Uint8Array {
  return renderFile(run);
}

/** A run receipt, or undefined when the bytes are none, as `read` reads them: exactly one, unless said otherwise. */
export function parseRun(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown = parseFile): Run | undefined {
  const run = read(bytes) as Run | null | undefined;
  return run?.schema === 'coo/run.v1' ? run : undefined;
}

/** `_report/agent/<seat>/runs/<yyyy-mm-dd>/<timestamp>-<order>.json`. */
export function runPath(seat: SeatId, at_ms: Millis, order_id: OrderId): string {
  const iso = isoTime(at_ms);
  return `_report/agent/${seat}/runs/${iso.slice(0, 10)}/${iso.replaceAll(/[-:.]/g, '')}-${order_id}.json`;
}
