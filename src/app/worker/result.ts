import type { AgentRecord, CommandRecord, SandboxKind } from '../../format/run.ts';
import type { HarnessKind } from '../../kernel/org.ts';
import type { Finding, RunResult } from '../../kernel/event.ts';
import type { Oid, OrderId } from '../../kernel/ids.ts';
import type { Unfit } from '../../kernel/unfit.ts';

/** What a harness leaves for the coordinator when an attempt is over: `.git/coo/results/<order_id>.json`. */
export interface Result {
  readonly schema: 'coo/result.v1';
  readonly order_id: OrderId;
  readonly result: Exclude<RunResult, 'lost'>;
  readonly commit: Oid | null;
  /** Whether `evidence/<order_id>/change.pack` holds the objects of commit ^start. */
  readonly pack: boolean;
  readonly findings: readonly Finding[];
  /** Expected receipts, copied to `evidence/<order_id>/<n>`. */
  readonly receipts: readonly StoredReceipt[];
  readonly commands: readonly CommandRecord[];
  readonly started_at_ms: number;
  readonly ended_at_ms: number;
  /** What the worker needs to know before it can go on. */
  readonly question?: { readonly to: string; readonly text: string };
  readonly narration: string | null;
  readonly fingerprint: string;
  readonly harness: { readonly kind: HarnessKind; readonly version: string };
  readonly agent?: AgentRecord;
  /** Of `parked`: when the provider takes requests again, in wall-clock milliseconds; absent where it did not say. */
  readonly until_ms?: number;
  /** Of `parked`: what its seat lacks, and no attempt mends. */
  readonly unfit?: Unfit;
  /** Absent = `off`. */
  readonly sandbox?: SandboxKind;
}

/** Whether an agent's attempt left nothing behind: no change since `start`, and not a word. What a command prints is no sign: many print nothing. */
export function leftNothing({ agent, narration, commit }: Result, start: Oid | null): boolean {
  return agent !== undefined && (narration ?? '').trim() === '' && (commit === null || commit === start);
}

export interface StoredReceipt {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** File name under the evidence folder. */
  readonly stored: string;
}

/** What an agent was refused while it worked: what is missing may be missing for that, and no further attempt is allowed more. */
export function denialFindings(agent: Pick<AgentRecord, 'denials'> | undefined): readonly Finding[] {
  const denials = agent?.denials ?? [];
  return denials.length === 0 ? [] : [{ code: 'AGENT_DENIED', message: `its agent was not allowed: ${denials.slice(0, 5).join('; ')}` }];
}
