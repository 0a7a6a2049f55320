import { PLAN_ID } from '../project/plan.ts';
import { documentOf } from '../shell.ts';
import type { Ran } from '../shell.ts';
import type { Chapter } from '../story.ts';

const TAMPERED = 7;
/** Ten accepted attempts, one that failed, one that was lost. */
const ATTEMPTS = 12;

/** What `coo verify` found, as code and path. */
export function findingsOf(ran: Ran): readonly { readonly code: string; readonly path: string }[] {
  return (documentOf(ran) as { readonly findings?: readonly { readonly code: string; readonly path: string }[] }).findings ?? [];
}

/** The path of a receipt, from `coo receipts list --json`. */
export function receiptPath(list: Ran, order_id: string): string {
  const { receipts = [] } = documentOf(list) as { readonly receipts?: readonly { readonly order_id: string; readonly path: string }[] };
  return receipts.find((receipt) => receipt.order_id === order_id)?.path ?? '';
}

/** A receipt with its failure made a success: the same length, a few letters changed. */
export function forged(text: string): string {
  return text.replace('"result": "failed"', '"result": "passed"');
}

/** A receipt in the worktree is changed, found, and put back. */
export const tampered: Chapter = {
  name: 'A receipt is tampered with, caught, and put back',
  async play(stage) {
    const { at, disk } = stage;
    const clean = await stage.coo(['verify', '--json']);
    const { ok, entries, receipts } = documentOf(clean);
    stage.holds({ text: `the record verifies: ${String(entries)} entries, ${String(receipts)} receipts, one for each attempt`, is: clean.exit === 0 && ok === true && receipts === ATTEMPTS, found: clean.text, look: clean.file });

    const list = await stage.coo(['receipts', 'list', PLAN_ID, '--json']);
    const path = receiptPath(list, `${PLAN_ID}.test-wrap.1`);
    const file = `${at.repo}/${path}`;
    const before = await disk.read(file);
    const after = forged(before);
    await disk.write(file, after);
    stage.say('the failed receipt of test-wrap now says "passed"');
    const caught = await stage.coo(['verify', '--json']);
    const findings = findingsOf(caught);
    stage.holds({ text: `coo verify names that file, exit ${String(caught.exit)}`, is: before !== after && caught.exit === TAMPERED && findings.length === 1 && findings[0]?.code === 'MIRROR_CHANGED' && findings[0].path === path, found: caught.text, look: caught.file });

    const restored = await stage.coo(['verify', '--restore']);
    const again = await stage.coo(['verify']);
    stage.holds({ text: 'coo verify --restore puts it back, byte for byte; all verifies again', is: restored.exit === 0 && (await disk.read(file)) === before && again.exit === 0, found: restored.text + again.text, look: restored.file });
  },
};
