import { sha256Hex } from '../../format/canonical.ts';
import { safePath } from '../../format/paths.ts';
import type { Finding } from '../../kernel/event.ts';
import type { Order } from '../../kernel/order.ts';
import { inWords } from '../faults.ts';
import type { World } from '../world.ts';
import type { Redactor } from './redact.ts';
import type { StoredReceipt } from './result.ts';

const TOTAL_TIMES = 8;

/** Copies the expected receipts out of a workspace: regular files only, no link on the way, each and all together under their caps, no secret in one. */
export async function collectReceipts(world: Pick<World, 'files'>, order: Order, { folder, into, redactor }: { readonly folder: string; readonly into: string; readonly redactor: Redactor }): Promise<{ readonly receipts: readonly StoredReceipt[]; readonly findings: readonly Finding[] }> {
  const receipts: StoredReceipt[] = [];
  const findings: Finding[] = [];
  let left = order.limits.receipt_bytes * TOTAL_TIMES;
  for (const path of order.expected_receipts) {
    const missing = await unreadable(world, folder, path, Math.min(order.limits.receipt_bytes, left));
    if (missing !== undefined) {
      findings.push({ code: 'RECEIPT_MISSING', message: missing, path });
      continue;
    }
    const bytes = await world.files.read(`${folder}/${path}`, order.limits.receipt_bytes);
    const secret = await redactor.kinds(path, new TextDecoder().decode(bytes));
    if (secret.length > 0) {
      findings.push({ code: 'SECRET_FOUND', message: `the expected receipt holds what looks like a secret (${secret.join(', ')}) and is not stored`, path });
      continue;
    }
    left -= bytes.length;
    const stored = String(receipts.length);
    await world.files.replaceView(`${into}/${stored}`, bytes);
    receipts.push({ path, sha256: sha256Hex(bytes), bytes: bytes.length, stored });
  }
  return { receipts, findings };
}

async function unreadable(world: Pick<World, 'files'>, folder: string, path: string, cap: number): Promise<string | undefined> {
  if (!safePath(path).ok) return 'is not a path inside the workspace';
  let at = folder;
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    at = `${at}/${part}`;
    const info = await world.files.info(at);
    const wanted = index === parts.length - 1 ? 'file' : 'folder';
    if (info === undefined) return 'the expected receipt was not written';
    if (info.kind !== wanted) return `is ${inWords(info.kind)}, not ${inWords(wanted)}`;
    if (wanted === 'file' && info.size > cap) return `has ${String(info.size)} bytes; at most ${String(cap)} are taken`;
    if (wanted === 'file' && info.size === 0) return 'the expected receipt is empty';
  }
  return undefined;
}
