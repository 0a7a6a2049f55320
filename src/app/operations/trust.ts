import type { InputOf } from '../../kernel/input.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { policyFile, SIGNERS_FILE } from './policy-file.ts';
import type { PolicyFile } from './policy-file.ts';

/** Looks at signers.yaml of a worktree. */
export async function signersFile(session: LedgerSession, worktree: string): Promise<PolicyFile<InputOf<'retrust'>>> {
  const { world, state } = session;
  return policyFile(session, worktree, {
    name: SIGNERS_FILE,
    known: state.signers?.digest ?? null,
    async read(bytes, digest) {
      const { readSigners } = await import('../../format/signers.ts');
      const done = readSigners(SIGNERS_FILE, bytes);
      if (!done.ok) return done;
      // In governed mode such a list would be the ledger's last entry: no other could be signed, not even one that mends the list.
      const fault = state.org?.mode === 'governed' ? done.warnings.find(({ code }) => code === 'SIGNERS_NO_COORDINATOR') : undefined;
      if (fault !== undefined) return { ok: false, faults: [{ ...fault, severity: 'error' }] };
      return { ok: true, warnings: done.warnings, input: { type: 'retrust', digest, ...done.signers, at_ms: world.clock.now() } };
    },
  });
}
