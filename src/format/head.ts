import type { Digest, Oid } from '../kernel/ids.ts';
import { having, matching, oneOf } from './shape.ts';

/**
 * How far a ledger had come when somebody looked: `coo ledger head`. Whoever keeps one elsewhere can tell later whether the ledger still holds all
 * that it held then, since each entry names the one before by its digest.
 */
export interface LedgerHead {
  readonly schema: 'coo/head.v1';
  readonly ledger: string;
  /** The last entry. */
  readonly seq: number;
  /** The commit that brought it. */
  readonly head: Oid;
  /** sha256 of its bytes. */
  readonly sha256: Digest;
}

const aHead = having<LedgerHead>({
  schema: oneOf('coo/head.v1'),
  ledger: matching(/^[A-Za-z0-9_-]{1,100}$/),
  seq: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  head: matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  sha256: matching(/^[0-9a-f]{64}$/),
});

/** A head out of bytes that somebody kept; undefined when they hold none. */
export function parseHead(bytes: Uint8Array): LedgerHead | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return aHead(value) ? (value as LedgerHead) : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}
