import type { Faults } from './fault.ts';
import { kindOf } from './fields.ts';

/**
 * The documents that are kept or handed over, and the version of each that this coo writes: `schemas/<kind>.v<version>.schema.json`. All are at
 * their first, so there is nothing to raise. The rule when one gets a second: the reader of that kind turns what is older into the newest shape,
 * one version at a time, before it looks at any member, so that all else knows the newest shape alone. What is newer than the table is never
 * guessed at: its reader says so and nothing else, coo stops writing and goes on reading what it knows.
 */
export const VERSIONS = { entry: 1, order: 1, run: 1, state: 1, usage: 1, plan: 1, org: 1, signers: 1, 'claim-request': 1, claim: 1, message: 1 } as const;

export const UPGRADE = 'upgrade coo: npm install --global git-coo@latest';

export type DocumentKind = keyof typeof VERSIONS;

/** How a `schema` member stands to this coo: ours to read, written by a newer one, or of something else. */
export type Standing = 'known' | 'newer' | 'other';

export function standingOf(kind: DocumentKind, schema: unknown): Standing {
  const [, name, version] = typeof schema === 'string' ? (/^coo\/([a-z-]+)\.v([1-9][0-9]{0,8})$/.exec(schema) ?? []) : [];
  if (name !== kind) return 'other';
  return Number(version) > VERSIONS[kind] ? 'newer' : 'known';
}

/** Whether a file that somebody hands over is of a version that is read here; it need not say so. What is wrong is noted. */
export function checkVersion(faults: Faults, kind: DocumentKind, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'schema')) return true;
  const { schema } = value as { readonly schema: unknown };
  const standing = standingOf(kind, schema);
  const ours = `coo/${kind}.v${String(VERSIONS[kind])}`;
  if (standing === 'newer') faults.error('VERSION_NEWER', '/schema', `this file is ${kindOf(schema)}; this coo knows ${ours}`, UPGRADE);
  if (standing === 'other') faults.error('SCHEMA_OTHER', '/schema', `schema is ${kindOf(schema)}, not ${ours}`, `write schema: ${ours}, or leave it out`);
  return standing === 'known';
}
