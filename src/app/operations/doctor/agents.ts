import { badEnvName } from '../../../format/env-name.ts';
import type { AgentKind, Seat } from '../../../kernel/org.ts';
import { isAgent } from '../../../kernel/org.ts';
import { agentTrial } from '../../worker/trial.ts';
import type { Trial } from '../../worker/trial.ts';
import { needsLedger } from './check.ts';
import type { Check, Found } from './check.ts';
import type { World } from '../../world.ts';

/** A seat with an agent. */
export type AgentSeat = Seat & { readonly harness: AgentKind };

/**
 * Whether agents' programs are there, and their log-ins. Of one seat that is named: whether its agent answers, which is a word of its
 * provider's and may cost.
 */
export const agentsCheck: Check = async ({ session, machine, seat: only, whole }) => {
  if (session === undefined || session.state.ledger === null) return needsLedger('agents');
  const { ledger } = session.state;
  const groups = new Map([...session.state.seats.values()].flatMap(({ seat }) => (isAgentSeat(seat) && (only === undefined || seat.seat === only) ? [[only ?? seat.group, seat] as const] : [])));
  if (groups.size === 0) return [{ check: 'agents', state: 'ok', message: only === undefined ? 'no seat has an agent' : `${only} has no agent` }];
  const world = await whole();
  const found: Found[] = [];
  for (const [name, seat] of groups) {
    const program = seat.agent?.command?.[0] ?? seat.harness;
    // One of the repository's own is found from the workspace alone.
    const isOwn = program.includes('/') && !program.startsWith('/');
    if (!isOwn && machine.program(program) === undefined) found.push({ check: 'agents', state: 'bad', message: `${name} needs ${program}, which is not there`, fix: `install it, or write its whole path: command: of ${name} in _plans/coo.yaml` });
    else found.push(...(await missingLogins(world, name, seat)), ...(only === undefined ? [] : [trialFinding(name, await agentTrial(world, ledger, seat))]));
  }
  return found.length > 0 ? found : [{ check: 'agents', state: 'ok', message: `the programs and log-ins of ${[...groups.keys()].join(', ')} are there; coo doctor --seat ${[...groups.keys()][0] ?? ''} asks for a word` }];
};

function isAgentSeat(seat: Seat): seat is AgentSeat {
  return isAgent(seat.harness);
}

async function missingLogins({ env, files }: World, name: string, { login = [] }: Seat): Promise<readonly Found[]> {
  const missing: string[] = [];
  for (const one of login) {
    const isThere = one.startsWith('~/') ? (await files.info(`${env['HOME'] ?? ''}/${one.slice(2)}`))?.kind === 'file' : badEnvName(one) === undefined && env[one] !== undefined;
    if (!isThere) missing.push(one);
  }
  return missing.length === 0 ? [] : [{ check: 'agents', state: 'warn', message: `the log-in of ${name} lacks ${missing.join(', ')}`, fix: 'set it where coo run is started, or log in with the program once' }];
}

function trialFinding(name: string, trial: Trial): Found {
  if (trial.ok) return { check: 'agents', state: 'ok', message: `${name}: ${trial.message}` };
  return { check: 'agents', state: trial.isPassing ? 'warn' : 'bad', message: `${name}: ${trial.message}`, fix: trial.fix };
}
