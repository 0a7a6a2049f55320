import type { AgentKind, Seat } from '../../../kernel/org.ts';
import { isAgent } from '../../../kernel/org.ts';
import { seatFault } from '../../fitness.ts';
import { agentTrial } from '../../worker/trial.ts';
import { needsLedger } from './check.ts';
import type { Check } from './check.ts';
import { meantSeats } from './meant-seats.ts';

/** Whether the agent of the seat that is named answers, which is a word of its provider's and may cost. What it needs for that is told with the seats. */
export const agentsCheck: Check = async ({ session, world, seat: only, whole }) => {
  if (session === undefined || session.state.ledger === null) return needsLedger('agents');
  const { seats, name } = await meantSeats({ session, world, ...(only === undefined ? {} : { seat: only }) });
  const agent = seats.find(isAgentSeat);
  if (agent === undefined) return [{ check: 'agents', state: 'ok', message: only === undefined ? 'no seat has an agent' : `${name} has no agent` }];
  if (only === undefined) return [{ check: 'agents', state: 'ok', message: `coo doctor --seat ${agent.group} asks its agent for a word` }];
  const machinery = await whole();
  if ((await seatFault(machinery, agent)) !== undefined) return [{ check: 'agents', state: 'skipped', message: `${name} was not asked for a word: it lacks what it needs` }];
  const trial = await agentTrial(machinery, session.state.ledger, agent);
  const message = `${name}: ${trial.message}`;
  return [trial.ok ? { check: 'agents', state: 'ok', message } : { check: 'agents', state: trial.isPassing ? 'warn' : 'bad', message, fix: trial.fix }];
};

function isAgentSeat(seat: Seat): seat is Seat & { readonly harness: AgentKind } {
  return isAgent(seat.harness);
}
