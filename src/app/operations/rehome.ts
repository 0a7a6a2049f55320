import type { Rejection } from '../../kernel/rejection.ts';
import type { PlanStatus } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import type { RefChange } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { ADOPT, livingHome, markOf, readHome, requireHome, writeHome } from '../ledger/home.ts';
import type { Home } from '../ledger/home.ts';
import { readLedgerCommit } from '../ledger/commit.ts';
import { DEFAULT_PREFIX, PREFIXES, refNames } from '../ledger/names.ts';
import { LedgerSession } from '../ledger/session.ts';
import { managerLife } from '../manager/epoch.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand } from './by-hand.ts';
import type { InitOptions } from './init.ts';
import type { ByHand } from './manage.ts';
import { furnish } from './move-home.ts';
import { insideAttempt, noLedger } from './no-ledger.ts';

export interface Rehome extends ByHand {
  readonly init: InitOptions;
}

export interface Rehomed {
  readonly schema: 'coo/rehomed.v1';
  /** The git folder that is the home now. */
  readonly home: string;
  /** The entry that records it. */
  readonly seq: number;
  readonly notes: readonly string[];
}

const ENDED: ReadonlySet<PlanStatus> = new Set(['done', 'cancelled']);

/**
 * A person's word that the home of the ledger is lost, or that this folder is it and was moved: the ledger goes on here. Refused with HOME_LIVES
 * while a home can be seen alive on this host. First the branches that are missing, then the event, then the mark: killed between, the same command
 * again finishes it.
 */
export async function rehome(world: LedgerWorld, { init, by, reason }: Rehome): Promise<{ readonly ok: true; readonly rehomed: Rehomed } | { readonly ok: false; readonly rejection: Rejection }> {
  const { worktree, common } = world.layout;
  if (worktree === null) throw new Failure({ code: 'BARE', message: `${common} is a bare repository: there is no worktree for plans and messages`, fix: 'run this in a clone with a worktree' });
  const inside = await insideAttempt(world);
  if (inside !== undefined) throw inside;
  const unfit = await init.operator.unfit();
  if (unfit !== null) throw new Failure(unfit);
  const mark = await readHome(world);
  const prefix = mark?.prefix ?? (await prefixHere(world));
  const found = await LedgerSession.open(world, 'all', mark ?? (prefix === undefined ? undefined : await markOf(world, '', prefix)));
  if (found.head === null) throw await noLedger(world);
  const { ledger, home } = found.state;
  if (ledger === null) throw await noLedger(world);
  await requireLost(found, mark, ledger, await init.operator.origin());
  await requireNewest(found);
  const as = await markOf(world, ledger, prefix ?? DEFAULT_PREFIX, home ?? undefined);
  const notes = await branches(found, as.prefix);
  const session = await LedgerSession.open(world, 'all', as);
  const done = await applyByHand(session, { type: 'adopt_home', to: worktree, by, reason, at_ms: world.clock.now() });
  if (!done.ok) return { ok: false, rejection: done.rejection };
  await writeHome(world, ledger, as.prefix, worktree);
  const made = await furnish(session, world, init);
  return { ok: true, rehomed: { schema: 'coo/rehomed.v1', home: common, seq: session.seq, notes: [...notes, ...made, OTHER] } };
}

const OTHER = 'entries that the old home made and this clone never fetched are not in it; should that home come back, do not work in it: its ledger would be another from here on';

/** The prefix of the ledger's branches in this clone; undefined where there is no such branch. */
async function prefixHere({ git }: LedgerWorld): Promise<string | undefined> {
  for (const prefix of PREFIXES) if ((await git.ref(refNames(prefix).ledger)) !== null) return prefix;
  return undefined;
}

/** Refuses where this clone is the home, or another is seen alive: in the folder of the mark, where the ledger says that it is, or where this was cloned from. */
async function requireLost(session: LedgerSession, mark: Home | undefined, ledger: string, origin: string | null): Promise<void> {
  const { world, state } = session;
  if (mark !== undefined && (await isHome(world, mark, session))) throw new Failure({ code: 'UNCHANGED', message: `${world.layout.common} is the home of ledger ${ledger} already`, fix: 'nothing to do' });
  const life = managerLife(session);
  if (life.kind === 'alive' || life.kind === 'stopped') throw new Failure({ code: 'HOME_LIVES', message: `the manager of epoch ${String(life.epoch)} (process ${String(life.pid)}) works on this ledger`, fix: `stop it first: kill ${String(life.pid)}` });
  const places = [mark?.path, mark?.left, state.home, origin?.replace(/^file:\/\//, '')];
  const lives = await livingHome(world, ledger, places.flatMap((place) => (place?.startsWith('/') === true ? [place] : [])));
  if (lives === undefined) return;
  const there = lives.replace(/\/\.git$/, '');
  throw new Failure({ code: 'HOME_LIVES', message: `the home of ledger ${ledger} is ${lives}, and it is there`, fix: `work there: coo -C ${there} status; or move it here: coo -C ${there} ledger move ${world.layout.worktree ?? world.layout.common} --reason '...'` });
}

async function isHome(world: LedgerWorld, mark: Home, session: LedgerSession): Promise<boolean> {
  try {
    await requireHome(world, mark, session.state);
    return true;
  } catch (cause) {
    if (cause instanceof Failure) return false;
    throw cause;
  }
}

/** What was fetched of the ledger may be ahead of this clone's own branch: going on from the older one would lose what came after it. */
async function requireNewest({ world, refs, head }: LedgerSession): Promise<void> {
  const fetched = refs.ledger.replace('refs/heads/', 'refs/remotes/origin/');
  const there = await world.git.ref(fetched);
  if (there === null || head === null || there === head) return;
  const [ours, theirs] = [await readLedgerCommit(world.git, head), await readLedgerCommit(world.git, there)];
  if (theirs.seq <= ours.seq) return;
  throw new Failure({ code: 'LEDGER_BEHIND', message: `${refs.ledger} ends with entry ${String(ours.seq)}, and ${fetched} holds ${String(theirs.seq)}`, fix: `take them over: git fetch . ${fetched}:${refs.ledger}; then ${ADOPT}` });
}

/** Makes the ledger's branch, and those of plans that go on, where this clone has none of its own. Says which of them lack their commits. */
async function branches({ world: { git }, state, head }: LedgerSession, prefix: string): Promise<readonly string[]> {
  const refs = refNames(prefix);
  const changes: RefChange[] = (await git.ref(refs.ledger)) === null ? [{ ref: refs.ledger, before: null, after: head }] : [];
  const notes: string[] = [];
  for (const known of state.plans.values()) {
    const { plan, tip } = known;
    const ref = refs.plan(plan.plan_id);
    if (tip === null || ENDED.has(planStatus(known)) || (await git.ref(ref)) !== null) continue;
    if ((await git.read(tip)) === null) notes.push(`${ref} is not here, nor its commit ${tip}: fetch it from a clone that has it, then git update-ref ${ref} ${tip}`);
    else changes.push({ ref, before: null, after: tip });
  }
  if (changes.length === 0) return notes;
  const swapped = await git.swap(changes);
  if (swapped.kind !== 'done') throw new Failure({ code: 'TRY_AGAIN', message: 'refs were moved by somebody else meanwhile', fix: 'run the command again', exit: 75 });
  return notes;
}
