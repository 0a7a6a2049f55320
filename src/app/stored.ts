import { Failure } from './failure.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** A file of coo's own under `.git/coo`: JSON with a `schema` field where it has one. */
export function storedBytes(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(value)}\n`);
}

/** Reads such a file back. Refuses another schema: it may be of a newer coo. */
export function parseStored<T extends { readonly schema: string }>(bytes: Uint8Array, path: string, schema: T['schema']): T {
  const value = tryParse<T>(bytes);
  if (value?.schema === schema) return value;
  throw new Failure({ code: 'STORED_UNREADABLE', message: `${path} is not a ${schema} file`, fix: 'upgrade coo; if it is torn, remove it and run coo init again' });
}

/** The value of a file that may be torn or half written; undefined then. */
export function tryParse<T>(bytes: Uint8Array): T | undefined {
  try {
    return JSON.parse(decoder.decode(bytes)) as T;
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}
