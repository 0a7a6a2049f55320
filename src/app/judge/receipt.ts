import type { Order } from '../../format/order.ts';
import { renderRun, runPath } from '../../format/run.ts';
import type { CommandRecord, Run } from '../../format/run.ts';
import type { HarnessKind } from '../../kernel/org.ts';
import type { Finding, RunResult } from '../../kernel/event.ts';
import { isoTime } from '../../kernel/iso.ts';
import type { Companion } from '../ledger/publish.ts';
import type { Result } from '../worker/result.ts';

/** What the coordinator found out and puts beside what the harness told. */
export interface Judged {
  readonly result: RunResult;
  readonly findings: readonly Finding[];
  readonly outputs: Run['outputs'];
  readonly receipts: readonly { readonly path: string; readonly sha256: string; readonly bytes: Uint8Array }[];
  readonly change: Run['change'];
  readonly judgement: { readonly candidate_tree: string | null; readonly plan_before: string | null; readonly checks: readonly CommandRecord[]; readonly findings: readonly Finding[] } | null;
}

/** Who did it and when, where no harness left a result. */
export interface Witness {
  readonly at_ms: number;
  readonly started_at_ms: number;
  readonly harness: { readonly kind: HarnessKind; readonly version: string };
}

/** The run receipt and the proofs stored beside it, as files of the ledger's branch. The first file is the receipt. */
export function receiptFiles(order: Order, judged: Judged, result: Result | null, witness: Witness): { readonly path: string; readonly files: readonly Companion[] } {
  const path = runPath(order.seat, witness.at_ms, order.order_id);
  const folder = path.slice(0, -'.json'.length);
  const proofs = judged.receipts.map((receipt) => ({ path: `${folder}/${receipt.path}`, bytes: receipt.bytes }));
  const harness = result?.harness ?? witness.harness;
  const run: Run = {
    schema: 'coo/run.v1',
    order,
    who: { seat: order.seat, harness: harness.kind, harness_version: harness.version, mode: order.mode, sandbox: result?.sandbox ?? 'off' },
    started_at: isoTime(result?.started_at_ms ?? witness.started_at_ms),
    ended_at: isoTime(result?.ended_at_ms ?? witness.at_ms),
    commands: [...(result?.commands ?? [])],
    result: judged.result,
    outputs: judged.outputs,
    receipts: judged.receipts.map((receipt) => ({ path: receipt.path, sha256: receipt.sha256, bytes: receipt.bytes.length, stored: `${folder}/${receipt.path}` })),
    change: judged.change,
    judgement: judged.judgement === null ? null : { ...judged.judgement, checks: [...judged.judgement.checks], findings: [...judged.judgement.findings] },
    findings: [...judged.findings],
    ...(result?.agent === undefined ? {} : { agent: result.agent }),
    ...(result === null || result.narration === null ? {} : { narration: result.narration }),
    by: result === null ? 'coordinator' : 'worker',
  };
  return { path, files: [{ path, bytes: renderRun(run) }, ...proofs] };
}
