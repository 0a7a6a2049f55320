import { sha256Hex } from '../../format/canonical.ts';
import type { OrderId } from '../../kernel/ids.ts';
import { readIfThere } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerWorld } from '../world.ts';

const TOKEN_BYTES = 24;
const encoder = new TextEncoder();

/** A claim's token: the ledger holds its sha256, a 0600 file and the holder hold the token. */
export interface Token {
  readonly token: string;
  readonly sha256: string;
}

export function mintToken(world: Pick<LedgerWorld, 'random'>): Token {
  const token = world.random.hex(TOKEN_BYTES);
  return { token, sha256: sha256Hex(token) };
}

/** Keeps a token for whoever works on the order. */
export async function storeToken(world: LedgerWorld, order: OrderId, token: string): Promise<void> {
  await world.files.folder(cooPaths.tokens(world.layout), 0o700);
  await world.files.replaceView(cooPaths.token(world.layout, order), encoder.encode(`${token}\n`), 0o600);
}

/** The token of an order, if this user may read it. Undefined for a file that a power cut emptied: a wrong token is refused, none is not. */
export async function readToken(world: LedgerWorld, order: OrderId): Promise<string | undefined> {
  const path = cooPaths.token(world.layout, order);
  const bytes = await readIfThere(world.files, path, 256);
  const token = new TextDecoder().decode(bytes).trim();
  return token === '' ? undefined : token;
}
