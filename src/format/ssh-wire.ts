/** A length is four bytes, and so is a number. */
const WIDTH = 4;

/** Strings as SSH writes them (RFC 4251, section 5): each its length in four bytes, the high one first, and then itself. */
export function wireStrings(...strings: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(strings.flatMap((string) => [wireNumber(Buffer.byteLength(string)), Buffer.from(string)]));
}

/** A number from 0 to 2^32 - 1 as SSH writes it. */
export function wireNumber(value: number): Buffer {
  const bytes = Buffer.alloc(WIDTH);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The number that begins at `from`; undefined when the bytes end before it does. */
export function readNumber(bytes: Buffer, from: number): number | undefined {
  return from + WIDTH > bytes.length ? undefined : bytes.readUInt32BE(from);
}

/** The first `count` strings from `from` on, and where they end; undefined when the bytes end before they do. */
export function readStrings(bytes: Buffer, from: number, count: number): { readonly strings: readonly Buffer[]; readonly end: number } | undefined {
  const strings: Buffer[] = [];
  let at = from;
  while (strings.length < count) {
    const length = readNumber(bytes, at);
    if (length === undefined || at + WIDTH + length > bytes.length) return undefined;
    strings.push(bytes.subarray(at + WIDTH, at + WIDTH + length));
    at += WIDTH + length;
  }
  return { strings, end: at };
}

/** The bytes of a text in base64 (RFC 4648, section 4); undefined when another text would give the same bytes, or it is none. */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
