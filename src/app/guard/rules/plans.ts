import { readOrg } from '../../../format/org.ts';
import { readPlan } from '../../../format/plan.ts';
import { readSigners } from '../../../format/signers.ts';
import type { Fault } from '../../../format/fault.ts';
import type { History } from '../../../ports/history.ts';
import type { RuleContext } from '../context.ts';
import { ownChanges } from '../change.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import { isWritten } from '../paths.ts';

const CAP = 4_194_304;

/** A file of `_plans` as it would stand. */
export interface PlanFile {
  readonly path: string;
  readonly id: string;
  readonly commit: string | null;
}

/** What is written for coo reads as what it says it is: plans, and the organisation. Only the last state in the range counts. */
export function plans(change: Change, { history, prefix }: RuleContext): Promise<readonly GuardFinding[]> {
  const last = new Map<string, PlanFile | null>();
  for (const commit of change.commits) for (const { path, after } of ownChanges(commit)) if (isWritten(path)) last.set(path, after === null ? null : { path, id: after.id, commit: commit.id });
  return checkPlanFiles(history, [...last.values()].filter((file) => file !== null), prefix);
}

/** Reads each, and says what is wrong with it, with its line. */
export async function checkPlanFiles(history: History, files: readonly PlanFile[], prefix: string): Promise<readonly GuardFinding[]> {
  const findings: GuardFinding[] = [];
  await history.blobs(files.map(({ id }) => id), CAP, (bytes, at) => {
    const file = files[at];
    if (file === undefined || bytes === null) return;
    for (const { code, line, message, fix } of faultsOf(file.path, bytes, prefix)) findings.push({ code, severity: 'error', path: file.path, line, commit: file.commit, message, fix });
  });
  return findings;
}

function faultsOf(path: string, bytes: Uint8Array, prefix: string): readonly Fault[] {
  const read = readerOf(path)(path, bytes, prefix);
  return read.ok ? [] : (read.faults ?? []).filter(({ severity }) => severity === 'error');
}

type Read = (path: string, bytes: Uint8Array, prefix: string) => { readonly ok: boolean; readonly faults?: readonly Fault[] };

function readerOf(path: string): Read {
  if (path === '_plans/coo.yaml') return (name, bytes, prefix) => readOrg(name, bytes, { prefix });
  if (path === '_plans/signers.yaml') return readSigners;
  return (name, bytes) => readPlan(name, bytes, { target: 'main', integrate: 'merge' });
}
