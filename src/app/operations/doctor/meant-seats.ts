import type { Seat } from '../../../kernel/org.ts';
import { readIfRegular } from '../../faults.ts';
import { busPaths } from '../../layout.ts';
import { readOrgFile } from '../organise.ts';
import { isMeant } from './check.ts';
import type { Patient } from './check.ts';

const ORG_CAP = 1_048_576;

export interface MeantSeats {
  readonly seats: readonly Seat[];
  /** What the one that was asked for is called: where it is only written down yet, that is said. */
  readonly name: string;
}

/**
 * The seats that are looked at. One that the ledger does not know is looked for in the worktree's coo.yaml: whoever writes a seat wants to try it before
 * a manager gives it work, and nothing of a trial is recorded. Not in governed mode: there nothing runs that was not approved.
 */
export async function meantSeats({ session, seat: only, world }: Pick<Patient, 'seat' | 'world'> & { readonly session: NonNullable<Patient['session']> }): Promise<MeantSeats> {
  const known = [...session.state.seats.values()].map(({ seat }) => seat).filter((seat) => isMeant(seat, only));
  if (only === undefined || known.length > 0 || session.state.org?.mode === 'governed' || world.layout.worktree === null) return { seats: known, name: only ?? '' };
  // What is wrong with the file is told with the configuration.
  const bytes = await readIfRegular(world.files, busPaths.org(world.layout.worktree), ORG_CAP);
  const read = bytes === undefined ? undefined : await readOrgFile(session, bytes);
  const written = read?.ok === true && read.org.mode !== 'governed' ? read.org.seats.filter((seat) => isMeant(seat, only)) : [];
  return { seats: written, name: `${only} (of _plans/coo.yaml, not taken over yet)` };
}
