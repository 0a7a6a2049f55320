import { canonical } from './canonical.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A receipt or order as a file: canonical members, two spaces of indentation, one newline at the end. Exact: the same value gives the same bytes.
 */
export function renderFile(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(JSON.parse(canonical(value)), null, 2)}\n`);
}

/** Reads a file that coo rendered; undefined when it is not byte for byte what `renderFile` gives. */
export function parseFile(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
    const again = renderFile(value);
    return again.length === bytes.length && Buffer.compare(again, bytes) === 0 ? value : undefined;
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
