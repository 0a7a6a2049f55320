import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Oid } from '../../ports/git-store.ts';
import type { Life, Owner, Processes } from '../../ports/process.ts';
import type { Random } from '../../ports/random.ts';
import { flush, flushFolders, writeWhole } from './durable.ts';
import { errno, ioError } from './errors.ts';

/** A ref that a transaction is about to move, and the id it writes (null = removes it). */
export interface RefWrite {
  readonly ref: string;
  readonly after: Oid | null;
}

/** An appender of this repository, as its file says and as its processes show. */
export interface Appender {
  /** The name of its file. `<id>`, or `<id>.by.<id>` while another takes its locks away. */
  readonly name: string;
  readonly owner: Owner;
  /** Of the owner and its git child together: `dead` only when both are. */
  readonly life: Life;
  /** Died with the machine: its last state may not have reached the disk. */
  readonly otherBoot: boolean;
  /** What it was moving when it last wrote; null = nothing; `unknown` = its file does not say. */
  readonly moving: readonly RefWrite[] | null | 'unknown';
  /** Counts its transactions; null where `moving` is unknown. */
  readonly turn: number | null;
}

interface State {
  readonly turn: number;
  /** The pid of the git child while it is moving refs. */
  readonly git: number | null;
  readonly moving: readonly RefWrite[] | null;
}

/** The environment variable by which the git child of an appender is known. */
export const APPENDER_VARIABLE = 'COO_APPENDER';

/**
 * The register of processes that move refs here: one file each in `<coo dir>/appenders/`. Line 1 is the owner, fsynced; line 2 is what it is moving,
 * written in place before and after every transaction without fsync: that outlives a kill, and after a power cut nobody of that boot lives.
 */
export class Appenders {
  readonly folder: string;
  /** The name of our own file. */
  readonly id: string;
  private readonly processes: Pick<Processes, 'self' | 'life'>;
  private fd: number | null = null;
  private stateAt = 0;

  constructor(folder: string, processes: Pick<Processes, 'self' | 'life'>, random: Pick<Random, 'hex'>) {
    this.folder = folder;
    this.processes = processes;
    this.id = `${processes.self().nonce}-${random.hex(4)}`;
  }

  get registered(): boolean {
    return this.fd !== null;
  }

  /** Makes our file, durable. */
  async register(): Promise<void> {
    if (this.fd !== null) return;
    const path = join(this.folder, this.id);
    try {
      mkdirSync(this.folder, { recursive: true });
      const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
      this.fd = fd;
      const owner = Buffer.from(`${JSON.stringify(this.processes.self())}\n`);
      this.stateAt = owner.length;
      writeWhole(fd, owner, 0);
      this.write({ turn: 0, git: null, moving: null });
      await flush(fd, path);
      await flushFolders([this.folder, join(this.folder, '..')]);
    } catch (error) {
      throw ioError(`register in ${this.folder}`, error);
    }
  }

  /** Says what is about to be moved, by which git child. `null` = nothing any more. Throws GIT_IO. */
  write(state: State): void {
    if (this.fd === null) return;
    try {
      writeWhole(this.fd, Buffer.from(`${JSON.stringify(state)}\n`), this.stateAt);
    } catch (error) {
      throw ioError(`write ${this.id} in ${this.folder}`, error);
    }
  }

  /** Everyone else in the register. */
  others(): readonly Appender[] {
    return this.names().flatMap((name) => (name === this.id ? [] : (this.look(name) ?? [])));
  }

  /** Removes a file of the register; nothing happens if it is gone. */
  remove(name: string): void {
    try {
      unlinkSync(join(this.folder, name));
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw ioError(`remove ${name} from ${this.folder}`, error);
    }
  }

  /** Removes our own file. */
  close(): void {
    if (this.fd === null) return;
    closeSync(this.fd);
    this.fd = null;
    this.remove(this.id);
  }

  private names(): readonly string[] {
    try {
      return readdirSync(this.folder).filter((name) => /^[0-9A-Za-z-]+(\.by\.[0-9A-Za-z-]+)?$/.test(name));
    } catch (error) {
      if (errno(error) === 'ENOENT') return [];
      throw ioError(`list ${this.folder}`, error);
    }
  }

  private look(name: string): Appender | null {
    const [first, second] = this.lines(name);
    const owner = parseOwner(first);
    // A file without an owner was cut short by a power cut before it was registered, so it never moved anything; or it is being written now.
    if (owner === null) return null;
    const state = parseState(second);
    const otherBoot = owner.boot !== this.processes.self().boot;
    const life = this.processes.life(owner);
    const childLives = life === 'dead' && !otherBoot && gitLives(state, name);
    return { name, owner, life: childLives ? 'alive' : life, otherBoot, moving: state === null ? 'unknown' : state.moving, turn: state?.turn ?? null };
  }

  private lines(name: string): readonly string[] {
    try {
      return readFileSync(join(this.folder, name), 'utf8').split('\n');
    } catch (error) {
      if (errno(error) === 'ENOENT') return [];
      throw ioError(`read ${name} in ${this.folder}`, error);
    }
  }
}

/** Whether the git child of a dead appender may still be there. It outlives its parent for a moment: it has a process group of its own. */
function gitLives(state: State | null, name: string): boolean {
  const pid = state?.git ?? null;
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errno(error) !== 'ESRCH';
  }
  try {
    // The number may belong to another process by now. Where that cannot be seen, it counts as alive.
    const id = name.replace(/\.by\..*$/, '');
    return readFileSync(`/proc/${String(pid)}/environ`, 'latin1').split('\0').includes(`${APPENDER_VARIABLE}=${id}`);
  } catch (error) {
    return errno(error) !== 'ESRCH';
  }
}

function parseOwner(line: string | undefined): Owner | null {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null) return null;
  const texts = (['boot', 'host', 'pidns', 'started', 'nonce'] as const).every((key) => typeof Reflect.get(value, key) === 'string');
  return texts && Number.isSafeInteger(Reflect.get(value, 'pid')) ? (value as Owner) : null;
}

function parseState(line: string | undefined): State | null {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || !('turn' in value) || !('git' in value) || !('moving' in value)) return null;
  const { turn, moving } = value;
  if (typeof turn !== 'number') return null;
  const list = Array.isArray(moving) ? moving.flatMap((one: unknown) => parseWrite(one) ?? []) : null;
  return { turn, git: typeof value.git === 'number' ? value.git : null, moving: list };
}

function parseWrite(value: unknown): RefWrite | null {
  if (typeof value !== 'object' || value === null || !('ref' in value) || !('after' in value)) return null;
  const { ref, after } = value;
  return typeof ref === 'string' && (after === null || typeof after === 'string') ? { ref, after } : null;
}

function parseJson(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch (error) {
    // Half a line: it is being written at this moment, or was when the power went.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
