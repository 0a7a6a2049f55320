import type { FileError, FileInfo, Files } from '../ports/files.ts';
import type { LogLine } from '../ports/log.ts';
import { worktreeOf } from './layout.ts';

/** What a folder is wanted for. `restoring` shows all that is to be shown: only then nothing is missing that `showing` could not show. */
export type Use = 'taking' | 'telling' | 'showing' | 'restoring' | 'caching';

type Tell = (level: LogLine['level'], code: 'folder.wrong' | 'folder.back', message: string) => void;

const KINDS: Readonly<Record<FileInfo['kind'], string>> = { file: 'a file', folder: 'a folder', symlink: 'a symlink', other: 'a pipe, socket or device' };
const HELD_UP: Readonly<Record<Use, string>> = { taking: 'nothing is taken from it', telling: 'no reason is written there', showing: 'it shows nothing new', restoring: 'it shows nothing new', caching: 'commands fold the ledger anew each time' };

/**
 * The folders that others can reach: anybody may put a file or a link in the place of one, or take the right to it away. That is said once,
 * and once more when the folder is back; all else goes on. A link is not followed: what is shown lands nowhere else. In a worktree that is gone
 * nothing is made again.
 */
export class Folders {
  readonly #files: Files;
  readonly #tell: Tell;
  /** Folders that stand wrong, and for which use that was found. */
  readonly #wrong = new Map<string, Use>();

  constructor(files: Files, tell: Tell) {
    this.#files = files;
    this.#tell = tell;
  }

  /** Names in a folder; none while it stands wrong. */
  async list(folder: string): Promise<readonly string[]> {
    return this.tend(folder, 'taking', [], async () => this.#files.list(folder));
  }

  /** What `work` in a folder gives; `otherwise` where the folder is none, or a file in it fails. */
  async tend<T>(folder: string, use: Use, otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      const worktree = worktreeOf(folder);
      if (worktree !== undefined && (await this.#files.info(worktree)) === undefined) return otherwise;
      if (await this.#isReplaced(folder, use)) return otherwise;
      const done = await work();
      this.#well(folder, use);
      return done;
    } catch (cause) {
      if (!isFileError(cause)) throw cause;
      // It may have been replaced while it was worked in: then that is what is wrong.
      if (await this.#isReplaced(folder, use)) return otherwise;
      this.#say(folder, use, `cannot be used: ${HELD_UP[use]} (${cause.message})`, `look at its rights and its disk: ls -ld ${folder}; df ${folder}`);
      return otherwise;
    }
  }

  /** A folder from which nothing is taken. */
  get untaken(): string | undefined {
    return [...this.#wrong].find(([, use]) => use === 'taking')?.[0];
  }

  /** Whether some folder could not show what it should. */
  get behind(): boolean {
    return [...this.#wrong.values()].some((use) => use === 'showing' || use === 'restoring');
  }

  async #isReplaced(folder: string, use: Use): Promise<boolean> {
    const kind = (await this.#files.info(folder))?.kind ?? 'folder';
    if (kind !== 'folder') this.#say(folder, use, `is ${KINDS[kind]}, not a folder: ${HELD_UP[use]}`, `move it away; then: mkdir ${folder}`);
    return kind !== 'folder';
  }

  #well(folder: string, use: Use): void {
    const found = this.#wrong.get(folder);
    const over = use === 'restoring' ? found === 'restoring' || found === 'showing' : found === use && use !== 'showing';
    if (over && this.#wrong.delete(folder)) this.#tell('info', 'folder.back', `${folder} is a folder again`);
  }

  #say(folder: string, use: Use, what: string, fix: string): void {
    if (this.#wrong.has(folder)) return;
    this.#wrong.set(folder, use);
    this.#tell('error', 'folder.wrong', `${folder} ${what}\n  fix: ${fix}`);
  }
}

/** For one command: what it did is done though a folder cannot show it; the manager says so, and `coo verify` finds it. */
export function unsaid(files: Files): Folders {
  return new Folders(files, () => undefined);
}

/** Git's errors have a fault too, of another kind. */
function isFileError(cause: unknown): cause is FileError {
  return cause instanceof Error && 'fault' in cause && (cause as FileError).fault.code.startsWith('FILE_');
}
