import { parseRun } from '../../format/run.ts';
import type { Run } from '../../format/run.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { nearest } from './find.ts';

const RUN_CAP = 67_108_864;

export interface ReceiptLine {
  readonly path: string;
  readonly order_id: string;
  readonly seat: string;
  readonly date: string;
}

const RUN = /^_report\/agent\/([^/]+)\/runs\/([0-9-]{10})\/[0-9TZ]+-([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[0-9]+)\.json$/;

/** Every run receipt on the ledger's branch, newest last. Costs one look at each folder. */
export async function listReceipts(session: LedgerSession, filter: { readonly plan_id?: string; readonly step_id?: string; readonly seat?: string } = {}): Promise<readonly ReceiptLine[]> {
  const found: ReceiptLine[] = [];
  for (const seat of await session.tree.list('_report/agent')) {
    if (!seat.folder || (filter.seat !== undefined && seat.name !== filter.seat)) continue;
    const runs = `_report/agent/${seat.name}/runs`;
    for (const date of await session.tree.list(runs)) {
      for (const file of await session.tree.list(`${runs}/${date.name}`)) {
        const path = `${runs}/${date.name}/${file.name}`;
        const [, , , order_id] = RUN.exec(path) ?? [];
        if (order_id === undefined) continue;
        const [plan_id, step_id] = order_id.split('.');
        if ((filter.plan_id !== undefined && plan_id !== filter.plan_id) || (filter.step_id !== undefined && step_id !== filter.step_id)) continue;
        found.push({ path, order_id, seat: seat.name, date: date.name });
      }
    }
  }
  return found.sort((a, b) => (a.path.slice(a.path.lastIndexOf('/')) < b.path.slice(b.path.lastIndexOf('/')) ? -1 : 1));
}

/** One receipt, by path or order id. */
export async function showReceipt(session: LedgerSession, subject: string): Promise<{ readonly path: string; readonly run: Run }> {
  const known = subject.startsWith('_report/') ? [] : await listReceipts(session);
  const path = subject.startsWith('_report/') ? subject : known.find((line) => line.order_id === subject)?.path;
  const bytes = path === undefined ? null : await session.file(path, RUN_CAP);
  const run = bytes === null ? undefined : parseRun(bytes);
  if (path === undefined || run === undefined) throw new Failure({ code: 'RECEIPT_UNKNOWN', message: `there is no receipt ${subject} in the ledger`, fix: nearest(subject, known.map(({ order_id }) => order_id), 'all receipts: coo receipts list') });
  return { path, run };
}
