import type { Owner } from '../../ports/process.ts';

const FIELDS = ['host', 'boot', 'pidns', 'pid', 'started', 'nonce'] as const;

/** An owner as one word, for the ledger: whether an epoch's manager lives can be told from the ledger alone. */
export function ownerText(owner: Owner): string {
  return FIELDS.map((field) => encodeURIComponent(String(owner[field]))).join(':');
}

/** The inverse; undefined when the text is not an owner. */
export function parseOwner(text: string): Owner | undefined {
  const parts = text.split(':').map(decodeURIComponent);
  const [host, boot, pidns, pid, started, nonce] = parts;
  if (parts.length !== FIELDS.length || host === undefined || boot === undefined || pidns === undefined || started === undefined || nonce === undefined) return undefined;
  return /^[0-9]+$/.test(pid ?? '') ? { host, boot, pidns, pid: Number(pid), started, nonce } : undefined;
}
