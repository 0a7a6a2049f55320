import { collect, ended, endGit, gitFailure, spawnGit } from './spawn.ts';
import type { GitChild, GitEnd } from './spawn.ts';
import type { GitRepo } from './environment.ts';
import type { GitError } from './errors.ts';

const MAX_STDERR_BYTES = 64 * 1024;

/**
 * A git child that is kept open and answers on its standard output. While nothing is asked of it, it does not keep our process alive;
 * when we die it reads the end of its input and ends by itself.
 */
export class KeptGit {
  readonly ended: Promise<GitEnd>;
  readonly pid: number | null;
  private readonly repo: GitRepo;
  private readonly args: readonly string[];
  private readonly child: GitChild;
  private readonly stderrBytes: () => Uint8Array;
  private gone = false;

  constructor(repo: GitRepo, args: readonly string[], env: Readonly<Record<string, string>>, onData: (chunk: Buffer) => void) {
    this.repo = repo;
    this.args = args;
    this.child = spawnGit(repo, args, env);
    this.pid = this.child.pid ?? null;
    this.stderrBytes = collect(this.child.stderr, MAX_STDERR_BYTES, () => undefined);
    this.child.stdout.on('data', onData);
    this.ended = ended(this.child);
    this.child.once('exit', () => (this.gone = true));
    this.child.once('error', () => (this.gone = true));
    this.idle(true);
  }

  /** Whether the child was still there when the event loop last looked. */
  get alive(): boolean {
    return !this.gone;
  }

  get stderr(): string {
    return new TextDecoder().decode(this.stderrBytes());
  }

  send(text: string): void {
    this.child.stdin.write(text);
  }

  /** Whether our process may end while this child is open. */
  idle(idle: boolean): void {
    for (const part of [this.child, this.child.stdin, this.child.stdout, this.child.stderr]) {
      if (idle) unref(part);
      else ref(part);
    }
  }

  /** Ends it by closing its input, so that it can finish cleanly, and waits until it is gone. */
  async close(): Promise<void> {
    this.idle(false);
    this.child.stdin.end();
    const timer = setTimeout(() => endGit(this.child), 2_000);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  abort(): void {
    endGit(this.child);
  }

  failure(end: GitEnd): GitError {
    return gitFailure(this.repo, this.args, end, this.stderr);
  }
}

// A child's pipes are sockets, which the types of streams do not say.
function ref(part: object): void {
  if ('ref' in part && typeof part.ref === 'function') part.ref();
}

function unref(part: object): void {
  if ('unref' in part && typeof part.unref === 'function') part.unref();
}
