import type { AgentKind, Seat } from '../../../kernel/org.ts';
import { isAgent } from '../../../kernel/org.ts';
import { seatFault } from '../../fitness.ts';
import { agentTrial } from '../../worker/trial.ts';
import { isMeant, needsLedger } from './check.ts';
import type { Check } from './check.ts';

/** Whether the agent of the seat that is named answers, which is a word of its provider's and may cost. What it needs for that is told with the seats. */
export const agentsCheck: Check = async ({ session, seat: only, whole }) => {
  if (session === undefined || session.state.ledger === null) return needsLedger('agents');
  const agents = [...session.state.seats.values()].flatMap(({ seat }) => (isAgentSeat(seat) ? [seat] : []));
  const named = agents.find((seat) => isMeant(seat, only));
  const [first] = agents;
  if (first === undefined) return [{ check: 'agents', state: 'ok', message: 'no seat has an agent' }];
  if (only === undefined) return [{ check: 'agents', state: 'ok', message: `coo doctor --seat ${first.group} asks its agent for a word` }];
  if (named === undefined) return [{ check: 'agents', state: 'ok', message: `${only} has no agent` }];
  const world = await whole();
  if ((await seatFault(world, named)) !== undefined) return [{ check: 'agents', state: 'skipped', message: `${only} was not asked for a word: it lacks what it needs` }];
  const trial = await agentTrial(world, session.state.ledger, named);
  const message = `${only}: ${trial.message}`;
  return [trial.ok ? { check: 'agents', state: 'ok', message } : { check: 'agents', state: trial.isPassing ? 'warn' : 'bad', message, fix: trial.fix }];
};

function isAgentSeat(seat: Seat): seat is Seat & { readonly harness: AgentKind } {
  return isAgent(seat.harness);
}
