/** A shorter value would be found in words that have nothing to do with it. */
const SHORTEST = 6;
/** Bits of a byte, and of a letter in base64 (RFC 4648). */
const BYTE = 8;
const SIXTH = 6;

/** How a value may stand in what a program prints: as it is, in JSON, in a URL, in hexadecimal, in base64, alone or in the middle of something. The longest first. */
export function spellings(value: string): readonly string[] {
  if (value.length < SHORTEST) return [];
  const bytes = new TextEncoder().encode(value);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64 = [0, 1, 2].map((before) => core(bytes, before));
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()), encodeURIComponent(value.toWellFormed()).replaceAll('%20', '+'), hex, hex.toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST).toSorted((one, other) => other.length - one.length);
}

/** The letters that stand for these bytes alone, where `before` bytes of something else stand in front of them in their group of three. */
function core(bytes: Uint8Array, before: number): string {
  const padded = new Uint8Array(before + bytes.length);
  padded.set(bytes, before);
  return Buffer.from(padded).toString('base64').slice(Math.ceil((before * BYTE) / SIXTH), Math.floor((padded.length * BYTE) / SIXTH));
}
