import { readSync } from 'node:fs';

/** Bytes that a look sees: more than most objects of a pack take. */
const FIRST_BYTES = 4_096;
/** Read at once, and what a look from its last byte sees. */
const PAGE_BYTES = 16 * 1024;
/** 5 MiB. Neighbours in the ledger are near each other in its pack, in a few places of it. */
const MAX_PAGES = 256;

/** A file that does not change, some pages at a time: a system call for each short look would cost a fifth of reading an object. */
export class FilePages {
  readonly #fd: number;
  /** By their number, the oldest first. */
  readonly #pages = new Map<number, Buffer>();

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The bytes from a place on: `FIRST_BYTES` of them at least, or all that there are. Not to be written to. */
  from(place: number): Buffer {
    const number = Math.floor(place / PAGE_BYTES);
    const page = this.#pages.get(number) ?? this.#read(number);
    return page.subarray(place - number * PAGE_BYTES);
  }

  #read(number: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(PAGE_BYTES + FIRST_BYTES);
    const page = bytes.subarray(0, readSync(this.#fd, bytes, 0, bytes.length, number * PAGE_BYTES));
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size < MAX_PAGES) break;
      this.#pages.delete(oldest);
    }
    this.#pages.set(number, page);
    return page;
  }
}
