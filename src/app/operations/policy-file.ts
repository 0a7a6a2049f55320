import { sha256Hex } from '../../format/canonical.ts';
import type { Fault } from '../../format/fault.ts';
import type { Input } from '../../kernel/input.ts';
import type { Digest } from '../../kernel/ids.ts';
import { readIfThere, unfitFile } from '../faults.ts';
import { busPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { Offer } from '../step.ts';

/** In `_plans`: who works here and how; whose keys count. */
export const ORG_FILE = 'coo.yaml';
export const SIGNERS_FILE = 'signers.yaml';

/** What a file that says who may do what, coo.yaml or signers.yaml of a worktree, is to the ledger. */
export type PolicyFile<I extends Input> =
  /** The one that the ledger has; or no file, which changes nothing either. */
  | { readonly kind: 'known' }
  /** `sign` tells one state of the file from another. */
  | { readonly kind: 'faulty'; readonly sign: string; readonly faults: readonly Fault[] }
  | { readonly kind: 'new'; readonly sign: string; readonly warnings: readonly Fault[]; readonly offer: Offer & { readonly input: I } };

export interface PolicyReader<I extends Input> {
  /** In `_plans`. */
  readonly name: string;
  /** Of the one that the ledger has. */
  readonly known: Digest | null;
  readonly read: (bytes: Uint8Array, digest: Digest) => Promise<{ readonly ok: true; readonly input: I; readonly warnings: readonly Fault[] } | { readonly ok: false; readonly faults: readonly Fault[] }>;
}

const CAP = 1_048_576;

/** Looks at a policy file. One that the ledger knows costs a digest of its bytes; YAML is loaded for a new one only. */
export async function policyFile<I extends Input>({ world }: LedgerSession, worktree: string, { name, known, read }: PolicyReader<I>): Promise<PolicyFile<I>> {
  const path = `${busPaths.plans(worktree)}/${name}`;
  const info = await world.files.info(path);
  const unfit = info === undefined ? undefined : unfitFile(info, CAP);
  if (unfit !== undefined) {
    const fault = { ...unfit, fix: unfit.code === 'FILE_TOO_LARGE' ? 'write it shorter: it is a page' : unfit.fix, file: name, line: 1, column: 1, pointer: '', severity: 'error' } as const;
    return { kind: 'faulty', sign: unfit.message, faults: [fault] };
  }
  const bytes = info === undefined ? undefined : await readIfThere(world.files, path, CAP);
  if (bytes === undefined) return { kind: 'known' };
  const digest = sha256Hex(bytes);
  if (digest === known) return { kind: 'known' };
  const done = await read(bytes, digest);
  if (!done.ok) return { kind: 'faulty', sign: digest, faults: done.faults };
  return { kind: 'new', sign: digest, warnings: done.warnings, offer: { input: done.input, files: [{ path: `_plans/${name}`, bytes }] } };
}
