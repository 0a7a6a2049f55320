import type { Seat } from '../../../kernel/org.ts';
import { isMeant, needsLedger } from './check.ts';
import type { Check } from './check.ts';

/** Whether a sandbox stands, told by how much the seats ask for one. */
export const sandboxCheck: Check = async ({ session, machine, seat: only }) => {
  if (session === undefined) return needsLedger('sandbox');
  const seats = [...session.state.seats.values()].map(({ seat }) => seat).filter((seat) => isMeant(seat, only));
  const isGoverned = session.state.org?.mode === 'governed';
  // Governed mode confines whoever coo starts; people and what comes by itself work elsewhere.
  const silent = ({ harness }: Seat): 'off' | 'required' => (isGoverned && harness !== 'person' && harness !== 'bus' ? 'required' : 'off');
  const asking = (wish: 'auto' | 'required'): readonly string[] => seats.filter((seat) => (seat.sandbox ?? silent(seat)) === wish).map(({ seat }) => seat);
  const [required, auto] = [asking('required'), asking('auto')];
  const standing = await machine.sandbox();
  if (standing.ok) return [{ check: 'sandbox', state: 'ok', message: `bubblewrap stands; ${required.length + auto.length === 0 ? 'no seat asks for it' : `it holds ${[...required, ...auto].join(', ')}`}` }];
  const { message, fix } = standing;
  if (required.length > 0) return [{ check: 'sandbox', state: 'bad', message: `${message}: nothing starts for ${required.join(', ')}`, fix }];
  if (auto.length > 0) return [{ check: 'sandbox', state: 'warn', message: `${message}: ${auto.join(', ')} work without a sandbox`, fix }];
  return [{ check: 'sandbox', state: 'ok', message: `no seat asks for a sandbox (${message})` }];
};
