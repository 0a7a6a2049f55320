/** A flag that sleepers can wait for: set from outside, it only says "look again". */
export class Wake {
  #set = false;
  #resolve: (() => void) | undefined;

  /** Says that something may have changed. */
  ring(): void {
    this.#set = true;
    this.#resolve?.();
  }

  /** Waits until rung since the last wait, or until `sleep` is over. */
  async wait(sleep: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (!this.#set) {
      const over = new AbortController();
      const rung = new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      await Promise.race([rung, sleep(over.signal)]);
      over.abort();
      this.#resolve = undefined;
    }
    this.#set = false;
  }
}
