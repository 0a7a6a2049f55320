import { coordinatorOf } from '../../format/entry-signature.ts';
import { badPrincipal } from '../../format/signers.ts';
import { SIGNER_ROLES } from '../../kernel/signers.ts';
import type { KeySlot, SigningKey, SigningKeys } from '../../ports/signer.ts';
import { Failure } from '../failure.ts';
import { busPaths, schemaPath } from '../layout.ts';
import { requireHome } from '../ledger/home.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { openLedger } from './by-hand.ts';
import { mainWorktree, trustFirst } from './organise.ts';
import { SIGNERS_FILE } from './policy-file.ts';

/** One of this machine's keys for a ledger, as everybody may see it. */
export interface KeyLine {
  readonly path: string;
  /** `ssh-ed25519 AAAA...`. */
  readonly key: string;
  readonly fingerprint: string;
  /** Under which name it signs entries now; null: it signs none. */
  readonly signs_as: string | null;
}

export interface KeyView {
  readonly schema: 'coo/key.v1';
  readonly ledger: string;
  /** Of the list that is in force; 0 = there is none. */
  readonly signers_version: number;
  readonly keys: readonly KeyLine[];
}

export interface NewKey {
  readonly schema: 'coo/key-new.v1';
  readonly ledger: string;
  readonly key: KeyLine;
  /** What signers.yaml has to say for it to sign. */
  readonly line: string;
  /** The file that was written with it, or null: somebody has to add the line. */
  readonly wrote: string | null;
  /** The version that a list with this line has to have. */
  readonly version: number;
}

/** This machine's keys for the ledger. */
export async function showKeys(world: LedgerWorld): Promise<KeyView> {
  const session = await openLedger(world);
  const ledger = session.state.ledger ?? '';
  const keys = await (await keysOf(world)).of(ledger);
  return { schema: 'coo/key.v1', ledger, signers_version: session.signers?.version ?? 0, keys: keys.map((key) => lineOf(session, key)) };
}

/**
 * Makes a key for the ledger. Where there are no signers at all, the first list is written with it and taken over at once; else somebody who may
 * has to add it.
 */
export async function newKey(world: LedgerWorld, { principal, slot }: { readonly principal: string; readonly slot: KeySlot }): Promise<NewKey> {
  const wrong = badPrincipal(principal);
  if (wrong !== undefined) throw new Failure({ code: wrong.code, message: `the principal ${wrong.message}`, fix: wrong.fix, exit: 2 });
  const session = await openLedger(world);
  await requireHome(world, session.home, session.state);
  const { worktree } = world.layout;
  const ledger = session.state.ledger ?? '';
  const keys = await keysOf(world);
  const path = keys.path(ledger, slot);
  // A key that is committed with everything else is nobody's secret.
  if (worktree !== null && path.startsWith(`${worktree}/`)) throw new Failure({ code: 'KEY_IN_WORKTREE', message: `${path} would be in the worktree ${worktree}, and so in its commits`, fix: 'name a folder outside of it: XDG_CONFIG_HOME=/somewhere/else coo key new' });
  if (slot === 'next' && (await keys.of(ledger)).length === 0) throw new Failure({ code: 'KEY_ABSENT', message: 'there is no key that another could follow', fix: 'coo key new' });
  const key = await keys.create(ledger, slot, `coo ${ledger}`);
  const line = `  - {principal: ${JSON.stringify(principal)}, key: ${key.public.line}, roles: [${SIGNER_ROLES.join(', ')}]}`;
  const main = mainWorktree(session);
  const wrote = session.signers === null && main !== undefined ? await writeFirst(session, main, line) : null;
  return { schema: 'coo/key-new.v1', ledger, key: lineOf(session, key), line, wrote, version: (session.signers?.version ?? 0) + (wrote === null ? 1 : 0) };
}

/** The first list of signers, where there is none; null where there is. */
async function writeFirst(session: LedgerSession, worktree: string, line: string): Promise<string | null> {
  const { files, layout } = session.world;
  const path = `${busPaths.plans(worktree)}/${SIGNERS_FILE}`;
  if ((await files.info(path)) !== undefined) return null;
  const text = `# yaml-language-server: $schema=${schemaPath(layout, worktree, 'signers')}\n# Whose keys count, and for what. Raise version with each change.\nversion: 1\nsigners:\n${line}\n`;
  await files.folder(busPaths.plans(worktree));
  await files.create(path, new TextEncoder().encode(text));
  await trustFirst(session);
  return path;
}

function lineOf({ signers, world }: LedgerSession, key: SigningKey): KeyLine {
  return { path: key.path, key: key.public.line, fingerprint: key.public.fingerprint, signs_as: coordinatorOf(signers, key.public, world.clock.now())?.principal ?? null };
}

async function keysOf(world: LedgerWorld): Promise<SigningKeys> {
  const keys = await world.keys?.();
  if (keys === undefined) throw new Failure({ code: 'KEY_ABSENT', message: 'there is no place for keys here', fix: 'report this as a bug' });
  return keys;
}
