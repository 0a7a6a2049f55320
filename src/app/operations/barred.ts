import { Failure } from '../failure.ts';
import { requireHome, requireNotHalted } from '../ledger/home.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { requireKnown } from '../step.ts';

/** Why nothing can be appended from here. */
export interface Barred {
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly next: string;
}

/** Codes of clones that were never meant to append: nobody waits for that. */
const READERS: ReadonlySet<string> = new Set(['NOT_HOME', 'HOME_MOVED']);

/** What whoever appends from here would be refused with, before it is tried; null where it can. */
export async function barredHere(session: LedgerSession): Promise<Barred | null> {
  const { world, halted, home, state } = session;
  try {
    await requireNotHalted(world, halted);
    requireKnown(session);
    await requireHome(world, home, state);
    return null;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { code: cause.code, message: cause.message, next: cause.fix };
  }
}

/** Whether it is only a clone that reads and verifies, as every one but the home does. */
export function isReader({ code }: Pick<Barred, 'code'>): boolean {
  return READERS.has(code);
}
