import { sha256Hex } from '../../format/canonical.ts';
import type { Fault } from '../../format/fault.ts';
import type { Org } from '../../kernel/org.ts';
import { readIfThere, unfitFile } from '../faults.ts';
import { busPaths } from '../layout.ts';
import { DEFAULT_PREFIX } from '../ledger/names.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { Offer } from '../step.ts';
import { applyByHand } from './by-hand.ts';

const ORG_CAP = 1_048_576;
const NAME = 'coo.yaml';

/** What coo.yaml of a worktree is to the ledger. */
export type OrgFile =
  /** The organisation that the ledger has; or no file, which changes nothing either. */
  | { readonly kind: 'known' }
  /** `sign` tells one state of the file from another. */
  | { readonly kind: 'faulty'; readonly sign: string; readonly faults: readonly Fault[] }
  | { readonly kind: 'new'; readonly sign: string; readonly org: Org; readonly warnings: readonly Fault[]; readonly offer: Offer };

/** Looks at coo.yaml. One that the ledger knows costs a digest of its bytes; YAML is loaded for a new one only. */
export async function orgFile({ world, state, home }: LedgerSession, worktree: string): Promise<OrgFile> {
  const path = busPaths.org(worktree);
  const info = await world.files.info(path);
  const unfit = info === undefined ? undefined : unfitFile(info, ORG_CAP);
  if (unfit !== undefined) {
    const fault = { ...unfit, fix: unfit.code === 'FILE_TOO_LARGE' ? 'write it shorter: an organisation is a page' : unfit.fix, file: NAME, line: 1, column: 1, pointer: '', severity: 'error' } as const;
    return { kind: 'faulty', sign: unfit.message, faults: [fault] };
  }
  const bytes = info === undefined ? undefined : await readIfThere(world.files, path, ORG_CAP);
  if (bytes === undefined) return { kind: 'known' };
  const digest = sha256Hex(bytes);
  if (digest === state.org_digest) return { kind: 'known' };
  const { readOrg } = await import('../../format/org.ts');
  const read = readOrg(NAME, bytes, { prefix: home?.prefix ?? DEFAULT_PREFIX, ...standing(state.org) });
  if (!read.ok) return { kind: 'faulty', sign: digest, faults: read.faults };
  return { kind: 'new', sign: digest, org: read.org, warnings: read.warnings, offer: { input: { type: 'organise', digest, org: read.org, at_ms: world.clock.now() }, files: [{ path: `_plans/${NAME}`, bytes }] } };
}

/**
 * Brings a changed coo.yaml in before what a command asks, as a manager would: whoever was just written into it may claim. Only from the
 * main worktree, where the operator edits it: another may have one of another branch checked out. A faulty one changes nothing.
 */
export async function organiseFirst(session: LedgerSession): Promise<OrgFile> {
  const { worktree, common } = session.world.layout;
  if (worktree === null || common !== `${worktree}/.git`) return { kind: 'known' };
  const found = await orgFile(session, worktree);
  if (found.kind === 'new') {
    const { input, ...more } = found.offer;
    await applyByHand(session, input, more);
  }
  return found;
}

/** What a coo.yaml that is silent about it leaves as it was. */
function standing(org: Org | null): { readonly target?: string; readonly integrate?: Org['integrate'] } {
  return org === null ? {} : { target: org.target, integrate: org.integrate };
}
