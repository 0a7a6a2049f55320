import { entrySeq } from '../../../format/entry.ts';
import { foldPath } from '../../../format/paths.ts';
import { parseRun, runPath } from '../../../format/run.ts';
import { loadShapes } from '../../../format/validate.ts';
import type { RuleContext } from '../context.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import { isRecorded } from '../ledger-facts.ts';
import { isReceiptPath, isRecordPath } from '../paths.ts';

const CAP = 67_108_864;
const RUN_FILE = /^_report\/agent\/([^/]+)\/runs\/[^/]+\/[^/]+\.json$/;

/** A receipt that comes in is byte for byte the one that the ledger has at that path, and well-formed. */
export async function receipts(change: Change, { history, ledger }: RuleContext): Promise<readonly GuardFinding[]> {
  const added = new Map<string, { readonly id: string; readonly commit: string }>();
  for (const commit of change.commits) for (const changes of commit.differences) for (const { path, before, after } of changes) if (before === null && after !== null && isRecordName(path)) added.set(path, { id: after.id, commit: commit.id });
  const findings: GuardFinding[] = [];
  if (ledger !== null) {
    const files = [...added];
    const recorded = new Set<string>();
    // What the ledger's branch holds is held against its entries: a file may lie there that none of them names.
    await history.blobs(files.map(([, { id }]) => id), CAP, (bytes, at) => {
      const [path = ''] = files[at] ?? [];
      if (bytes !== null && isRecorded(ledger, path, bytes)) recorded.add(path);
    });
    for (const [path, { id, commit }] of files) {
      // Entries are proven by the chain.
      if (recorded.has(path) || (entrySeq(path) !== undefined && ledger.files.get(path) === id)) continue;
      const known = ledger.named.has(path);
      const message = known ? 'is not byte for byte what the ledger recorded at this path' : isReceiptPath(path) ? 'is a receipt that the ledger does not know' : 'is no file of the ledger: only what coo recorded may stand below _report';
      findings.push({ code: 'RECEIPT_FORGED', severity: 'error', path, commit, message, fix: 'if a run made it, its entry is not here yet: git push origin coo/ledger at the home, git fetch origin coo/ledger here; else take it out of the commit' });
    }
    return findings;
  }
  // Without a ledger only the form can be looked at.
  const shapes = await loadShapes();
  const files = [...added].filter(([path]) => RUN_FILE.test(path));
  await history.blobs(files.map(([, { id }]) => id), CAP, (bytes, at) => {
    const [path, { commit }] = files[at] ?? ['', { commit: '' }];
    const run = bytes === null ? undefined : parseRun(bytes);
    const validity = run === undefined ? undefined : shapes('run', run);
    const fault = validity === undefined ? 'is not a run receipt as coo renders it' : validity.ok ? misplaced(path, run) : `breaks coo/run.v1 at ${validity.faults[0]?.pointer ?? ''}: ${validity.faults[0]?.message ?? ''}`;
    if (fault !== undefined) findings.push({ code: 'RECEIPT_FORM', severity: 'error', path, commit, message: fault, fix: 'only coo writes receipts: take it out of the commit' });
  });
  return findings;
}

/** Also under a name that is the same where case or Unicode form does not count. */
function isRecordName(path: string): boolean {
  return isRecordPath(path) || isRecordPath(foldPath(path));
}

function misplaced(path: string, run: ReturnType<typeof parseRun>): string | undefined {
  if (run === undefined) return undefined;
  const folder = runPath(run.order.seat, 0, run.order.order_id).slice(0, `_report/agent/${run.order.seat}/runs/`.length);
  return path.startsWith(folder) && path.endsWith(`-${run.order.order_id}.json`) ? undefined : `is the receipt of ${run.order.order_id} by ${run.order.seat}, under another's name`;
}
