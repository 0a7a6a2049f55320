import { hash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';

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
  if (ordered(value, '')) return JSON.stringify(value);
  return stringify(value);
}

/** Lower-case hex SHA-256 of bytes or of a text's UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** Checks that the value can be said, and tells whether its members stand in order already: then JSON.stringify is canonical. */
function ordered(value: unknown, pointer: string): boolean {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw unsayable(pointer, 'holds a lone surrogate');
      return true;
    case 'boolean':
      return true;
    case 'number':
      if (!Number.isFinite(value) || Object.is(value, -0)) throw unsayable(pointer, `is ${Object.is(value, -0) ? '-0' : String(value)}`);
      return true;
    case 'object':
      if (value === null) return true;
      return Array.isArray(value) ? orderedArray(value, pointer) : orderedObject(value, pointer);
    default:
      throw unsayable(pointer, `is a ${typeof value}`);
  }
}

function orderedArray(list: readonly unknown[], pointer: string): boolean {
  let sorted = true;
  for (let at = 0; at < list.length; at += 1) if (!ordered(list[at], `${pointer}/${String(at)}`)) sorted = false;
  return sorted;
}

function orderedObject(object: object, pointer: string): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw unsayable(pointer, 'is an instance of a class');
  let sorted = true;
  let last = '';
  let first = true;
  for (const [name, member] of Object.entries(object)) {
    if (member === undefined) continue;
    if (!first && name <= last) sorted = false;
    first = false;
    last = name;
    if (!name.isWellFormed()) throw unsayable(pointer, 'has a member name with a lone surrogate');
    if (!ordered(member, `${pointer}/${name}`)) sorted = false;
  }
  return sorted;
}

function unsayable(pointer: string, what: string): FormatError {
  return new FormatError('CANONICAL_UNSAYABLE', pointer, what);
}
