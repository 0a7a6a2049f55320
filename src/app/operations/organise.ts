import type { ReadOrg } from '../../format/org.ts';
import type { Input, InputOf } from '../../kernel/input.ts';
import type { Org } from '../../kernel/org.ts';
import { DEFAULT_PREFIX } from '../ledger/names.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { unsaid } from '../folders.ts';
import { clearRejected } from '../manager/rejected.ts';
import { applyByHand } from './by-hand.ts';
import { ORG_FILE, SIGNERS_FILE, policyFile } from './policy-file.ts';
import type { PolicyFile } from './policy-file.ts';
import { signersFile } from './trust.ts';

/** Looks at coo.yaml of a worktree. */
export async function orgFile(session: LedgerSession, worktree: string): Promise<PolicyFile<InputOf<'reorganise'>>> {
  const { world, state } = session;
  return policyFile(session, worktree, {
    name: ORG_FILE,
    known: state.org_digest,
    async read(bytes, digest) {
      const done = await readOrgFile(session, bytes);
      return done.ok ? { ok: true, warnings: done.warnings, input: { type: 'reorganise', digest, org: done.org, at_ms: world.clock.now() } } : done;
    },
  });
}

/** Reads a coo.yaml as this ledger would take it. */
export async function readOrgFile({ state, home }: LedgerSession, bytes: Uint8Array): Promise<ReadOrg> {
  const { readOrg } = await import('../../format/org.ts');
  return readOrg(ORG_FILE, bytes, { prefix: home?.prefix ?? DEFAULT_PREFIX, ...standing(state.org) });
}

/**
 * Brings a changed coo.yaml or signers.yaml in before what a command asks, as a manager would: whoever was just written into it may claim. Only from
 * the main worktree, where the operator edits them: another may have one of another branch checked out. A faulty one changes nothing.
 */
export async function organiseFirst(session: LedgerSession): Promise<PolicyFile<InputOf<'reorganise'>>> {
  await trustFirst(session);
  const worktree = mainWorktree(session);
  return worktree === undefined ? { kind: 'known' } : bringIn(session, worktree, ORG_FILE, await orgFile(session, worktree));
}

/** The same of signers.yaml alone. */
export async function trustFirst(session: LedgerSession): Promise<void> {
  const worktree = mainWorktree(session);
  if (worktree !== undefined) await bringIn(session, worktree, SIGNERS_FILE, await signersFile(session, worktree));
}

/** The worktree where the operator edits what says who may do what; undefined in any other and in a bare repository. */
export function mainWorktree({ world: { layout } }: LedgerSession): string | undefined {
  return layout.worktree !== null && layout.common === `${layout.worktree}/.git` ? layout.worktree : undefined;
}

async function bringIn<I extends Input>(session: LedgerSession, worktree: string, name: string, found: PolicyFile<I>): Promise<PolicyFile<I>> {
  if (found.kind === 'new') {
    const { input, ...more } = found.offer;
    const { ok } = await applyByHand(session, input, more);
    // A manager may have said why it could not be taken then.
    if (ok) await clearRejected({ world: session.world, folders: unsaid(session.world.files) }, worktree, name);
  }
  return found;
}

/** What a coo.yaml that is silent about it leaves as it was. */
function standing(org: Org | null): { readonly target?: string; readonly integrate?: Org['integrate'] } {
  return org === null ? {} : { target: org.target, integrate: org.integrate };
}
