import { isId } from '../kernel/ids.ts';
import type { Mode, Seat } from '../kernel/org.ts';
import { allowanceIn } from './allowance.ts';
import { kindOf, badId, Fields, given } from './fields.ts';
import { AGENT_FIELDS, agentIn, confinementIn, loginIn } from './org-agent.ts';
import { pointerOf } from './fault.ts';
import type { PathPart } from './fault.ts';
import { suggest } from './suggest.ts';

const FIELDS = ['seat', 'count', 'roles', 'harness', 'starts', 'email', 'login', 'sandbox', 'network', 'budget', ...AGENT_FIELDS];
const HARNESSES = ['shell', 'person', 'bus', 'claude', 'codex', 'acp', 'command'] as const;
const MAX_COUNT = 100;
const MAX_SEATS = 1_000;

/** `seats:` of coo.yaml, one by one: `count: 4` of `dev` gives `dev-1` to `dev-4`. */
export function seatsIn(org: Fields, mode: Mode): readonly Seat[] {
  /** Lower-cased names of seats and groups, with the name they were first written as. */
  const taken = new Map<string, string>();
  if (!org.need('seats', 'add seats: who does the work')) return [];
  const groups = org.list('seats', MAX_SEATS, (item, at) => groupAt(org, mode, { at: [...org.path, ...at], item }, taken)) ?? [];
  const seats = groups.flat();
  if (seats.length === 0 && !org.faults.failed) org.error('seats', 'SEATS_NONE', 'there is no seat, so nobody can do anything', 'add one: {seat: dev, count: 4, roles: [developer], harness: shell}');
  if (seats.length > MAX_SEATS) org.error('seats', 'SEATS_MANY', `there are ${String(seats.length)} seats; at most ${String(MAX_SEATS)} are taken`, 'lower the counts');
  return seats;
}

function groupAt(org: Fields, mode: Mode, { at, item }: { readonly at: readonly PathPart[]; readonly item: unknown }, taken: Map<string, string>): readonly Seat[] | undefined {
  const fields = Fields.of(org.faults, at, item, 'a seat', FIELDS);
  if (fields === undefined) return undefined;
  const group = fields.needId('seat');
  const count = fields.number('count', 1, MAX_COUNT);
  const roles = fields.need('roles', 'add roles: what the seat can do, e.g. [developer]') ? fields.texts('roles', { check: badId }, 100) : undefined;
  const harness = harnessOf(fields);
  const starts = fields.oneOf('starts', ['manager', 'worker']);
  const email = fields.text('email', { cap: 254 });
  const login = loginIn(fields);
  if (group === undefined || roles === undefined || harness === undefined) return undefined;
  const agent = agentIn(fields, harness);
  const budget = budgetIn(fields, harness);
  const confinement = confinementIn(fields, mode);
  const names = count === undefined ? [group] : Array.from({ length: count }, (_unused, index) => `${group}-${String(index + 1)}`);
  if (!names.every(isId)) return fields.error('seat', 'BAD_ID', `${names.at(-1) ?? group} would be longer than an id may be`, 'give the seat a shorter name');
  for (const name of new Set([group, ...names])) {
    const other = taken.get(name.toLowerCase());
    if (other !== undefined) return fields.error('seat', 'SEAT_DUPLICATE', `the seat ${name} is there already${other === name ? '' : ` (as ${other})`}`, 'give each seat a name of its own; for more of a kind write count:');
    taken.set(name.toLowerCase(), name);
  }
  return names.map((seat) => given({ seat, group, roles, harness, starts, email, login, agent, budget, ...confinement }));
}

/** What a seat's attempts may use in a day: coo can hold those alone that it runs. */
function budgetIn(fields: Fields, harness: Seat['harness']): Seat['budget'] {
  if (harness !== 'person' && harness !== 'bus') return allowanceIn(fields, harness !== 'shell');
  if (fields.has('budget')) fields.error('budget', 'NOT_HELD', `budget is for seats whose attempts coo runs; this one is ${harness}`, 'remove budget');
  return undefined;
}

function harnessOf(fields: Fields): Seat['harness'] | undefined {
  if (!fields.need('harness', `add harness: ${HARNESSES.join(', ')}`)) return undefined;
  const value = fields.raw('harness');
  const found = HARNESSES.find((harness) => harness === value);
  if (found !== undefined) return found;
  const meant = typeof value === 'string' ? suggest(value, HARNESSES) : undefined;
  fields.faults.error('HARNESS_UNKNOWN', pointerOf([...fields.path, 'harness']), `this version has no harness like ${kindOf(value)}; it has ${HARNESSES.join(', ')}`, meant === undefined ? 'use shell for commands, person for people, bus for an agent that claims by itself, claude, codex, acp or command for an agent that coo starts' : `did you mean ${meant}?`);
  return undefined;
}
