import { orderId } from '../kernel/ids.ts';
import type { OrderId } from '../kernel/ids.ts';
import { isAgent } from '../kernel/org.ts';
import type { Claim, State } from '../kernel/state.ts';
import { readIfRegular } from './faults.ts';
import { cooPaths } from './layout.ts';
import { tryParse } from './stored.ts';
import type { LedgerWorld } from './world.ts';

/** `.git/coo/quiet/<order_id>.json`: an agent gives no sign of life. Its worker's own note, and gone with it: a hint, no fact. */
export interface Quiet {
  readonly schema: 'coo/quiet.v1';
  readonly order_id: OrderId;
  readonly since: string;
  /** It has said nothing at all yet, or nothing since. */
  readonly why: 'first_output' | 'idle';
}

const CAP = 4_096;

/** The note on an attempt; undefined while its agent gives signs of life, or has none. */
export async function quietOf({ files, layout }: Pick<LedgerWorld, 'files' | 'layout'>, state: State, claim: Claim): Promise<Quiet | undefined> {
  const harness = state.seats.get(claim.seat)?.seat.harness;
  if (claim.kind !== 'beating' || claim.reported !== null || harness === undefined || !isAgent(harness)) return undefined;
  const bytes = await readIfRegular(files, cooPaths.quiet(layout, orderId(claim.plan_id, claim.step_id, claim.fence)), CAP);
  return bytes === undefined ? undefined : quietIn(bytes);
}

function quietIn(bytes: Uint8Array): Quiet | undefined {
  const value = tryParse<Partial<Quiet> | null>(bytes);
  const isGood = value?.schema === 'coo/quiet.v1' && typeof value.since === 'string' && !Number.isNaN(Date.parse(value.since)) && (value.why === 'first_output' || value.why === 'idle');
  return isGood ? (value as Quiet) : undefined;
}

/** For a person. */
export function quietWords({ since, why }: Pick<Quiet, 'since' | 'why'>): string {
  return `${why === 'first_output' ? 'no word from its agent yet' : 'no sign of life from its agent'} since ${since}: no output, no processor time`;
}
