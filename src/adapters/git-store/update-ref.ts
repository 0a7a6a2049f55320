import type { RefChange } from '../../ports/git-store.ts';
import { zeroId } from './encode.ts';
import type { ObjectFormat } from './encode.ts';
import type { GitRepo } from './environment.ts';
import type { GitError } from './errors.ts';
import { KeptGit } from './kept.ts';
import type { GitEnd } from './spawn.ts';

/** How a transaction ended, as far as git said. */
export type Transacted =
  | { readonly kind: 'committed' }
  /** Git refused and changed nothing. */
  | { readonly kind: 'refused'; readonly stderr: string; readonly error: GitError }
  /** Git ended without an answer: nothing, some or all of it may have happened. */
  | { readonly kind: 'unknown'; readonly error: GitError };

const STALL_MS = 60_000;

/** A kept-open `git update-ref --stdin`. Git ends it with the first transaction that fails, so a fresh one is started then, ahead of need. */
export class UpdateRef {
  private readonly repo: GitRepo;
  private readonly env: Readonly<Record<string, string>>;
  private readonly zero: string;
  private child: KeptGit | null = null;
  private output = '';
  private onOutput: () => void = () => undefined;
  /** Set anew by each transaction: one that waited for the end of a child that lives for hours would be remembered by it for as long. */
  private onEnd: (end: GitEnd) => void = () => undefined;

  constructor(repo: GitRepo, format: ObjectFormat, env: Readonly<Record<string, string>>) {
    this.repo = repo;
    this.env = env;
    this.zero = zeroId(format);
  }

  /** Starts the child if there is none. Returns its pid. */
  warm(): number | null {
    if (this.child?.alive === true) return this.child.pid;
    // Refs are changed as they are: a symbolic one is never followed to move another branch.
    const child: KeptGit = new KeptGit(this.repo, ['update-ref', '--no-deref', '--stdin'], this.env, (chunk) => {
      if (this.child !== child) return;
      this.output += chunk.toString('latin1');
      this.onOutput();
    });
    this.output = '';
    this.child = child;
    void child.ended.then((end) => {
      if (this.child === child) this.onEnd(end);
    });
    return child.pid;
  }

  /** Runs one transaction. One at a time: the caller sees to that. */
  async transact(changes: readonly RefChange[]): Promise<Transacted> {
    this.warm();
    const child = this.child;
    if (child === null) throw new Error('no git child after it was started');
    this.output = '';
    child.idle(false);
    const timer = setTimeout(() => child.abort(), STALL_MS);
    const end = await new Promise<true | GitEnd>((resolve) => {
      this.onOutput = () => {
        if (this.output.includes('commit: ok\n')) resolve(true);
      };
      this.onEnd = resolve;
      child.send(`start\n${changes.map((change) => this.line(change)).join('')}prepare\ncommit\n`);
    });
    clearTimeout(timer);
    if (end === true || this.output.includes('commit: ok\n')) {
      child.idle(true);
      return { kind: 'committed' };
    }
    this.child = null;
    const error = child.failure(end);
    if (end.notStarted !== undefined) return { kind: 'refused', stderr: '', error };
    // Git gives a reason and exits with 128 before it moves anything. It can fail in the middle after `prepare: ok`; over 129 is a signal, as a shell tells it.
    if (end.exit !== null && end.exit <= 129 && !this.output.includes('prepare: ok\n')) return { kind: 'refused', stderr: child.stderr, error };
    return { kind: 'unknown', error };
  }

  async close(): Promise<void> {
    const child = this.child;
    this.child = null;
    await child?.close();
  }

  private line({ ref, before, after }: RefChange): string {
    if (before === after) return `verify ${ref} ${before ?? this.zero}\n`;
    if (after === null) return `delete ${ref} ${before ?? this.zero}\n`;
    return `update ${ref} ${after} ${before ?? this.zero}\n`;
  }
}
