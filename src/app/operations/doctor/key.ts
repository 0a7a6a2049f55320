import { isoTime } from '../../../kernel/iso.ts';
import type { SigningKey } from '../../../ports/signer.ts';
import { needsLedger } from './check.ts';
import type { Check } from './check.ts';

/** A key that has no longer to go is told of, in milliseconds: 14 days. */
const SOON_MS = 1_209_600_000;

/** Whether what this machine appends is signed, where signers are listed; and for how long. */
export const keyCheck: Check = async ({ world, session }) => {
  if (session === undefined) return needsLedger('key');
  const { signers } = session;
  if (signers === null) return [{ check: 'key', state: 'ok', message: 'no signers are listed, so nothing is signed' }];
  if (session.home === undefined) return [{ check: 'key', state: 'ok', message: 'this clone appends nothing, so it needs no key' }];
  let keys: readonly SigningKey[];
  try {
    keys = (await (await world.keys?.())?.of(session.state.ledger ?? '')) ?? [];
  } catch (cause) {
    if (!(cause instanceof Error && 'fix' in cause && typeof cause.fix === 'string')) throw cause;
    return [{ check: 'key', state: 'bad', message: `nothing can be appended: ${cause.message}`, fix: cause.fix }];
  }
  const isGoverned = session.state.org?.mode === 'governed';
  const state = isGoverned ? 'bad' : 'warn';
  const unsigned = isGoverned ? 'it can append nothing' : 'what it appends is not signed';
  if (keys.length === 0) return [{ check: 'key', state, message: `signers are listed, and this machine has no key: ${unsigned}`, fix: isGoverned ? 'put back the file that coo key new made, ~/.config/coo/keys/<ledger>, or one whose key is listed' : 'coo key new' }];
  const { coordinatorOf } = await import('../../../format/entry-signature.ts');
  const now = world.clock.now();
  const who = keys.map((key) => coordinatorOf(signers, key.public, now)).find((signer) => signer !== undefined);
  if (who === undefined) return [{ check: 'key', state, message: `version ${String(signers.version)} of the signers lists no key of this machine as a coordinator's: ${unsigned}`, fix: 'coo key show' }];
  const until = who.valid_until_ms;
  if (until !== undefined && until - now < SOON_MS) return [{ check: 'key', state: 'warn', message: `the key of ${who.principal} is valid until ${isoTime(until)} only`, fix: 'coo key new --next' }];
  return [{ check: 'key', state: 'ok', message: `what this machine appends is signed as ${who.principal}` }];
};
