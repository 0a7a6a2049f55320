import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { AttemptGit } from '../../ports/attempt-git.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { Cell, Confined } from '../../ports/sandbox.ts';
import { errno, gitMissing } from '../git-store/errors.ts';
import { LOG, addedTexts } from './added.ts';
import { hiddenIn } from './hidden.ts';

/** Git in an attempt's workspace went wrong; `message` holds git's own first lines. */
export class AttemptGitError extends Error {
  readonly code = 'ATTEMPT_GIT';
}

/** Time for one git command on a workspace, in milliseconds. */
const TIMEOUT_MS = 300_000;
const OUTPUT_CAP = 1_048_576;
/** What a change adds is looked at up to this, in bytes. */
const ADDED_CAP = 67_108_864;

type Env = Readonly<Record<string, string>>;

/**
 * The worker's own git. It runs with the worker's environment and rights in a folder that the worker could change at will: hooks and
 * fsmonitor are switched off so that they do not get in the way, not because they could harm the coordinator from here.
 */
export function attemptGit(): AttemptGit {
  return {
    async seal({ cell, folder, start, message, author, outputs, skipped, env }) {
      const git = worker(cell, folder, { ...env, ...identity(author) });
      // Asked beside: neither depends on what is added.
      const [, { tip, tree: tipTree }, hidden] = await Promise.all([addAll(git, outputs), headOf(git), hiddenIn(git, folder, skipped)]);
      const tree = (await git(['write-tree'])).trim();
      if (tree === tipTree) return { commit: tip, tree, hidden };
      if (tip === null && (await git(['ls-files', '-z'])) === '') return { commit: start, tree: null, hidden };
      const parents = tip === null ? [] : ['-p', tip];
      const commit = (await git(['commit-tree', tree, ...parents, '-m', message])).trim();
      await git(['update-ref', 'HEAD', commit]);
      return { commit, tree, hidden };
    },
    async others({ cell, folder, env }) {
      const git = worker(cell, folder, env);
      const { tip } = await headOf(git);
      const ids = await git(['for-each-ref', ...(tip === null ? [] : [`--no-merged=${tip}`]), '--format=%(objectname)', 'refs/heads', 'refs/stash']);
      return [...new Set(ids.split('\n').filter((id) => fullId(id) !== null))];
    },
    async added({ cell, folder, start, tip, env }) {
      const said = await worker(cell, folder, env, { cap: ADDED_CAP })([...LOG, tip, ...(start === null ? [] : [`^${start}`]), '--']);
      return addedTexts(said);
    },
    async pack({ cell, folder, start, tip, file, env }) {
      // Not under a name that git chooses: it would rename from the workspace, which may be on another disk.
      const part = `${file}.part`;
      await rm(part, { force: true });
      const pack = await open(part, 'wx+');
      try {
        await worker(cell, folder, env, { out: pack.fd })(['pack-objects', '--revs', '--quiet', '--stdout'], [0], `${tip}\n${start === null ? '' : `^${start}\n`}`);
        if ((await objectsIn(pack)) > 0) await rename(part, file);
        else await rm(part);
        return existsSync(file);
      } finally {
        await pack.close();
      }
    },
  };
}

/** Its number of objects stands in a pack's first twelve bytes. */
async function objectsIn(pack: FileHandle): Promise<number> {
  const head = Buffer.alloc(12);
  await pack.read(head, 0, head.length, 0);
  return head.readUInt32BE(8);
}

async function addAll(git: Git, outputs: readonly string[]): Promise<void> {
  await git(['add', '-A']);
  if (outputs.length === 0) return;
  // All at once is refused when one of them is not there.
  if (outputs.length > 1 && (await force(git, outputs))) return;
  for (const output of outputs) await force(git, [output]);
}

/** The commit that HEAD names and its tree; nulls when HEAD's branch is not born. */
async function headOf(git: Git): Promise<{ readonly tip: Oid | null; readonly tree: Oid | null }> {
  const [tip, tree] = (await git(['cat-file', '--batch-check=%(objectname)'], [0], 'HEAD^{commit}\nHEAD^{tree}\n')).split('\n');
  return { tip: fullId(tip), tree: fullId(tree) };
}

/** Git echoes what it does not find. */
function fullId(line: string | undefined): Oid | null {
  return line !== undefined && /^[0-9a-f]{40,64}$/.test(line) ? line : null;
}

/** An output counts even where git ignores it; one that is not there is no error here: the judgement says so. */
async function force(git: Git, outputs: readonly string[]): Promise<boolean> {
  try {
    await git(['add', '-f', '--', ...outputs]);
    return true;
  } catch (cause) {
    if (cause instanceof AttemptGitError) return false;
    throw cause;
  }
}

function identity(author: string): Env {
  const email = `${author}@coo.localhost`;
  return { GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: author, GIT_COMMITTER_EMAIL: email };
}

/** What git died of; without one, all that it said but advice and warnings. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !/^(?:hint|warning):/.test(line));
  return lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.slice(0, 3).join(' ');
}

type Git = (args: readonly string[], okExits?: readonly number[], stdin?: string) => Promise<string>;

interface Output {
  /** Where its standard output goes, in place of the answer. */
  readonly out?: number;
  /** Bytes of the answer that are kept. */
  readonly cap?: number;
}

function worker(cell: Pick<Cell, 'wrap'>, folder: string, env: Env, output: Output = {}): Git {
  const pinned = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'commit.gpgSign=false', '-c', 'core.safecrlf=false'];
  return async (args, okExits = [0], stdin = '') => {
    const { exit, stdout, stderr } = await run(cell.wrap({ argv: ['git', ...pinned, ...args], cwd: folder, env: { ...env, LC_ALL: 'C' } }), folder, stdin, output);
    if (okExits.includes(exit)) return stdout;
    throw new AttemptGitError(`git ${args[0] ?? ''} in the workspace exited with ${String(exit)}: ${reasonIn(stderr)}`);
  };
}

function run({ argv: [program, ...args], env }: Confined, cwd: string, stdin: string, { out, cap = OUTPUT_CAP }: Output): Promise<{ readonly exit: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', out ?? 'pipe', 'pipe'] });
    // Not spawn's own time limit: its timer goes on, and keeps the process, when the child could not be started.
    const late = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let kept = 0;
    const keep = (into: Buffer[]) => (chunk: Buffer): void => {
      kept += chunk.length;
      if (kept <= cap) into.push(chunk);
    };
    child.stdout?.on('data', keep(stdout));
    child.stderr?.on('data', keep(stderr));
    // Who ends without reading has said why on stderr.
    child.stdin?.on('error', () => child.stdin?.destroy());
    child.stdin?.end(stdin);
    child.on('error', (cause) => {
      clearTimeout(late);
      reject(errno(cause) === 'ENOENT' && existsSync(cwd) ? gitMissing() : new AttemptGitError(`git does not start in ${cwd}: ${cause.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ exit: code ?? 137, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}
