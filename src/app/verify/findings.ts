import { STATE_PATH, SUMMARY_PATH } from '../manager/checkpoint.ts';

/** Something that is not as it must be: what, where, and the next command. */
export interface VerifyFinding {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

export const SHAPE_FIX = 'written by another version of coo, or not by coo: compare with git log of the ledger branch';
export const REREAD = 'compare with refs/coo/seen and with other clones: git log refs/coo/seen; the ledger must not be rewritten';

/** What a verification found so far, in the order found. */
export class Findings {
  readonly list: VerifyFinding[] = [];

  say(code: string, path: string, message: string, fix = REREAD): void {
    this.list.push({ code, path, message, fix });
  }
}

/** Orders, run receipts, entries; plans are revised, and views written anew. */
export function isRecordedOnce(path: string): boolean {
  return !path.startsWith('_plans/') && path !== STATE_PATH && path !== SUMMARY_PATH;
}
