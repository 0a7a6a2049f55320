import type { Feed } from './feed.ts';
import type { Ran } from './shell.ts';

/** Where everything of one run lies; absolute paths. */
export interface Places {
  /** Holds all the others; removed at the end. */
  readonly folder: string;
  /** The project's repository. */
  readonly repo: string;
  /** HOME of every process that the demo starts. */
  readonly home: string;
}

/** What a chapter works with: programs to run, files to look at, and somebody to tell. */
export interface Stage {
  readonly at: Places;
  /** Runs coo in the project, or in another folder, and waits for its end. It is shown as it would be typed. */
  coo(args: readonly string[], folder?: string): Promise<Ran>;
  /** The same for git. */
  git(args: readonly string[], folder?: string): Promise<Ran>;
  /** Starts coo in the background; one at a time. */
  begin(args: readonly string[]): void;
  /** Waits for its end. */
  end(): Promise<Ran>;
  /** What the coordinator records, as it appears in the worktree. */
  readonly feed: Feed;
  readonly disk: Disk;
  /** Says a sentence that needs no proof. */
  say(text: string): void;
  /** Asserts a sentence and says it; where it does not hold, the demo ends here. */
  holds(claim: Claim): void;
}

/** Files of the scratch folder. Paths are absolute. */
export interface Disk {
  read(path: string): Promise<string>;
  has(path: string): Promise<boolean>;
  /** Writes the whole file, whatever stood there. */
  write(path: string, text: string): Promise<void>;
  /** Puts a file in with its content complete: written aside, then linked. False when the name is taken. */
  drop(path: string, text: string): Promise<boolean>;
  copy(from: string, to: string): Promise<void>;
  /** `kill -9`. */
  kill(pid: number): void;
}

/** One sentence of the demo and its proof. */
export interface Claim {
  readonly text: string;
  readonly is: boolean;
  /** What was found; shown when the claim does not hold. */
  readonly found: unknown;
  /** Where a person can see for himself. */
  readonly look: string;
}

export interface Chapter {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** Something that the demo says does not hold. */
export class Unheld extends Error {
  readonly claim: string;
  readonly found: string;
  readonly look: string;

  constructor({ text, found, look }: Omit<Claim, 'is'>) {
    super(text);
    this.name = 'Unheld';
    this.claim = text;
    this.found = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
    this.look = look;
  }
}

/** The user asked the demo to end. */
export class Interrupted extends Error {}
