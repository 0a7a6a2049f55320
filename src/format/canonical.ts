import { createHash, hash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import { pointerOf } from './fault.ts';

/** A value that JSON cannot carry, with the JSON pointer of the place. */
export class FormatError extends Error {
  readonly code: string;
  readonly pointer: string;

  constructor(code: string, pointer: string, message: string) {
    super(`${pointer === '' ? 'the value' : pointer} ${message}`);
    this.name = 'FormatError';
    this.code = code;
    this.pointer = pointer;
  }
}

/**
 * RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white space, ECMAScript numbers.
 * An optional member that is undefined is left out, like a member that is absent. Throws CANONICAL_UNSAYABLE with the pointer of
 * anything else that JSON cannot say: NaN, infinities, -0, undefined in an array, functions, bigints, lone surrogates, class instances.
 */
export function canonical(value: unknown): string {
  const standing = standingOf(value);
  switch (standing) {
    case IN_ORDER:
      return JSON.stringify(value);
    case OUT_OF_ORDER:
      return JSON.stringify(sorted(value));
    case ODD:
      return stringify(value);
    default:
      throw blame(value, '') ?? new FormatError('CANONICAL_UNSAYABLE', '', 'cannot be said');
  }
}

/**
 * What `canonical` gives for a value out of JSON.parse, at half its cost. It does not look for what JSON says and canonical JSON does not: -0 and
 * too large a number come out as another text than was read, so that a comparison finds them; a lone surrogate stays the escape that it was.
 */
export function canonicalOfParsed(value: unknown): string {
  return hasMembersInOrder(value) ? JSON.stringify(value) : canonical(value);
}

function hasMembersInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) if (!hasMembersInOrder(value[at])) return false;
    return true;
  }
  const record = value as Readonly<Record<string, unknown>>;
  let last: string | undefined;
  // Not Object.keys, which makes a list: nothing is inherited by what JSON.parse made.
  for (const name in record) {
    if ((last !== undefined && name <= last) || !hasMembersInOrder(record[name])) return false;
    last = name;
  }
  return true;
}

/** The value itself where its members stand in order already, else a copy in which they do. Throws as `canonical` does. */
export function inOrder(value: unknown): unknown {
  return standingOf(value) === IN_ORDER ? value : JSON.parse(canonical(value));
}

/**
 * The same for a value out of JSON.parse whose text is thought to be in order. Undefined where it was not, or says what cannot be said: JSON.parse keeps members
 * in their order, but for those that JavaScript puts elsewhere.
 */
export function inOrderAsParsed(value: unknown): unknown {
  const standing = standingOf(value);
  if (standing === ODD) return JSON.parse(stringify(value));
  return standing === IN_ORDER ? value : undefined;
}

/** Lower-case hex SHA-256 of bytes or of a text's UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** From here on, to read the bytes once costs less than to hash them in two calls. */
const LONG = 16_384;

/** The SHA-256 of the first `length` bytes, and that of all of them. */
export function sha256HexTwice(bytes: Uint8Array, length: number): readonly [string, string] {
  const first = bytes.subarray(0, length);
  if (bytes.length < LONG) return [sha256Hex(first), sha256Hex(bytes)];
  const running = createHash('sha256').update(first);
  return [running.copy().digest('hex'), running.update(bytes.subarray(length)).digest('hex')];
}

/** As it stands, JSON.stringify is canonical. */
const IN_ORDER = 0;
/** It is for a copy whose members are put in order. */
const OUT_OF_ORDER = 1;
/** Some member's name would not stand where a copy puts it: JavaScript keeps numbers first, and `__proto__` is no member to assign to. */
const ODD = 2;
const UNSAYABLE = 3;

/** A copy with all members in order: twice as fast, with JSON.stringify, as writing them in order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const record = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const name of inPlace(Object.keys(record))) copy[name] = sorted(record[name]);
  return copy;
}

/** More names than coo writes into one object: from here on each that stands wrong may cost a walk over all before it. */
const MANY_NAMES = 64;

/** Sorts names by UTF-16 code units. A few, which are in order but for one or two, are put in their places: twice as fast as Array.sort. */
function inPlace(names: string[]): readonly string[] {
  if (names.length > MANY_NAMES) return names.sort(byUnits);
  for (let from = 1; from < names.length; from += 1) {
    const name = names[from] ?? '';
    let at = from;
    for (; at > 0 && (names[at - 1] ?? '') > name; at -= 1) names[at] = names[at - 1] ?? '';
    names[at] = name;
  }
  return names;
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** The worst of a value and all below it. Says not where: the pointer is worked out only when somebody asks. */
function standingOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? IN_ORDER : UNSAYABLE;
    case 'boolean':
      return IN_ORDER;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? IN_ORDER : UNSAYABLE;
    case 'object':
      if (value === null) return IN_ORDER;
      return Array.isArray(value) ? standingOfArray(value) : standingOfObject(value);
    default:
      return UNSAYABLE;
  }
}

function standingOfArray(list: readonly unknown[]): number {
  let worst = IN_ORDER;
  for (let at = 0; at < list.length; at += 1) worst = Math.max(worst, standingOf(list[at]));
  return worst;
}

function standingOfObject(object: object): number {
  if (isInstance(object)) return UNSAYABLE;
  const record = object as Readonly<Record<string, unknown>>;
  let worst = IN_ORDER;
  let last: string | undefined;
  for (const name of Object.keys(record)) {
    const member = record[name];
    if (member === undefined) continue;
    if (last !== undefined && name <= last) worst = Math.max(worst, OUT_OF_ORDER);
    last = name;
    worst = Math.max(worst, standingOfName(name), standingOf(member));
  }
  return worst;
}

function standingOfName(name: string): number {
  if (!name.isWellFormed()) return UNSAYABLE;
  return name === '__proto__' || isDigit(name.charCodeAt(0)) ? ODD : IN_ORDER;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isInstance(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype !== Object.prototype && prototype !== null;
}

/** The first thing in the value that cannot be said, with its pointer. */
function blame(value: unknown, pointer: string): FormatError | undefined {
  const here = (what: string): FormatError => new FormatError('CANONICAL_UNSAYABLE', pointer, what);
  if (typeof value === 'string') return value.isWellFormed() ? undefined : here('holds a lone surrogate');
  if (typeof value === 'number') return standingOf(value) === UNSAYABLE ? here(`is ${Object.is(value, -0) ? '-0' : String(value)}`) : undefined;
  if (typeof value === 'boolean' || value === null) return undefined;
  if (typeof value !== 'object') return here(`is a ${typeof value}`);
  if (!Array.isArray(value) && isInstance(value)) return here('is an instance of a class');
  // Array.from and not entries: a hole is a place like any other.
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value) ? Array.from(value as readonly unknown[], (member, at) => [at, member]) : Object.entries(value).filter(([, member]) => member !== undefined);
  for (const [name, member] of members) {
    if (typeof name === 'string' && !name.isWellFormed()) return here('has a member name with a lone surrogate');
    const found = standingOf(member) === UNSAYABLE ? blame(member, pointer + pointerOf([name])) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
