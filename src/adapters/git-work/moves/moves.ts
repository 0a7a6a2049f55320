import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Oid } from '../../../ports/git-store.ts';
import type { GitWork, InTheWay, PreparedMove, ResumedMoves } from '../../../ports/git-work.ts';
import type { Owner } from '../../../ports/process.ts';
import { checkRefName } from '../../git-store/ref-names.ts';
import { Refs } from '../../git-store/refs.ts';
import type { Context } from '../context.ts';
import { isAncestor } from '../history.ts';
import { emptyTree, fullId } from '../oid.ts';
import { busy, dirty, locked, unreachable } from './in-the-way.ts';
import { dropMove, holdsLock, moveFiles, notedMoves, putIndex, readNote, releaseLock, takeLock, writeNote } from './notes.ts';
import type { MoveFiles, MoveNote } from './notes.ts';
import type { OperatorTree } from './operator-git.ts';
import { follow, readyIndex } from './ready-index.ts';
import { holdOn, placeOf, worktreeGitDirs } from './worktrees.ts';

interface Move {
  readonly note: MoveNote;
  readonly files: MoveFiles;
  readonly tree: OperatorTree;
}

/** Time for a git that outlived its coo to end by itself, milliseconds. */
const ORPHAN_GRACE_MS = 2_000;

/**
 * Moves of branches that are checked out. In order, each worktree: note durable, `index.lock` taken, HEAD read again, edits checked,
 * index prepared aside; then the caller swaps the ref; then files, index, lock, note. A kill anywhere in between is finished or undone by `resume`.
 */
export function openMoves(context: Context): Pick<GitWork, 'prepareMove' | 'resumeMoves'> {
  const commonDir = context.shared.gitDir;
  /** Moves of this process between prepare and finish. */
  const active = new Set<string>();

  const close = async ({ files, note }: Move): Promise<void> => {
    await dropMove(commonDir, files, note.gitDir);
    active.delete(files.id);
  };

  /** Locks and checks one worktree. `null` = it has nothing to do with the branch after all. */
  const take = async (note: MoveNote): Promise<Move | InTheWay | null> => {
    const move = moveOf(context, `${String(note.owner.pid)}-${context.random.hex(8)}`, note);
    active.add(move.files.id);
    try {
      await writeNote(commonDir, move.files, note);
      const found = await lockAndReady(context, move, false);
      if (found === 'ready') return move;
      await close(move);
      return found === 'gone' ? null : found;
    } catch (error) {
      await close(move);
      throw error;
    }
  };

  const finishOne = async (move: Move): Promise<InTheWay | undefined> => {
    const obstacle = await follow(context, move.tree, move.note);
    if (obstacle !== undefined) {
      // The note stays: the branch has moved, and the worktree shall follow when it can.
      release(move);
      active.delete(move.files.id);
      return dirty(move.note.worktree, move.note.branch, obstacle);
    }
    await putIndex(move.files, move.note.gitDir);
    await close(move);
    return undefined;
  };

  return {
    async prepareMove(branch, before, after) {
      checkRefName(branch);
      const common = { branch, before: fullId(context.format, before ?? emptyTree(context.format)), after: fullId(context.format, after), owner: context.processes.self() };
      const taken: Move[] = [];
      const undo = async (): Promise<void> => {
        for (const move of taken.splice(0)) await close(move);
      };
      try {
        for (const gitDir of worktreeGitDirs(commonDir)) {
          const hold = holdOn(gitDir, branch);
          if (hold.kind === 'none') continue;
          const place = await placeOf(context, gitDir);
          if (place.kind === 'none') continue;
          const move =
            place.kind === 'unknown' ? unreachable(gitDir, branch, place.why)
            : hold.kind === 'busy' ? busy(place.folder, branch, hold.operation)
            : await take({ ...common, gitDir, worktree: place.folder });
          if (move === null) continue;
          if ('kind' in move) {
            await undo();
            return move;
          }
          taken.push(move);
        }
      } catch (error) {
        await undo();
        throw error;
      }
      return prepared(taken, finishOne, undo);
    },

    async resumeMoves(replaced) {
      const finished = new Set<string>();
      const waiting: InTheWay[] = [];
      for (const id of notedMoves(commonDir)) {
        const files = moveFiles(commonDir, id);
        if (active.has(id) || !existsSync(files.note)) continue;
        const noted = moveOf(context, id, readNote(files));
        const move = isReplaced(context, noted.note.owner, replaced) ? await renamed(context, noted) : noted;
        const found = await resumeOne(context, move);
        if (found === 'dropped') await close(move);
        else if (found === 'ready') {
          const blocked = await finishOne(move);
          if (blocked === undefined) finished.add(move.note.branch);
          else waiting.push(blocked);
        } else if (found !== 'theirs') {
          release(move);
          waiting.push(found);
        }
      }
      return { finished: [...finished], waiting } satisfies ResumedMoves;
    },
  };
}

function prepared(taken: readonly Move[], finishOne: (move: Move) => Promise<InTheWay | undefined>, undo: () => Promise<void>): PreparedMove {
  // Whoever replaced us finishes it.
  const isTaken = (move: Move): boolean => !existsSync(move.files.note);
  return {
    async finish() {
      const waiting: InTheWay[] = [];
      for (const move of taken) {
        if (isTaken(move)) continue;
        try {
          const blocked = await finishOne(move);
          if (blocked !== undefined) waiting.push(blocked);
        } catch (error) {
          if (!isTaken(move)) throw error;
        }
      }
      return waiting;
    },
    abandon: undo,
  };
}

function moveOf(context: Context, id: string, note: MoveNote): Move {
  const files = moveFiles(context.shared.gitDir, id);
  return { note, files, tree: { gitDir: note.gitDir, folder: note.worktree, indexFile: files.index, marker: `COO_MOVE=${id}` } };
}

/** Gives the worktree back to the operator while the move waits. */
function isReplaced(context: Context, owner: Owner, replaced: ((owner: Owner) => boolean) | undefined): boolean {
  const life = context.processes.life(owner);
  return (life === 'alive' || life === 'stopped') && replaced?.(owner) === true;
}

/**
 * A move of another process that still lives, under a name of our own: noted first, so that a kill in between leaves one that is found.
 * The other's git is ended; the other itself, when it goes on, finds neither its lock nor its index.
 */
async function renamed(context: Context, move: Move): Promise<Move> {
  const commonDir = context.shared.gitDir;
  const ours = moveOf(context, `${String(context.processes.self().pid)}-${context.random.hex(8)}`, { ...move.note, owner: context.processes.self() });
  await writeNote(commonDir, ours.files, ours.note);
  await context.processes.killTree({ marker: move.tree.marker }, 0);
  if (existsSync(move.files.lock)) renameSync(move.files.lock, ours.files.lock);
  await dropMove(commonDir, move.files, move.note.gitDir);
  return ours;
}

function release({ files, note }: Move): void {
  for (const path of [files.index, `${files.index}.lock`]) rmSync(path, { force: true });
  releaseLock(files, note.gitDir);
}

/** Takes the lock, reads HEAD again under it, and prepares the index. `gone` = the branch is not checked out there any more. */
async function lockAndReady(context: Context, { files, note, tree }: Move, interrupted: boolean): Promise<'ready' | 'gone' | InTheWay> {
  if (!takeLock(files, note.gitDir)) return locked(note.worktree, note.gitDir, note.branch);
  const hold = holdOn(note.gitDir, note.branch);
  if (hold.kind === 'none') return 'gone';
  if (hold.kind === 'busy') return busy(note.worktree, note.branch, hold.operation);
  const obstacle = await readyIndex(context, tree, note, interrupted);
  return obstacle === undefined ? 'ready' : dirty(note.worktree, note.branch, obstacle);
}

/** Decides what becomes of a move whose process is gone. `theirs` = it is not gone. */
async function resumeOne(context: Context, move: Move): Promise<'ready' | 'dropped' | 'theirs' | InTheWay> {
  const { note, tree, files } = move;
  const self = context.processes.self();
  const own = note.owner.nonce === self.nonce && note.owner.pid === self.pid;
  const life = own ? 'dead' : context.processes.life(note.owner);
  if (life === 'alive' || life === 'stopped') return 'theirs';
  if (life === 'unknown') return unreachable(note.gitDir, note.branch, `another host (pid ${String(note.owner.pid)}) began to move it`);
  // A git of the dead process runs on by itself: two of them must not write the same files.
  const left = await context.processes.killTree({ marker: tree.marker }, ORPHAN_GRACE_MS);
  if (left.length > 0) return unreachable(note.gitDir, note.branch, `pid ${String(left[0])} still writes there`);
  if (!existsSync(note.gitDir) || !existsSync(note.worktree) || !(await shouldFollow(context, note, files))) return 'dropped';
  const found = await lockAndReady(context, move, true);
  return found === 'gone' ? 'dropped' : found;
}

/** Whether the swap happened. When the branch went on from there, the files are ours to move only if our lock has kept everyone else away. */
async function shouldFollow(context: Context, note: MoveNote, files: MoveFiles): Promise<boolean> {
  const now: Oid | null = new Refs(context.shared.gitDir, context.format).read(note.branch);
  if (now === null || now === note.before) return false;
  return now === note.after || (holdsLock(files, note.gitDir) && (await isAncestor(context, note.after, now)));
}
