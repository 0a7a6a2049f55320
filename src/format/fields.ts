import { isId } from '../kernel/ids.ts';
import { DURATION_FORM, parseDuration } from './duration.ts';
import { pointerOf, quoted } from './fault.ts';
import type { Faults, PathPart } from './fault.ts';
import { suggest } from './suggest.ts';

/** Longest one-line text, in UTF-16 code units. */
export const LINE_CAP = 512;
/** Longest text of several lines: 64 KiB of ASCII. */
export const TEXT_CAP = 65_536;
/** As many letters in common are no accident. */
const STEM = 4;
const LONGEST_MS = 366 * 86_400_000;

/** Members that are undefined left out, so that an absent field stays absent. */
export type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

export function given<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Given<T>;
}

/** The known word that begins like this one: `retries` for `retry`, `dependencies` for `depends_on`. */
function sameStem(name: string, known: readonly string[]): string | undefined {
  const stem = name.slice(0, STEM).toLowerCase();
  return stem.length < STEM ? undefined : known.find((word) => word.startsWith(stem));
}

/** What stands where something else should, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  return typeof value === 'number' || typeof value === 'boolean' ? `${typeof value === 'number' ? 'the number ' : ''}${String(value)}` : typeof value;
}

export interface TextForm {
  readonly cap?: number;
  /** Refused with the code; undefined = good. */
  readonly check?: (text: string) => { readonly code: string; readonly message: string; readonly fix: string } | undefined;
}

/**
 * Reads the members of one object of somebody's file. Each reader gives the member, or undefined after noting what is wrong with it, so that
 * all faults of a file are found at once.
 */
export class Fields {
  readonly faults: Faults;
  readonly path: readonly PathPart[];
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #what: string;

  private constructor(faults: Faults, path: readonly PathPart[], record: Readonly<Record<string, unknown>>, what: string) {
    this.faults = faults;
    this.path = path;
    this.#record = record;
    this.#what = what;
  }

  /** The members of a value; undefined, with a fault, when it is no object. Members other than `known` are faults. */
  static of(faults: Faults, path: readonly PathPart[], value: unknown, what: string, known: readonly string[]): Fields | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      faults.error('WRONG_TYPE', pointerOf(path), `${what} is ${kindOf(value)}, not an object`, `write the fields of ${what}: ${known.slice(0, 4).join(', ')} ...`);
      return undefined;
    }
    const record = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(record)) {
      // An editor finds the schema by the first; the second says which version the author meant.
      if (known.includes(name) || (path.length === 0 && (name === '$schema' || name === 'schema'))) continue;
      // What was meant by the hundred thousandth nobody reads, and to find it out takes a second.
      if (faults.full) {
        faults.unlisted();
        continue;
      }
      const meant = suggest(name, known) ?? sameStem(name, known);
      faults.error('UNKNOWN_FIELD', pointerOf([...path, name]), `${what} has no field ${quoted(name)}`, meant === undefined ? `fields are ${known.join(', ')}` : `did you mean ${meant}?`);
    }
    return new Fields(faults, path, record, what);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#record, name);
  }

  raw(name: string): unknown {
    return this.has(name) ? this.#record[name] : undefined;
  }

  error(name: string, code: string, message: string, fix: string): undefined {
    this.faults.error(code, pointerOf([...this.path, name]), message, fix);
    return undefined;
  }

  warning(name: string, code: string, message: string, fix: string): void {
    this.faults.warning(code, pointerOf([...this.path, name]), message, fix);
  }

  /** Notes that a member is needed. */
  missing(name: string, fix = `add ${name}:`): undefined {
    this.faults.error('FIELD_MISSING', pointerOf(this.path), `${this.#what} lacks ${name}`, fix);
    return undefined;
  }

  need(name: string, fix?: string): boolean {
    if (!this.has(name)) this.missing(name, fix);
    return this.has(name);
  }

  text(name: string, form: TextForm = {}): string | undefined {
    return this.has(name) ? this.textAt([name], this.raw(name), name, form) : undefined;
  }

  needText(name: string, form: TextForm = {}, fix?: string): string | undefined {
    return this.need(name, fix) ? this.text(name, form) : undefined;
  }

  textAt(at: readonly PathPart[], value: unknown, name: string, form: TextForm = {}): string | undefined {
    const pointer = pointerOf([...this.path, ...at]);
    const cap = form.cap ?? LINE_CAP;
    if (typeof value !== 'string') this.faults.error('WRONG_TYPE', pointer, `${name} is ${kindOf(value)}, not a text`, typeof value === 'number' || typeof value === 'boolean' ? `put it in quotes: "${String(value)}"` : 'write one text');
    else if (value.trim() === '') this.faults.error('TEXT_EMPTY', pointer, `${name} is empty`, 'write something; a field that may be absent can be left out');
    else if (value.length > cap) this.faults.error('TEXT_TOO_LONG', pointer, `${name} has ${String(value.length)} characters; at most ${String(cap)} are taken`, 'shorten it, or put it into a file and name that');
    else {
      const wrong = form.check?.(value);
      if (wrong === undefined) return value;
      this.faults.error(wrong.code, pointer, `${name} ${wrong.message}`, wrong.fix);
    }
    return undefined;
  }

  id(name: string): string | undefined {
    return this.text(name, { check: badId, cap: TEXT_CAP });
  }

  needId(name: string, fix?: string): string | undefined {
    return this.need(name, fix) ? this.id(name) : undefined;
  }

  oneOf<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.raw(name);
    if (!this.has(name)) return undefined;
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    const meant = typeof value === 'string' ? suggest(value, words) : undefined;
    return this.error(name, 'NOT_ONE_OF', `${name} is ${kindOf(value)}; it is one of ${words.join(', ')}`, meant === undefined ? `write ${words.join(' or ')}` : `did you mean ${meant}?`);
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (!this.has(name) || typeof value === 'boolean') return value as boolean | undefined;
    return this.error(name, 'WRONG_TYPE', `${name} is ${kindOf(value)}, neither true nor false`, 'write true or false, without quotes');
  }

  number(name: string, least: number, most: number, whole = true): number | undefined {
    const value = this.raw(name);
    if (!this.has(name)) return undefined;
    if (typeof value !== 'number') return this.error(name, 'WRONG_TYPE', `${name} is ${kindOf(value)}, not a number`, `write a number from ${String(least)} to ${String(most)}, without quotes`);
    if (value < least || value > most || (whole && !Number.isInteger(value))) {
      return this.error(name, 'NUMBER_OUT_OF_RANGE', `${name} is ${String(value)}`, `write a ${whole ? 'whole ' : ''}number from ${String(least)} to ${String(most)}`);
    }
    return value;
  }

  /** Milliseconds. */
  duration(name: string, least = 1, most = LONGEST_MS): number | undefined {
    if (!this.has(name)) return undefined;
    const ms = parseDuration(this.raw(name));
    if (ms === undefined) return this.error(name, 'DURATION', `${name} is ${kindOf(this.raw(name))}, not a duration`, DURATION_FORM);
    if (ms < least || ms > most) return this.error(name, 'DURATION', `${name} is ${String(ms)} ms; it is from ${String(least)} ms to ${String(most)} ms`, DURATION_FORM);
    return ms;
  }

  /** A list whose items are read one by one; those with a fault are left out. */
  list<T>(name: string, most: number, read: (item: unknown, at: readonly PathPart[]) => T | undefined): readonly T[] | undefined {
    const value = this.raw(name);
    if (!this.has(name)) return undefined;
    if (!Array.isArray(value)) return this.error(name, 'WRONG_TYPE', `${name} is ${kindOf(value)}, not a list`, `write ${name}: [...]`);
    if (value.length > most) return this.error(name, 'LIST_TOO_LONG', `${name} has ${String(value.length)} items; at most ${String(most)} are taken`, 'shorten it');
    return value.flatMap((item: unknown, index): readonly T[] => {
      const read1 = read(item, [name, index]);
      return read1 === undefined ? [] : [read1];
    });
  }

  /** A list of texts, none of them twice. */
  texts(name: string, form: TextForm = {}, most = 1_000): readonly string[] | undefined {
    const seen = new Set<string>();
    return this.list(name, most, (item, at) => {
      const text = this.textAt(at, item, `an item of ${name}`, form);
      if (text === undefined) return undefined;
      if (seen.has(text)) {
        this.faults.error('DUPLICATE', pointerOf([...this.path, ...at]), `${quoted(text)} stands twice in ${name}`, 'remove one of the two');
        return undefined;
      }
      seen.add(text);
      return text;
    });
  }

  /** An object inside this one. */
  inner(name: string, known: readonly string[]): Fields | undefined {
    return this.has(name) ? Fields.of(this.faults, [...this.path, name], this.raw(name), name, known) : undefined;
  }
}

const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Why a text is no id. */
export function badId(text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined {
  // Ids name files, and Windows opens a device whatever stands behind such a name's dot.
  if (DEVICE.test(text)) return { code: 'BAD_ID', message: `${quoted(text)} is the name of a device on Windows`, fix: 'choose another id' };
  if (isId(text)) return undefined;
  return { code: 'BAD_ID', message: `${quoted(text)} is not an id`, fix: 'use 1 to 63 letters, digits, - and _, beginning with a letter or digit' };
}
