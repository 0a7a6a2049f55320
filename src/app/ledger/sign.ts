import { signedText } from '../../format/entry.ts';
import type { Sign } from '../../format/entry.ts';
import type { Millis } from '../../kernel/ids.ts';
import type { Signers } from '../../kernel/signers.ts';
import type { LedgerWorld } from '../world.ts';

/**
 * How the next entry is signed: with this machine's key for the ledger that the signers in force list as a coordinator's. undefined: not at all.
 * Keys are read anew each time, so that one that is taken away signs nothing more. Who has no signers pays nothing for this.
 */
export async function signFor(world: LedgerWorld, ledger: string, signers: Signers | null, at_ms: Millis): Promise<Sign | undefined> {
  if (signers === null) return undefined;
  const keys = (await (await world.keys?.())?.of(ledger)) ?? [];
  if (keys.length === 0) return undefined;
  const { coordinatorOf } = await import('../../format/entry-signature.ts');
  for (const key of keys) {
    const who = coordinatorOf(signers, key.public, at_ms);
    if (who !== undefined) return (digest) => ({ by: who.principal, sshsig: key.sign(signedText(digest), 'entry@git-coo') });
  }
  return undefined;
}
