import type { Told } from '../../app/operations/incident.ts';
import type { Output } from './output.ts';
import { plain } from './plain.ts';

/** What `--stop` did, beside what the command itself says. */
export function noteIncident(out: Output, told: Told): void {
  if (told.kind === 'open') out.note("STOPPED (breaker open): nothing starts until a person closes it\n  next:  coo breaker close --reason '...'");
  else out.note(`the breaker could not be opened: ${plain(told.why)}`);
}
