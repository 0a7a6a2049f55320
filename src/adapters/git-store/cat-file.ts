import type { GitObject, Oid } from '../../ports/git-store.ts';
import { CatSession, parseInfo } from './cat-session.ts';
import type { ObjectAnswer } from './cat-session.ts';
import { objectId, objectType } from './encode.ts';
import type { ObjectFormat } from './encode.ts';
import type { GitRepo } from './environment.ts';
import { GitError } from './errors.ts';
import { git } from './spawn.ts';

/**
 * Objects through a kept-open git: packs, alternates, anything that is no loose file here.
 * A size is always asked before the bytes. Git looks for new packs by itself when an object is not where it was.
 */
export class CatFile {
  private readonly repo: GitRepo;
  private readonly format: ObjectFormat;
  private session: CatSession | null = null;

  constructor(repo: GitRepo, format: ObjectFormat) {
    this.repo = repo;
    this.format = format;
  }

  /** The object, or null if the repository has no such one. Throws GIT_TOO_LARGE over `cap` bytes; GIT_OBJECT_BROKEN; GIT_PARTIAL_CLONE. */
  async read(id: Oid, cap: number): Promise<GitObject | null> {
    try {
      return await this.through(id, cap, (contents) => this.kept(contents, id));
    } catch (error) {
      if (!(error instanceof GitError) || (error.code !== 'GIT_FAILED' && error.code !== 'GIT_KILLED')) throw error;
    }
    // The child died: of another request's broken object perhaps. Alone, only this object can be to blame.
    return await this.through(id, cap, (contents) => this.alone(contents, id, cap));
  }

  /** Ends the child when it has answered. A later read starts another. */
  async close(): Promise<void> {
    const session = this.session;
    this.session = null;
    await session?.close();
  }

  private async through(id: Oid, cap: number, ask: (contents: boolean) => Promise<ObjectAnswer>): Promise<GitObject | null> {
    const { info } = await ask(false);
    if (info === null) return null;
    const type = objectType(id, info.type);
    if (info.size > cap) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${type} ${id} has ${String(info.size)} bytes, over the limit of ${String(cap)}` });
    const { info: again, bytes } = await ask(true);
    if (again === null) return null;
    if (objectId({ type, bytes }, this.format) !== id) throw broken(id, 'the bytes git gives for it have another id');
    return { type, bytes };
  }

  private kept(contents: boolean, id: Oid): Promise<ObjectAnswer> {
    if (this.session?.alive !== true) this.session = new CatSession(this.repo);
    return this.session.ask(contents, id);
  }

  private async alone(contents: boolean, id: Oid, cap: number): Promise<ObjectAnswer> {
    const { stdout, exit, stderr } = await git(this.repo, ['cat-file', contents ? '--batch' : '--batch-check'], { stdin: `${id}\n`, okExits: [0, 128], maxOutputBytes: cap + 200 });
    // Nothing is fetched behind anybody's back: git says so in its own words, and ends.
    if (exit !== 0 && stderr.includes('promisor remote')) throw new GitError({ code: 'GIT_PARTIAL_CLONE', message: `${id} was left out of this partial clone`, fix: 'git fetch --refetch --no-filter origin, then again; or clone without --filter' });
    if (exit !== 0) throw broken(id, 'git cannot read it', stderr);
    const end = stdout.indexOf(10);
    const info = parseInfo(Buffer.from(stdout.subarray(0, end)).toString('latin1'));
    if (info === undefined) throw new GitError({ code: 'GIT_FAILED', message: `git cat-file gave no answer about ${id}`, stderr });
    return { info, bytes: contents && info !== null ? stdout.subarray(end + 1, end + 1 + info.size) : new Uint8Array(0) };
  }
}

function broken(id: Oid, what: string, stderr = ''): GitError {
  return new GitError({ code: 'GIT_OBJECT_BROKEN', message: `${id}: ${what}`, stderr, fix: 'run `git fsck --full`; restore the object from another clone; do not append before that' });
}
