import type { Oid } from '../../ports/git-store.ts';

const MAGIC = 0xff744f63;
const VERSION = 2;
const FANOUT_AT = 8;
const IDS_AT = FANOUT_AT + 256 * 4;
/** An offset with this bit is a place in the table of long ones. */
const IS_LONG = 0x80000000;

/** Where each object of a pack begins: a pack's `.idx`, version 2 (gitformat-pack). */
export class PackIndex {
  readonly #bytes: Buffer;
  /** Bytes of an id. */
  readonly width: number;
  readonly #count: number;

  private constructor(bytes: Buffer, width: number, count: number) {
    this.#bytes = bytes;
    this.width = width;
    this.#count = count;
  }

  /** undefined: not an index of this version, or cut off. */
  static of(bytes: Buffer, width: number): PackIndex | undefined {
    if (bytes.length < IDS_AT || bytes.readUInt32BE(0) !== MAGIC || bytes.readUInt32BE(4) !== VERSION) return undefined;
    const count = bytes.readUInt32BE(IDS_AT - 4);
    return bytes.length < IDS_AT + count * (width + 8) + 2 * width ? undefined : new PackIndex(bytes, width, count);
  }

  /** The checksum at the end of the pack that this belongs to. */
  get pack(): Buffer {
    return this.#bytes.subarray(-2 * this.width, -this.width);
  }

  /** The object's first byte in the pack; undefined when it is not in there. */
  find(id: Oid): number | undefined {
    const first = Number.parseInt(id.slice(0, 8), 16);
    const bucket = first >>> 24;
    let low = bucket === 0 ? 0 : this.#bytes.readUInt32BE(FANOUT_AT + (bucket - 1) * 4);
    const end = Math.min(this.#count, this.#bytes.readUInt32BE(FANOUT_AT + bucket * 4));
    for (let high = end; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.#bytes.readUInt32BE(IDS_AT + middle * this.width) < first) low = middle + 1;
      else high = middle;
    }
    for (; low < end; low += 1) {
      const at = IDS_AT + low * this.width;
      if (this.#bytes.toString('hex', at, at + this.width) === id) return this.#offset(low);
      if (this.#bytes.readUInt32BE(at) !== first) return undefined;
    }
    return undefined;
  }

  #offset(place: number): number | undefined {
    const offsetsAt = IDS_AT + this.#count * (this.width + 4);
    const offset = this.#bytes.readUInt32BE(offsetsAt + place * 4);
    if (offset < IS_LONG) return offset;
    const at = offsetsAt + this.#count * 4 + (offset - IS_LONG) * 8;
    if (at + 8 > this.#bytes.length - 2 * this.width) return undefined;
    const long = this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
    return Number.isSafeInteger(long) ? long : undefined;
  }
}
