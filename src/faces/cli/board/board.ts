import type { LedgerSession } from '../../../app/ledger/session.ts';
import type { State } from '../../../kernel/state.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log, LogLine } from '../../../ports/log.ts';
import type { Host } from '../host.ts';
import type { Teller } from '../run/teller.ts';
import type { Style } from '../style.ts';
import { boardLines } from './lines.ts';
import { Painter } from './painter.ts';
import { boardView } from './view.ts';

/** Frames are at least this far apart, in milliseconds. */
const FRAME_MS = 60;
/** While something runs, its stopwatch goes on. */
const SECOND_MS = 1_000;
const KEPT_LINES = 50;

/** The manager on a terminal: a board that repaints in place when something changed, and each second while something runs. */
export class Board implements Teller {
  readonly log: Log;
  readonly #host: Host;
  readonly #style: Style;
  readonly #painter: Painter;
  readonly #lines: LogLine[] = [];
  readonly #remarks: string[] = [];
  #clock: Clock | undefined;
  #state: State | undefined;
  #frame: NodeJS.Timeout | undefined;
  #second: NodeJS.Timeout | undefined;
  #size = '';
  #over = false;

  constructor(host: Host, style: Style) {
    this.#host = host;
    this.#style = style;
    this.#painter = new Painter(host.stdout);
    this.log = { say: (line) => this.#say(line) };
  }

  begin(clock: Clock): void {
    this.#clock = clock;
    this.#second = setInterval(() => this.#tick(), SECOND_MS);
    this.#soon();
  }

  onTurn(session: LedgerSession): void {
    this.#state = session.state;
    this.#soon();
  }

  remark(text: string): void {
    this.#remarks.splice(0, this.#remarks.length, text);
    this.#paint();
  }

  end(): void {
    if (this.#over) return;
    this.#paint();
    this.#over = true;
    clearTimeout(this.#frame);
    clearInterval(this.#second);
    this.#painter.end();
  }

  #say(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    this.#soon();
  }

  /** Stopwatches and the size of the terminal change without a turn. */
  #tick(): void {
    const { columns, rows } = this.#host.stdout;
    const size = `${String(columns)}x${String(rows)}`;
    if ((this.#state?.claims.size ?? 0) > 0 || size !== this.#size) this.#soon();
    this.#size = size;
  }

  #soon(): void {
    if (this.#over || this.#frame !== undefined) return;
    this.#frame = setTimeout(() => {
      this.#frame = undefined;
      this.#paint();
    }, FRAME_MS);
  }

  #paint(): void {
    const { stdout } = this.#host;
    if (this.#over || this.#clock === undefined || this.#state === undefined) return;
    const view = boardView(this.#state, this.#remarks, this.#lines, this.#clock.now());
    this.#painter.paint(boardLines(view, { columns: stdout.columns, rows: stdout.rows }, this.#style));
  }
}
