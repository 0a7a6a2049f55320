import { DEFAULT_LIMITS } from '../kernel/limits.ts';
import type { Limits } from '../kernel/limits.ts';
import { MOST_LINES } from './allowance.ts';
import { given } from './fields.ts';
import type { Fields } from './fields.ts';

const GIB = 1_073_741_824;
/** Names in coo.yaml, with least and most in milliseconds. */
const DURATIONS = { lease: [100, 86_400_000], beat: [10, 86_400_000], held_lease: [100, 2_592_000_000], person_lease: [100, 31_536_000_000], ask: [1, 2_592_000_000], wall: [100, 2_592_000_000], check: [100, 2_592_000_000], backoff: [0, 86_400_000], backoff_cap: [0, 86_400_000], wall_per_day: [1_000, 8_640_000_000] } as const;
const NUMBERS = { workers: [1, 1_000], retries: [0, 20], losses: [1, 1_000], import_bytes: [1, 64 * GIB], receipt_bytes: [1, 67_108_864], log_bytes: [1, 64 * GIB], excerpt_bytes: [0, 65_536], free_disk_bytes: [0, 65_536 * GIB], disk_bytes: [1_048_576, 65_536 * GIB], tokens_per_step: [1, 1_000_000_000_000], tokens_per_day: [1, 1_000_000_000_000], attempts_per_day: [1, 1_000_000], lines_per_day: [1, MOST_LINES] } as const;
const MONEY = ['usd_per_step', 'usd_per_day'] as const;
const MOST_USD = 1_000_000;

const DURATION_NAMES = Object.keys(DURATIONS) as (keyof typeof DURATIONS)[];
const NUMBER_NAMES = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
const LIMIT_NAMES: readonly string[] = [...NUMBER_NAMES, ...DURATION_NAMES, ...MONEY];

/** `limits:` of coo.yaml, every limit filled in. */
export function limitsIn(org: Fields): Limits {
  const fields = org.inner('limits', LIMIT_NAMES);
  if (fields === undefined) return DEFAULT_LIMITS;
  const durations = Object.fromEntries(DURATION_NAMES.map((name) => [`${name}_ms`, fields.duration(name, DURATIONS[name][0], DURATIONS[name][1])]));
  const money = Object.fromEntries(MONEY.map((name) => [name, fields.number(name, 0, MOST_USD, false)]));
  const numbers = Object.fromEntries(NUMBER_NAMES.map((name) => [name, fields.number(name, NUMBERS[name][0], NUMBERS[name][1])]));
  const set: Partial<Limits> = given({ ...durations, ...numbers, ...money });
  // Who sets only the lease means a lease of that length, not a beat that does not fit it.
  const beat = set.beat_ms === undefined && set.lease_ms !== undefined ? { beat_ms: Math.max(1, Math.floor(set.lease_ms / 4)) } : {};
  const limits: Limits = { ...DEFAULT_LIMITS, ...beat, ...set };
  if (limits.beat_ms > limits.lease_ms / 2) fields.error('beat', 'LIMIT_ORDER', `beat (${String(limits.beat_ms)} ms) is more than half of lease (${String(limits.lease_ms)} ms): one lost beat would lose the claim`, 'make beat a quarter of lease, or leave it out');
  if (limits.backoff_ms > limits.backoff_cap_ms) fields.error('backoff', 'LIMIT_ORDER', `backoff (${String(limits.backoff_ms)} ms) is more than backoff_cap (${String(limits.backoff_cap_ms)} ms)`, 'raise backoff_cap, or lower backoff');
  return limits;
}
