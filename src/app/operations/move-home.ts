import type { InputOf } from '../../kernel/input.ts';
import type { RefChange } from '../../ports/git-store.ts';
import type { Handed, Handover } from '../../ports/handover.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { Failure } from '../failure.ts';
import { isFault } from '../faults.ts';
import { busPaths, cooPaths, workspacesPath } from '../layout.ts';
import { leaveHome, readHome, requireHome, requireNotHalted, writeHome } from '../ledger/home.ts';
import type { Home } from '../ledger/home.ts';
import { probeFiles } from '../ledger/probe.ts';
import { SNAPSHOT_TAGS } from '../ledger/names.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { managerLife } from '../manager/epoch.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';
import { init, ORG_BACK } from './init.ts';
import type { InitOptions } from './init.ts';
import type { ByHand } from './manage.ts';
import { insideAttempt } from './no-ledger.ts';

export interface MoveHome extends ByHand {
  /** The clone that becomes the home. */
  readonly there: LedgerWorld;
  /** Into that clone. */
  readonly handover: Handover;
  /** To make its folders. */
  readonly init: InitOptions;
}

/** Files that do not go along: where they are, and how many. */
export interface LeftBehind {
  readonly what: 'spool' | 'inbox' | 'results' | 'workspaces';
  readonly path: string;
  readonly count: number;
}

export interface Moved {
  readonly schema: 'coo/ledger-moved.v1';
  readonly ledger: string;
  readonly from: string;
  readonly to: string;
  /** The entry of the move. */
  readonly seq: number;
  /** Refs that the other clone did not have, or had older. */
  readonly refs: number;
  readonly left: readonly LeftBehind[];
  readonly notes: readonly string[];
}

const ORG_CAP = 1_048_576;

/**
 * The ledger goes on in another clone. In this order, so that a kill anywhere leaves at most one clone that can append, and the same command
 * again finishes it: the event (from then on nobody can append here), objects and refs, the mark there, the mark here.
 */
export async function moveHome(here: LedgerWorld, move: MoveHome): Promise<{ readonly ok: true; readonly moved: Moved } | { readonly ok: false; readonly rejection: Rejection }> {
  const { there, handover, by, reason } = move;
  const to = await fit(here, there);
  const session = await openLedger(here, 'all');
  await session.ensureAll();
  const home = await readHome(here);
  if (home === undefined || session.state.home !== to) await requireHome(here, home, session.state);
  const { prefix, ledger } = home ?? notHome(here);
  await requireTaker(move, { prefix, ledger });
  const prefixes = ['refs/coo', `refs/heads/${prefix}`, SNAPSHOT_TAGS];
  if (session.state.home !== to) {
    requireFree(await handover.fetch(here.layout.common, prefixes), there, []);
    const done = await depart(session, { type: 'move_home', to, by, reason, at_ms: here.clock.now() });
    if (!done.ok) return { ok: false, rejection: done.rejection };
  }
  const handed = await handover.fetch(here.layout.common, prefixes);
  // A second run may find that the ledger has gone on there.
  requireFree(handed, there, ['ahead']);
  const changes = inOrder(handed, session);
  const swapped = await there.git.swap(changes);
  if (swapped.kind !== 'done') throw new Failure({ code: 'TRY_AGAIN', message: `refs of ${to} were moved by somebody else meanwhile`, fix: 'run the command again: it goes on where it was', exit: 75 });
  await writeHome(there, ledger, prefix, to);
  if (home !== undefined) await leaveHome(here, home, to);
  const made = await furnish(session, there, move.init);
  return { ok: true, moved: { schema: 'coo/ledger-moved.v1', ledger, from: here.layout.worktree ?? here.layout.common, to, seq: session.seq, refs: changes.length, left: await leftBehind(here, ledger), notes: [...made, ...(await targetNote(here, session, there))] } };
}

/** The move itself. A manager that died cannot end its epoch: that is done for it. What it left at work, only another manager brings to its end. */
async function depart(session: LedgerSession, input: InputOf<'move_home'>): Promise<Done> {
  const done = await applyByHand(session, input);
  const life = managerLife(session);
  if (done.ok || life.kind !== 'dead') return done;
  if (done.rejection.code !== 'EPOCH_OLD') return { ...done, rejection: { ...done.rejection, fix: 'its manager died, and another brings that to its end: coo pause --reason moving; coo run --once; then again' } };
  await applyByHand(session, { type: 'end', epoch: life.epoch, at_ms: input.at_ms });
  return applyByHand(session, input);
}

/** The other clone in the words of the event: where a person goes to work there. Refuses what can be no home. */
async function fit(here: LedgerWorld, there: LedgerWorld): Promise<string> {
  const { worktree, common } = there.layout;
  if (common === here.layout.common) throw new Failure({ code: 'SAME_CLONE', message: `${common} is this clone`, fix: 'name the folder of another clone' });
  if (worktree === null) throw new Failure({ code: 'BARE', message: `${common} is a bare repository: there is no worktree for plans and messages`, fix: 'name a clone with a worktree' });
  const inside = await insideAttempt(there);
  if (inside !== undefined) throw inside;
  if (there.git.format !== here.git.format) throw new Failure({ code: 'FORMAT', message: `${worktree} is a ${there.git.format} repository, this one is ${here.git.format}`, fix: 'name a clone of this repository' });
  return worktree;
}

function notHome({ layout }: LedgerWorld): never {
  throw new Failure({ code: 'NOT_HOME', message: `${layout.common} is not the home of a ledger: there is nothing to move`, fix: 'run this in the clone where coo init was run' });
}

/** The other clone must be able to append: no other ledger's home, not halted, on a disk that keeps what it promises, with room for the branches. */
async function requireTaker({ there, init: { operator } }: MoveHome, { ledger, prefix }: Pick<Home, 'ledger' | 'prefix'>): Promise<void> {
  const { common, worktree } = there.layout;
  const unfit = await operator.unfit();
  if (unfit !== null) throw new Failure(unfit);
  const home = await readHome(there);
  if (home !== undefined && home.ledger !== ledger) throw new Failure({ code: 'HOME_TAKEN', message: `${common} is the home of another ledger (${home.ledger})`, fix: 'name another clone: a clone holds one ledger' });
  if ((await there.git.ref(`refs/heads/${prefix}`)) !== null) throw new Failure({ code: 'PREFIX_TAKEN', message: `a branch named ${prefix} is in the way of ${prefix}/ledger in ${common}`, fix: `rename it: git -C ${worktree ?? common} branch -m ${prefix} <new name>` });
  await requireNotHalted(there, undefined);
  await there.files.folder(there.layout.coo);
  await probeFiles(there);
}

/** Nothing of the other clone's own is moved: its refs of these names are absent, the same, or older, and no worktree stands on one that moves. */
function requireFree(handed: readonly Handed[], { layout }: LedgerWorld, also: readonly Handed['stands'][]): void {
  const folder = layout.worktree ?? layout.common;
  const lost = handed.find(({ stands }) => stands === 'apart' || (stands === 'ahead' && !also.includes(stands)));
  if (lost !== undefined) {
    const { ref, stands } = lost;
    throw new Failure({ code: 'REF_IN_THE_WAY', message: `${ref} in ${folder} is ${stands === 'ahead' ? 'newer than' : 'another than'} the one here`, fix: `look at it (git -C ${folder} log ${ref}), keep it under another name, then: git -C ${folder} update-ref -d ${ref}` });
  }
  const held = handed.find(({ stands, checkedOut }) => stands === 'behind' && checkedOut !== null);
  if (held !== undefined) throw new Failure({ code: 'WORKTREE_BUSY', message: `${held.ref} is checked out in ${held.checkedOut ?? ''}, and would move under its files`, fix: `git -C ${held.checkedOut ?? ''} switch --detach` });
}

/** The changes of one transaction: the ledger first, what was seen of it last, as when it is appended to. */
function inOrder(handed: readonly Handed[], { refs }: LedgerSession): readonly RefChange[] {
  const rank = ({ ref }: RefChange): number => (ref === refs.ledger ? 0 : ref === refs.seen ? 2 : 1);
  const moving = handed.filter(({ stands }) => stands === 'absent' || stands === 'behind');
  return moving.map(({ ref, here, id }) => ({ ref, before: here, after: id })).sort((a, b) => rank(a) - rank(b));
}

const ORG_MADE = '_plans/coo.yaml was missing there and is made from the ledger';

/** Folders and organisation of the new home, where they are missing. */
export async function furnish(session: LedgerSession, there: LedgerWorld, options: InitOptions): Promise<readonly string[]> {
  const { made, notes } = await init(there, options);
  if (made.includes(ORG_BACK)) return [...notes, ORG_MADE];
  const org = await session.file('_plans/coo.yaml', ORG_CAP);
  if (org === null || there.layout.worktree === null) return notes;
  try {
    await there.files.create(busPaths.org(there.layout.worktree), org);
    return [...notes, ORG_MADE];
  } catch (cause) {
    if (isFault(cause, 'FILE_EXISTS')) return notes;
    throw cause;
  }
}

/** Plans are merged into the target of the clone that is the home. */
async function targetNote(here: LedgerWorld, { state }: LedgerSession, there: LedgerWorld): Promise<readonly string[]> {
  const target = state.org?.target;
  if (target === undefined || (await here.git.ref(`refs/heads/${target}`)) === (await there.git.ref(`refs/heads/${target}`))) return [];
  return [`${target} stands elsewhere there: plans are merged into it where the home is; bring it up to date first`];
}

async function leftBehind(here: LedgerWorld, ledger: string): Promise<readonly LeftBehind[]> {
  const { files, layout } = here;
  const left: LeftBehind[] = [];
  const note = (what: LeftBehind['what'], path: string, names: readonly string[]): void => {
    const count = names.filter((name) => !name.startsWith('.') && name !== 'README.md').length;
    if (count > 0) left.push({ what, path, count });
  };
  const spool = cooPaths.spool(layout);
  for (const epoch of await files.list(spool)) note('spool', `${spool}/${epoch}`, await files.list(`${spool}/${epoch}`));
  if (layout.worktree !== null) note('inbox', busPaths.inbox(layout.worktree), await files.list(busPaths.inbox(layout.worktree)));
  note('results', cooPaths.results(layout), await files.list(cooPaths.results(layout)));
  const workspaces = workspacesPath(layout, ledger);
  note('workspaces', workspaces, await files.list(workspaces));
  return left;
}
