import type { Told } from '../../app/operations/incident.ts';
import type { Output } from './output.ts';
import { plain } from './plain.ts';

/** What became of an incident, beside what the command itself says. Where the ledger cannot be appended to, that is worth a word only to who asked for it. */
export function noteIncident(out: Output, told: Told, asked: boolean | undefined): void {
  if (told.kind === 'open') out.note("STOPPED (breaker open): nothing starts until a person closes it\n  next:  coo breaker close --reason '...'");
  else if (asked === true) out.note(`the breaker could not be opened: ${plain(told.why)}`);
}
