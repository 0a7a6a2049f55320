import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import type { Oid } from '../../ports/git-store.ts';
import type { GitRepo } from '../git-store/environment.ts';
import { collect, ended, endGit, gitFailure, spawnGit } from '../git-store/spawn.ts';
import { PATCH, PLAIN } from '../git-work/diff-form.ts';

const NEWLINE = 10;
const SECTION = Buffer.from('diff --git ');
const PAIR = /^[0-9a-f]{40,64} [0-9a-f]{40,64}$/;
const KEEP_BYTES = 64 * 1024;
/** Most bytes that the answer may have: a line of 130 a pair. */
const ANSWER_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 600_000;

/** `diff-tree --stdin -p | patch-id --verbatim` over all pairs of trees, with the files that `skip` names cut out of the patches on the way. */
export async function patchIds(repo: GitRepo, trees: readonly (readonly [Oid, Oid])[], width: number, skip: (path: string) => boolean): Promise<readonly (string | null)[]> {
  const diff = ['diff-tree', '--stdin', ...PLAIN, ...PATCH];
  const from = spawnGit(repo, diff);
  const fromEnd = ended(from);
  const fromErr = collect(from.stderr, KEEP_BYTES, () => undefined);
  const name = ['patch-id', '--verbatim'];
  const to = spawnGit(repo, name);
  const toEnd = ended(to);
  const toErr = collect(to.stderr, KEEP_BYTES, () => undefined);
  const answer = collect(to.stdout, ANSWER_BYTES, () => endGit(to));
  const timer = setTimeout(() => {
    endGit(from);
    endGit(to);
  }, TIMEOUT_MS);
  from.stdout.pipe(new Sections(width, skip)).pipe(to.stdin);
  from.stdin.end(trees.map(([before, after]) => `${before} ${after}\n`).join(''), 'latin1');
  const named = await toEnd;
  if (named.exit !== 0) endGit(from);
  const differed = await fromEnd;
  clearTimeout(timer);
  if (differed.exit !== 0 && named.exit === 0) throw gitFailure(repo, diff, differed, new TextDecoder().decode(fromErr()));
  if (named.exit !== 0) throw gitFailure(repo, name, named, new TextDecoder().decode(toErr()));
  const ids: (string | null)[] = trees.map(() => null);
  for (const line of new TextDecoder().decode(answer()).split('\n')) {
    const [id, at] = line.split(' ');
    if (id !== undefined && at !== undefined) ids[Number.parseInt(at, 16)] = id;
  }
  return ids;
}

/** Lets a patch through without the sections of skipped files, and names each pair by its place, as an id that `patch-id` gives back. */
class Sections extends Transform {
  readonly #width: number;
  readonly #skip: (path: string) => boolean;
  #rest: Buffer[] = [];
  #drops = false;
  #at = 0;

  constructor(width: number, skip: (path: string) => boolean) {
    super();
    this.#width = width;
    this.#skip = skip;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#rest.push(chunk);
      done();
      return;
    }
    const lines = Buffer.concat([...this.#rest, chunk.subarray(0, last + 1)]);
    this.#rest = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    done(null, this.#kept(lines));
  }

  override _flush(done: TransformCallback): void {
    const rest = Buffer.concat(this.#rest);
    done(null, rest.length === 0 ? null : this.#kept(rest));
  }

  /** Lines of a patch begin with a blank, a sign, `@` or a word of git's: none looks like a pair of ids or the head of a section. */
  #kept(lines: Buffer): Buffer {
    const parts: Buffer[] = [];
    for (let at = 0; at < lines.length; ) {
      const newline = lines.indexOf(NEWLINE, at);
      const end = newline < 0 ? lines.length : newline + 1;
      const line = lines.subarray(at, end);
      if (line.length === 2 * this.#width + 2 && PAIR.test(line.toString('latin1', 0, line.length - 1))) {
        this.#drops = false;
        parts.push(Buffer.from(`commit ${this.#at.toString(16).padStart(this.#width, '0')}\n`));
        this.#at += 1;
      } else {
        if (line.subarray(0, SECTION.length).equals(SECTION)) this.#drops = this.#skip(pathOf(line.toString('utf8', SECTION.length, line.length - 1)));
        if (!this.#drops) parts.push(line);
      }
      at = end;
    }
    return Buffer.concat(parts);
  }
}

/** `a/<path> b/<path>`: without renames both are the same. A quoted one is no path that anybody skips. */
function pathOf(names: string): string {
  return names.startsWith('a/') ? names.slice(2, (names.length - 1) / 2) : names;
}
