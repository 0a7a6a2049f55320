import { inOrder, inOrderAsParsed } from './canonical.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A receipt or order as a file: canonical members, two spaces of indentation, one newline at the end. Exact: the same value gives the same bytes.
 */
export function renderFile(value: unknown): Uint8Array {
  return encoder.encode(textOf(inOrder(value)));
}

function textOf(ordered: unknown): string {
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** Reads a file whose bytes are proven by the digest that an exact entry recorded, as cheaply as can be: how it is written was decided then. */
export function parseProven(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}

/** Reads a file that coo rendered; undefined when it is not byte for byte what `renderFile` gives. */
export function parseFile(bytes: Uint8Array): unknown {
  try {
    // A strict decoder gives each text for one row of bytes only, so that the texts may be compared.
    const text = decoder.decode(bytes);
    const value: unknown = JSON.parse(text);
    const ordered = inOrderAsParsed(value);
    return ordered !== undefined && textOf(ordered) === text ? value : undefined;
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
