/** Items handed out some at a time: who is free takes the next. Threads that hold the same counter share one pile. */
export class Pile {
  readonly counter: Int32Array;
  readonly #length: number;
  readonly #atOnce: number;

  /** `counter`: one cell, 0 at first; over shared memory where several threads take. */
  constructor(length: number, atOnce: number, counter: Int32Array = new Int32Array(1)) {
    this.counter = counter;
    this.#length = length;
    this.#atOnce = atOnce;
  }

  /** The next items that nobody took, by their places, `to` not among them; undefined when there are no more. */
  take(): { readonly from: number; readonly to: number } | undefined {
    const from = Atomics.add(this.counter, 0, this.#atOnce);
    return from >= this.#length ? undefined : { from, to: Math.min(from + this.#atOnce, this.#length) };
  }
}
