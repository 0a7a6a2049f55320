import { isoTime } from '../kernel/iso.ts';
import { isPrincipal, SIGNER_ROLES } from '../kernel/signers.ts';
import type { Signer, Signers } from '../kernel/signers.ts';
import { readDocument } from './document.ts';
import { Faults, pointerOf, quoted } from './fault.ts';
import type { Fault, PathPart } from './fault.ts';
import { Fields, given, kindOf } from './fields.ts';
import { readPublicKey } from './ssh-key.ts';
import { checkVersion } from './versions.ts';

export type ReadSigners = { readonly ok: true; readonly signers: Omit<Signers, 'digest'>; readonly warnings: readonly Fault[] } | { readonly ok: false; readonly faults: readonly Fault[] };

const FIELDS = ['version', 'signers'];
const SIGNER_FIELDS = ['principal', 'key', 'roles', 'valid_from', 'valid_until', 'email'];
const MAX_VERSION = 1_000_000_000;
const MAX_SIGNERS = 1_000;
const TIME_FORM = 'write a day, 2027-01-31, or a time in UTC, 2027-01-31T08:00:00Z; a day begins at midnight, UTC';

/** Reads signers.yaml: whose keys count for what. All faults at once. */
export function readSigners(name: string, bytes: Uint8Array): ReadSigners {
  const read = readDocument(name, bytes);
  if (!read.ok) return read;
  const faults = new Faults(name, read.document.placeOf);
  const fields = checkVersion(faults, 'signers', read.document.value) ? Fields.of(faults, [], read.document.value, 'the list of signers', FIELDS) : undefined;
  const signers = fields === undefined ? undefined : signersOf(fields);
  return signers === undefined || faults.failed ? { ok: false, faults: faults.all } : { ok: true, signers, warnings: faults.all };
}

function signersOf(fields: Fields): Omit<Signers, 'digest'> | undefined {
  const version = fields.need('version', 'add version: 1 as the first line, and raise it with each change') ? fields.number('version', 1, MAX_VERSION) : undefined;
  /** Each key with the principal that has it. */
  const taken = new Map<string, string>();
  const signers = fields.need('signers', 'add signers: whose keys count') ? fields.list('signers', MAX_SIGNERS, (item, at) => signerAt(fields, at, item, taken)) : undefined;
  if (version === undefined || signers === undefined) return undefined;
  if (!fields.faults.failed && !signers.some((signer) => signer.roles.includes('coordinator'))) fields.warning('signers', 'SIGNERS_NO_COORDINATOR', 'no signer is a coordinator, so no entry of the ledger can be signed', 'give the role coordinator to the key that coo key show tells');
  return { version, signers };
}

function signerAt(list: Fields, at: readonly PathPart[], item: unknown, taken: Map<string, string>): Signer | undefined {
  const fields = Fields.of(list.faults, at, item, 'a signer', SIGNER_FIELDS);
  if (fields === undefined) return undefined;
  const principal = fields.needText('principal', { check: badPrincipal });
  const key = fields.need('key', 'add key: the line of the .pub file') ? keyOf(fields) : undefined;
  const roles = fields.need('roles', `add roles: some of ${SIGNER_ROLES.join(', ')}`) ? rolesOf(fields) : undefined;
  const valid_from_ms = timeOf(fields, 'valid_from');
  const valid_until_ms = timeOf(fields, 'valid_until');
  const email = fields.text('email', { cap: 254 });
  if (valid_from_ms !== undefined && valid_until_ms !== undefined && valid_until_ms <= valid_from_ms) return fields.error('valid_until', 'SIGNER_NEVER_VALID', 'ends before it begins', 'give valid_until a later time than valid_from');
  if (principal === undefined || key === undefined || roles === undefined) return undefined;
  const other = taken.get(key);
  if (other !== undefined) return fields.error('key', 'SIGNER_DUPLICATE', `is the key of ${quoted(other)} already`, 'list each key once, with all its roles');
  taken.set(key, principal);
  return given({ principal, key, roles, valid_from_ms, valid_until_ms, email });
}

/** Why a text can name no signer. */
export function badPrincipal(text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined {
  return isPrincipal(text) ? undefined : { code: 'PRINCIPAL', message: `is ${quoted(text)}, which cannot name a signer`, fix: 'use 1 to 128 letters, digits and . _ @ + -, beginning with a letter or digit' };
}

function keyOf(fields: Fields): string | undefined {
  const text = fields.text('key', { cap: 1_024 });
  const read = text === undefined ? undefined : readPublicKey(text);
  if (read?.ok === false) return fields.error('key', read.fault.code, `key ${read.fault.message}`, read.fault.fix);
  return read?.key.line;
}

function rolesOf(fields: Fields): Signer['roles'] | undefined {
  const texts = fields.texts('roles', { check: badRole }, SIGNER_ROLES.length);
  const raw = fields.raw('roles');
  if (Array.isArray(raw) && raw.length === 0) return fields.error('roles', 'NOT_ONE_OF', 'roles names none, so the key counts for nothing', `name some of ${SIGNER_ROLES.join(', ')}, or leave the signer out`);
  return texts === undefined ? undefined : SIGNER_ROLES.filter((role) => texts.includes(role));
}

function badRole(text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined {
  return SIGNER_ROLES.some((role) => role === text) ? undefined : { code: 'NOT_ONE_OF', message: `is ${quoted(text)}, which is no role of a signer`, fix: `write some of ${SIGNER_ROLES.join(', ')}` };
}

function timeOf(fields: Fields, name: string): number | undefined {
  if (!fields.has(name)) return undefined;
  const value = fields.raw(name);
  const at_ms = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/.test(value) ? Date.parse(value) : Number.NaN;
  // A day that a month does not have is read as one of the next month.
  if (!Number.isNaN(at_ms) && isoTime(at_ms).startsWith(String(value).replace('Z', ''))) return at_ms;
  fields.faults.error('TIME', pointerOf([...fields.path, name]), `${name} is ${kindOf(value)}, not a time`, TIME_FORM);
  return undefined;
}
