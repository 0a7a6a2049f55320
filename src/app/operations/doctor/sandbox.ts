import { isMeant, needsLedger } from './check.ts';
import type { Check } from './check.ts';

/** Whether a sandbox stands, told by how much the seats ask for one. */
export const sandboxCheck: Check = async ({ session, machine, seat: only }) => {
  if (session === undefined) return needsLedger('sandbox');
  const seats = [...session.state.seats.values()].map(({ seat }) => seat).filter((seat) => isMeant(seat, only));
  const asking = (wish: 'auto' | 'required'): readonly string[] => seats.filter(({ sandbox = 'off' }) => sandbox === wish).map(({ seat }) => seat);
  const [required, auto] = [asking('required'), asking('auto')];
  const standing = await machine.sandbox();
  if (standing.ok) return [{ check: 'sandbox', state: 'ok', message: `bubblewrap stands; ${required.length + auto.length === 0 ? 'no seat asks for it' : `it holds ${[...required, ...auto].join(', ')}`}` }];
  const { message, fix } = standing;
  if (required.length > 0) return [{ check: 'sandbox', state: 'bad', message: `${message}: nothing starts for ${required.join(', ')}`, fix }];
  if (auto.length > 0) return [{ check: 'sandbox', state: 'warn', message: `${message}: ${auto.join(', ')} work without a sandbox`, fix }];
  return [{ check: 'sandbox', state: 'ok', message: `no seat asks for a sandbox (${message})` }];
};
