/** A number in groups of seven bits, the lowest first; the byte after it is at `next`. */
export interface Varint {
  readonly value: number;
  readonly next: number;
}

/** Copies of fewer bytes than this are made here: to call for one takes longer. */
const FEW = 24;
/** What a copy of length 0 stands for. */
const COPY_OF_ZERO = 0x10000;

/** Reads a number of gitformat-pack's "size encoding", which goes on while the top bit is set. Not a number where the bytes end first. */
export function varint(bytes: Uint8Array, from: number): Varint {
  let value = 0;
  let weight = 1;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * weight;
    weight *= 128;
    if (byte < 128) return { value, next: at + 1 };
  }
  return { value: Number.NaN, next: bytes.length };
}

/** What a delta makes of its base (gitformat-pack, "Deltified representation"); undefined when it is not one of this base, or makes more than `cap` bytes. */
export function applyDelta(base: Buffer, delta: Uint8Array, cap: number): Buffer | undefined {
  const before = varint(delta, 0);
  const after = varint(delta, before.next);
  if (before.value !== base.length || !(after.value <= cap)) return undefined;
  const made = Buffer.allocUnsafe(after.value);
  let to = 0;
  for (let at = after.next; at < delta.length; ) {
    const op = delta[at] ?? 0;
    at += 1;
    if (op < 128) {
      // So many bytes of its own; 0 is reserved.
      if (op === 0 || at + op > delta.length || to + op > made.length) return undefined;
      for (const end = at + op; at < end; at += 1, to += 1) made[to] = delta[at] ?? 0;
      continue;
    }
    let from = 0;
    let length = 0;
    if (op & 1) from = delta[at++] ?? 0;
    if (op & 2) from |= (delta[at++] ?? 0) << 8;
    if (op & 4) from |= (delta[at++] ?? 0) << 16;
    if (op & 8) from += (delta[at++] ?? 0) * 2 ** 24;
    if (op & 16) length = delta[at++] ?? 0;
    if (op & 32) length |= (delta[at++] ?? 0) << 8;
    if (op & 64) length |= (delta[at++] ?? 0) << 16;
    if (length === 0) length = COPY_OF_ZERO;
    if (at > delta.length || from + length > base.length || to + length > made.length) return undefined;
    if (length < FEW) for (const end = from + length; from < end; from += 1, to += 1) made[to] = base[from] ?? 0;
    else to += base.copy(made, to, from, from + length);
  }
  return to === made.length ? made : undefined;
}
