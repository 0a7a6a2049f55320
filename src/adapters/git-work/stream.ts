import type { Readable } from 'node:stream';
import type { GitRepo } from '../git-store/environment.ts';
import { collect, ended, endGit, gitFailure, spawnGit } from '../git-store/spawn.ts';
import type { GitChild, GitEnd } from '../git-store/spawn.ts';

/** One git command of a pipe. */
export interface Part {
  readonly repo: GitRepo;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Streamed {
  readonly end: GitEnd;
  readonly stdout: Uint8Array;
  /** Standard error as UTF-8, its first 64 KiB. */
  readonly stderr: string;
}

export type Piped = { readonly kind: 'both'; readonly last: Streamed } | { readonly kind: 'first_failed'; readonly error: Error };

/** Wall time of a streamed command, milliseconds; afterwards it is ended and shows as killed. */
const TIMEOUT_MS = 600_000;
const KEEP_BYTES = 64 * 1024;

/** Runs a git command on a stream. The stream's own error closes the command's input early, which the command then reports. */
export async function gitOn(part: Part, source: Readable): Promise<Streamed> {
  const child = spawnGit(part.repo, part.args, part.env);
  const done = watch(child);
  feed(source, child);
  const streamed = await done;
  source.destroy();
  return streamed;
}

/** `first | last`, with bytes for the first one's input. When the first one fails, what the last one made of half an input does not count. */
export async function gitPipe(first: Part & { readonly stdin: string }, last: Part): Promise<Piped> {
  const from = spawnGit(first.repo, first.args, first.env);
  const fromEnd = ended(from);
  const fromErr = collect(from.stderr, KEEP_BYTES, () => undefined);
  from.stdin.end(first.stdin);
  const to = spawnGit(last.repo, last.args, last.env);
  const done = watch(to);
  feed(from.stdout, to);
  const streamed = await done;
  // Nobody reads any more: without this the first one would wait for room in the pipe for ever.
  const cutOff = streamed.end.exit !== 0;
  if (cutOff) endGit(from);
  from.stdout.resume();
  const end = await fromEnd;
  if (end.exit === 0 || (cutOff && end.signal !== null)) return { kind: 'both', last: streamed };
  return { kind: 'first_failed', error: gitFailure(first.repo, first.args, end, new TextDecoder().decode(fromErr())) };
}

function feed(source: Readable, child: GitChild): void {
  source.once('error', () => child.stdin.end());
  source.pipe(child.stdin);
}

async function watch(child: GitChild): Promise<Streamed> {
  const end = ended(child);
  const timer = setTimeout(() => endGit(child), TIMEOUT_MS);
  const stdout = collect(child.stdout, KEEP_BYTES, () => undefined);
  const stderr = collect(child.stderr, KEEP_BYTES, () => undefined);
  const how = await end;
  clearTimeout(timer);
  return { end: how, stdout: stdout(), stderr: new TextDecoder().decode(stderr()) };
}
