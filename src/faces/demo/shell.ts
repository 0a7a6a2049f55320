import type { Running } from '../../ports/process.ts';
import type { DemoHost } from './host.ts';
import { Interrupted, Unheld } from './story.ts';

/** A program that ended. */
export interface Ran {
  /** As a user would type it. */
  readonly typed: string;
  /** Undefined when it did not end by itself. */
  readonly exit: number | undefined;
  /** Standard output and error, interleaved. */
  readonly text: string;
  /** The file that holds `text`. */
  readonly file: string;
}

/** A program that runs in the background. */
export interface Background {
  readonly typed: string;
  readonly running: Running;
  /** Set when it has ended. */
  ran: Ran | undefined;
  readonly ended: Promise<Ran>;
}

const OUTPUT_CAP = 16_777_216;
/** No single command of the demo takes longer, in milliseconds. */
const WALL_MS = 30_000;
const WORD = /^[\w@%+=:,./-]+$/;

/** Runs programs one at a time beside at most one in the background; each writes into a file of its own. */
export class Shell {
  readonly #host: DemoHost;
  readonly #env: Readonly<Record<string, string>>;
  readonly #logs: string;
  readonly #signal: AbortSignal;
  #count = 0;
  readonly #live = new Set<Running>();

  /** `logs` is a folder that exists; an abort of `signal` ends what runs. */
  constructor(host: DemoHost, env: Readonly<Record<string, string>>, logs: string, signal: AbortSignal) {
    this.#host = host;
    this.#env = env;
    this.#logs = logs;
    this.#signal = signal;
    signal.addEventListener('abort', () => void this.kill(), { once: true });
  }

  async run(name: 'coo' | 'git', args: readonly string[], cwd: string): Promise<Ran> {
    if (this.#signal.aborted) throw new Interrupted();
    const { ended } = this.#start(name, args, cwd, WALL_MS);
    const ran = await ended;
    if (this.#signal.aborted) throw new Interrupted();
    return ran;
  }

  background(name: 'coo' | 'git', args: readonly string[], cwd: string): Background {
    return this.#start(name, args, cwd, 4 * WALL_MS);
  }

  /** Kills every program that still runs, with its tree. */
  async kill(): Promise<void> {
    await Promise.all([...this.#live].map(async (running) => running.stop(0)));
  }

  #start(name: 'coo' | 'git', args: readonly string[], cwd: string, wallMs: number): Background {
    this.#count += 1;
    const number = String(this.#count).padStart(2, '0');
    const file = `${this.#logs}/${number}-${name}-${args.find((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-')) ?? 'version'}.txt`;
    // The folder is this run's own, so the mark is too.
    const mark = `${this.#logs}/${number}`;
    const argv = name === 'coo' ? this.#host.coo : (['git'] as const);
    const running = this.#host.processes.run({ argv: [...argv, ...args] as [string, ...string[]], cwd, env: { ...this.#env, COO_DEMO: mark }, marker: `COO_DEMO=${mark}`, output: { file, cap: OUTPUT_CAP }, wallMs });
    this.#live.add(running);
    const typed = [name, ...args].map((word) => (WORD.test(word) ? word : `'${word}'`)).join(' ');
    const background: Background = { typed, running, ran: undefined, ended: this.#end(running, typed, file).then((ran) => (background.ran = ran)) };
    return background;
  }

  async #end(running: Running, typed: string, file: string): Promise<Ran> {
    const { ending } = await running.finished;
    this.#live.delete(running);
    if (ending.kind === 'not_started') return { typed, exit: undefined, text: `could not be started: ${ending.cause}`, file };
    const text = new TextDecoder().decode(await this.#host.files.read(file, OUTPUT_CAP));
    return { typed, exit: ending.kind === 'exited' ? ending.code : undefined, text, file };
  }
}

/** The document that a command with `--json` printed. */
export function documentOf(ran: Ran): Readonly<Record<string, unknown>> {
  const line = ran.text.split('\n').find((one) => one.startsWith('{'));
  try {
    return JSON.parse(line ?? '') as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new Unheld({ text: `${ran.typed} prints one JSON document`, found: `${ran.text.slice(0, 300)} (${String(cause)})`, look: ran.file });
  }
}
