import type { Oid } from '../../src/ports/git-store.ts';
import type { Chance } from './chance.ts';

/**
 * Which moves of refs a power cut leaves: those before the last fsync, and some of those after it, in the order they were made (the file system
 * keeps a journal of names).
 */
export class RefsOnDisk {
  readonly #refs: Map<string, Oid>;
  readonly #loose: { readonly ref: string; readonly before: Oid | null }[] = [];

  constructor(refs: Map<string, Oid>) {
    this.#refs = refs;
  }

  /** `after` null: the ref is removed. */
  move(ref: string, after: Oid | null): void {
    this.#loose.push({ ref, before: this.#refs.get(ref) ?? null });
    this.#put(ref, after);
  }

  sync(): void {
    this.#loose.length = 0;
  }

  powerCut(chance: Chance): void {
    const kept = chance.between(0, this.#loose.length);
    for (const { ref, before } of this.#loose.splice(kept).toReversed()) this.#put(ref, before);
    this.sync();
  }

  #put(ref: string, id: Oid | null): void {
    if (id === null) this.#refs.delete(ref);
    else this.#refs.set(ref, id);
  }
}
