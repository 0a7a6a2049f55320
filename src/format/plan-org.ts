import type { Org } from '../kernel/org.ts';
import { fits } from '../kernel/ranking.ts';
import { pointerOf, quoted } from './fault.ts';
import type { Faults } from './fault.ts';
import { badEnvName } from './env-name.ts';
import { suggest } from './suggest.ts';

/** Whether somebody in the organisation could do each step: its role, its seat, its variables, and a harness that can run it. */
export function checkSeats(faults: Faults, steps: readonly unknown[], org: Org): void {
  const known = { roles: new Set(org.seats.flatMap(({ roles }) => roles)), seats: new Set(org.seats.flatMap(({ seat, group }) => [group, seat])) };
  /** Answers by what they depend on: thousands of steps share a few. */
  const able = new Map<string, boolean>();
  for (const [index, step] of steps.entries()) {
    if (typeof step !== 'object' || step === null) continue;
    const { role, seat, env, commands, prompt } = membersOf(step);
    const roleKnown = role === undefined || one(faults, index, 'role', role, known.roles, 'ROLE_UNKNOWN');
    const seatKnown = seat === undefined || one(faults, index, 'seat', seat, known.seats, 'SEAT_UNKNOWN');
    envOf(faults, index, env, org);
    if (!roleKnown || !seatKnown) continue;
    const probe = { step_id: 's', objective: 'o', ...(role === undefined ? {} : { role }), ...(seat === undefined ? {} : { seat }), ...(commands ? { commands: ['true'] } : {}), ...(prompt ? { prompt: 'p' } : {}) };
    const key = JSON.stringify(probe);
    const can = able.get(key) ?? org.seats.some((one) => fits(one, probe));
    able.set(key, can);
    if (!can) nobody(faults, index, { role, seat, agent: !prompt && org.seats.some((one) => fits(one, { ...probe, prompt: 'p' })) });
  }
}

/** `agent`: with a prompt an agent could. */
function nobody(faults: Faults, index: number, { role, seat, agent }: Pick<Members, 'role' | 'seat'> & { readonly agent: boolean }): void {
  const whom = seat !== undefined ? `seat ${seat}` : role !== undefined ? `a seat of role ${role}` : 'a seat';
  faults.error('NOBODY_CAN', pointerOf(['steps', index]), `nobody can do this step: it has no commands, and ${whom} that does more than run commands is not in coo.yaml`, agent ? 'add prompt: an agent could do it then' : 'add commands:, or a seat with harness: person to coo.yaml');
}

interface Members {
  readonly role: string | undefined;
  readonly seat: string | undefined;
  readonly env: readonly unknown[];
  readonly commands: boolean;
  readonly prompt: boolean;
}

function membersOf(step: object): Members {
  const member = (name: string): unknown => (Object.hasOwn(step, name) ? (step as Readonly<Record<string, unknown>>)[name] : undefined);
  const [role, seat, env, commands, prompt] = ['role', 'seat', 'env', 'commands', 'prompt'].map(member);
  return { role: typeof role === 'string' ? role : undefined, seat: typeof seat === 'string' ? seat : undefined, env: Array.isArray(env) ? env : [], commands: Array.isArray(commands) && commands.length > 0, prompt: typeof prompt === 'string' };
}

function one(faults: Faults, index: number, field: string, name: string, known: ReadonlySet<string>, code: string): boolean {
  if (known.has(name)) return true;
  const meant = suggest(name, known);
  faults.error(code, pointerOf(['steps', index, field]), `coo.yaml has no ${field} ${quoted(name)}`, meant === undefined ? `it has ${[...known].slice(0, 12).join(', ')}` : `did you mean ${meant}?`);
  return false;
}

function envOf(faults: Faults, index: number, env: readonly unknown[], org: Org): void {
  for (const [at, name] of env.entries()) {
    if (typeof name !== 'string' || org.env.includes(name) || badEnvName(name) !== undefined) continue;
    faults.error('ENV_NOT_ALLOWED', pointerOf(['steps', index, 'env', at]), `coo.yaml does not allow the variable ${quoted(name)}`, `add it to env: in coo.yaml, which has ${org.env.join(', ') || 'none'}`);
  }
}
