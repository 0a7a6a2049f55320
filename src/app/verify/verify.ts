import { FormatError } from '../../format/canonical.ts';
import { entryPath, entrySeq } from '../../format/entry.ts';
import type { State } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import { AppendOnly } from '../history/append-only.ts';
import { movedTo } from '../ledger/home.ts';
import { snapshotRef } from '../ledger/names.ts';
import { LedgerTree } from '../ledger/tree.ts';
import type { Leaf } from '../ledger/tree.ts';
import type { LedgerWorld } from '../world.ts';
import { compare } from './against.ts';
import type { Compared, Observer } from './against.ts';
import { checkBranches, checkMerges } from './branches.ts';
import { checkChain } from './chain.ts';
import type { Chain, EntryLeaf, Range } from './chain.ts';
import { Findings } from './findings.ts';
import type { VerifyFinding } from './findings.ts';
import { behindOrders } from './files.ts';
import { checkHistory } from './history.ts';
import { checkBeyond, checkMirror } from './mirror.ts';
import { checkRecord } from './record.ts';
import { checkSnapshots } from './snapshots.ts';
import { findTarget } from './target.ts';
import type { Target } from './target.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** Something that this clone does not have, so that it was not looked at. */
export interface Absent {
  readonly what: 'history' | 'branch' | 'merge' | 'decision' | 'snapshot';
  readonly message: string;
}

export interface Verified {
  readonly schema: 'coo/verify.v1';
  readonly ok: boolean;
  /** What was looked at: its name, and the commit's id. */
  readonly at: string;
  readonly commit: string;
  readonly range: Range;
  readonly entries: number;
  readonly receipts: number;
  readonly findings: readonly VerifyFinding[];
  readonly absent: readonly Absent[];
  readonly verdict: Verdict;
  /** Where another's view was asked for: how theirs stands to ours, and their last entry. */
  readonly against?: Omit<Compared, 'findings'>;
}

export interface VerifyOptions {
  /** A branch, a tag, a full ref or a full commit id; the ledger's branch where it is absent. */
  readonly at?: string;
  /** Entries to check; all where it is absent. */
  readonly range?: { readonly from: number; readonly to: number | undefined };
  /** Whose view of the ledger it is held against, given the name of its branch. */
  readonly against?: (ref: string) => Promise<Observer>;
}

/** From so many files on, a thread for them costs less than it saves. */
const MANY = 5_000;

/**
 * Proves the whole record from the commit's blobs alone: every entry byte for byte, linked to the one before, decided as the kernel decides; every file it names
 * present with its digest and true to what was granted and accepted; no file that no entry names; each commit of the branch adding its entry and no more. Then
 * that the plans' branches and the copies in the worktree are the same.
 */
export async function verify(world: LedgerWorld, options: VerifyOptions = {}): Promise<Verified> {
  const findings = new Findings();
  const target = await findTarget(world, options.at, findings);
  const leaves = await leavesOf(world, target);
  const entries = entriesOf(leaves);
  const range = rangeOf(options, target);
  const isAll = options.range === undefined;
  const others = behindOrders(leaves.filter((leaf) => entrySeq(leaf.path) === undefined));
  const helper = !isAll || others.length < MANY ? undefined : await world.beside?.(others);
  // Its failure is met below, after the chain.
  helper?.pieces.catch(() => undefined);
  const chain = await checkChain(world.git, entries, range, findings);
  const last = entries.at(-1)?.seq ?? 0;
  if (last !== target.commit.seq) findings.say('LEDGER_SEQ', entryPath(target.commit.seq), `the head says entry ${String(target.commit.seq)}, the tree ends at ${String(last)}`);
  checkNames(leaves, findings);
  const inRange = isAll ? undefined : pathsIn(chain, range);
  const files = inRange === undefined ? others : others.filter((leaf) => inRange.has(leaf.path));
  const blobs = new Map(leaves.map(({ path, id }) => [path, id]));
  const ofHistory = new Findings();
  const [history, record] = await Promise.all([
    checkHistory(world.git, target.commit.id, { entries: chain.entries, blobs, named: chain.named, views: chain.views }, range, ofHistory),
    checkRecord(world, files, helper, chain, isAll, findings),
  ]);
  findings.list.push(...ofHistory.list);
  const absent = toldOf(chain, history.isCut);
  if (target.isNewest) {
    const branches = await checkBranches(world.git, target, chain.state, findings);
    if (branches.length > 0) absent.push({ what: 'branch', message: `${String(branches.length)} branches of plans are not in this clone, such as ${branches[0] ?? ''}` });
    const merges = await checkMerges(world.git, chain.state, record.accepted, findings);
    if (merges > 0) absent.push({ what: 'merge', message: `${String(merges)} merged attempts are not in this clone: git fetch origin '${target.refs.plan('*')}:${target.refs.plan('*')}'` });
    const tags = await checkSnapshots(world.git, chain, blobs, findings);
    if (tags.length > 0) absent.push({ what: 'snapshot', message: `${String(tags.length)} tags of snapshots are not in this clone: git fetch origin '${snapshotRef('*')}:${snapshotRef('*')}'` });
    if (isAll && world.layout.worktree !== null) {
      await checkMirror(world, world.layout.worktree, leaves, findings);
      if (isHome(target, chain.state)) await checkBeyond(world, world.layout.worktree, target.refs.ledger, { ledger: chain.state.ledger ?? '', seq: last, head: target.commit.id }, findings);
    }
  }
  const against = options.against === undefined ? undefined : await compare(world.git, { ...target, isHome: isHome(target, chain.state) }, await options.against(target.refs.ledger));
  findings.list.push(...(against?.findings ?? []));
  const verdict = verdictOf(chain.state, chain.attempts.ended, chain.unsigned, findings.list);
  return { schema: 'coo/verify.v1', ok: findings.list.length === 0, at: target.name, commit: target.commit.id, range, entries: entries.length, receipts: record.receipts, findings: findings.list, absent, verdict, ...(against === undefined ? {} : { against: { against: against.against, stands: against.stands, seq: against.seq } }) };
}

function isHome({ home, isNewest }: Target, state: Pick<State, 'home'>): boolean {
  return isNewest && home !== undefined && movedTo(home, state) === undefined;
}

async function leavesOf(world: LedgerWorld, { commit }: Target): Promise<readonly Leaf[]> {
  try {
    return await new LedgerTree(world.git, commit.tree).leaves();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new Failure({ code: cause.code, message: `a folder of commit ${commit.id} ${cause.message}`, fix: 'git fsck; put the branch back to the last good commit, which refs/coo/seen or another clone has', exit: 7, cause });
  }
}

function entriesOf(leaves: readonly Leaf[]): readonly EntryLeaf[] {
  const entries = leaves.flatMap((leaf) => {
    const seq = entrySeq(leaf.path);
    return seq === undefined ? [] : [{ ...leaf, seq }];
  });
  return entries.sort((a, b) => a.seq - b.seq);
}

function rangeOf({ range }: VerifyOptions, { commit }: Target): Range {
  const { from = 1, to = commit.seq } = range ?? {};
  if (from >= 1 && from <= to && to <= commit.seq) return { from, to };
  throw new Failure({ code: 'RANGE', message: `entries ${String(from)} to ${String(to)} are not all there: the ledger has ${String(commit.seq)}`, fix: `name entries from 1 to ${String(commit.seq)}, as in --range 1..${String(commit.seq)}` });
}

/** Paths of what the entries of a range name, and of the orders that its receipts answer: these were committed with their grants, which may stand before it. */
function pathsIn({ entries, attempts }: Chain, { from, to }: Range): ReadonlySet<string> {
  const named = entries.flatMap(({ seq, files }) => (seq >= from && seq <= to ? files.map(({ path }) => path) : []));
  return new Set([...named, ...named.flatMap((path) => attempts.orderOf(path) ?? [])]);
}

/** Plain files whose names are apart on every system. */
function checkNames(leaves: readonly Leaf[], findings: Findings): void {
  const names = new AppendOnly(() => true);
  for (const { path, mode } of leaves) {
    if (mode !== '100644') findings.say('RECORD_NOT_PLAIN', path, `has mode ${mode}; what coo records is a plain file`);
    const other = names.know(path);
    if (other !== undefined) findings.say('NAME_COLLIDES', path, `stands beside ${other}: where case or Unicode form does not count, the two are one file`);
  }
}

/** What was not checked, and why. */
function toldOf({ otherEngine }: Chain, isCut: boolean): Absent[] {
  const told: Absent[] = [];
  if (isCut) told.push({ what: 'history', message: 'the beginning of the branch is not in this clone: git fetch --unshallow' });
  if (otherEngine > 0) told.push({ what: 'decision', message: `${String(otherEngine)} entries were decided by another version of the engine, and are not decided again` });
  return told;
}
