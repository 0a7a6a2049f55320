import { readOrg } from '../../src/format/org.ts';
import type { Org } from '../../src/kernel/org.ts';
import type { Chance } from './chance.ts';

/** Those who work by hand: they claim what they do. */
export const SEATS: readonly string[] = ['ada', 'bob', 'you'];

/** The address of `you`, who is listed. */
export const PERSON = 'you@example.com';

const ROLES = ['developer'];
const BY_HAND = [
  { seat: 'ada', roles: ROLES, harness: 'bus' },
  { seat: 'bob', roles: ROLES, harness: 'bus' },
  { seat: 'you', roles: ROLES, harness: 'person', email: PERSON },
];
/** Short times and small numbers, so that a minute meets every limit. */
const LIMITS = { workers: 3, lease: '8s', beat: '2s', held_lease: '20s', person_lease: '30s', ask: '5s', wall: '20s', check: '8s', retries: 2, losses: 3, backoff: '500ms', backoff_cap: '2s' };

/** What stands in a coo.yaml, which JSON is as well. */
interface Written {
  readonly devs: number;
  /** How many seats of agents in each group; none where there are none. */
  readonly agents: number;
  /** Of a group of agents a day. */
  readonly budget: { readonly tokens: number; readonly usd?: number };
  readonly tokens_per_day: number;
  /** Of the seats that run commands, and of everybody, a day. */
  readonly counted?: { readonly dev?: object; readonly day?: object };
  readonly workers: number;
  readonly without?: string;
  readonly mode?: 'governed';
}

function textOf({ devs, agents, budget, tokens_per_day, counted, workers, without, mode }: Written): string {
  const bots = [
    { seat: 'bot', count: agents, roles: ROLES, harness: 'claude', budget },
    { seat: 'elf', count: 1, roles: ROLES, harness: 'codex' },
  ];
  const seats = [{ seat: 'dev', count: devs, roles: ROLES, harness: 'shell', ...(counted?.dev === undefined ? {} : { budget: counted.dev }) }, ...(agents === 0 ? [] : bots), ...BY_HAND];
  const limits = { ...LIMITS, workers, ...(agents === 0 ? {} : { tokens_per_step: 400, usd_per_step: 0.3, tokens_per_day }), ...counted?.day };
  const org = { version: 1, ...(mode === undefined ? {} : { mode }), target: 'main', integrate: 'merge', seats_open: true, workspace: { ports: 0 }, breaker: { failures: 3, cooldown: '5s' }, limits, seats: seats.filter(({ seat }) => seat !== without) };
  return `${JSON.stringify(org, null, 2)}\n`;
}

const FIRST: Written = { devs: 3, agents: 0, budget: { tokens: 600 }, tokens_per_day: 1_500, workers: 3 };

/** The organisation that a run begins with. */
export function firstOrg(agents: boolean): string {
  return textOf(agents ? { ...FIRST, agents: 2 } : FIRST);
}

/** Another one: seats come and go, limits and budgets change, or it is one that must be refused. */
export function anotherOrg(agents: boolean, chance: Chance): string {
  const among = <T>(...all: readonly [T, ...T[]]): T => chance.pick(all) ?? all[0];
  const without = among<string | undefined>(undefined, undefined, 'bob', 'dev', 'bot');
  const text = textOf({
    devs: chance.between(1, 4),
    agents: agents ? chance.between(0, 3) : 0,
    budget: among<Written['budget']>({ tokens: 300 }, { tokens: 600 }, { tokens: 2_000, usd: 0.5 }),
    tokens_per_day: among(400, 1_500, 6_000),
    ...(chance.happens(0.3) ? { counted: { dev: among({ attempts: 6 }, { wall: '50s' }, { lines: 4, attempts: 20 }), day: among({}, { attempts_per_day: 9 }, { wall_per_day: '70s' }, { lines_per_day: 6 }) } } : {}),
    workers: chance.between(1, 4),
    ...(without === undefined ? {} : { without }),
    ...(chance.happens(0.1) ? { mode: 'governed' as const } : {}),
  });
  return chance.happens(0.15) ? text.slice(0, text.length / 2) : text;
}

/** As coo reads it. */
export function orgOf(text: string): Org {
  const read = readOrg('coo.yaml', new TextEncoder().encode(text), { prefix: 'coo' });
  if (!read.ok) throw new Error(read.faults.map(({ message }) => message).join('; '));
  return read.org;
}
