import type { Host } from '../host.ts';

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';
/** Terminals that know it show the whole frame at once; others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_ALL = '\u001b[2J\u001b[H';

/** Paints frames over each other at one place of the terminal, each in a single write. */
export class Painter {
  readonly #stdout: Host['stdout'];
  #lines: readonly string[] = [];
  #size = '';
  #painted = false;

  constructor(stdout: Host['stdout']) {
    this.#stdout = stdout;
  }

  paint(lines: readonly string[]): void {
    const size = `${String(this.#stdout.columns)}x${String(this.#stdout.rows)}`;
    const resized = this.#painted && size !== this.#size;
    if (this.#painted && !resized && same(lines, this.#lines)) return;
    // After a resize the terminal has wrapped the old lines anew: nobody knows where they are.
    const home = resized ? CLEAR_ALL : this.#lines.length > 0 ? `\u001b[${String(this.#lines.length)}A\r` : '\r';
    const body = lines.map((line) => `${line}${CLEAR_LINE}\r\n`).join('');
    this.#stdout.write(`${BEGIN}${this.#painted ? '' : HIDE}${home}${body}${CLEAR_BELOW}${END}`);
    this.#lines = lines;
    this.#size = size;
    this.#painted = true;
  }

  /** Leaves the last frame standing and gives the cursor back. */
  end(): void {
    if (this.#painted) this.#stdout.write(SHOW);
    this.#painted = false;
    this.#lines = [];
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}
