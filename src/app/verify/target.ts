import { decodeTag } from '../../format/git-object.ts';
import type { GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { nearestOfCoo, readLedgerCommit } from '../ledger/commit.ts';
import type { LedgerCommit } from '../ledger/commit.ts';
import { readHome } from '../ledger/home.ts';
import type { Home } from '../ledger/home.ts';
import { DEFAULT_PREFIX, refNames } from '../ledger/names.ts';
import type { RefNames } from '../ledger/names.ts';
import { checkSeen } from '../ledger/seen.ts';
import { noLedger } from '../operations/no-ledger.ts';
import type { LedgerWorld } from '../world.ts';
import type { Findings } from './findings.ts';

const TAG_CAP = 67_108_864;

/** What is verified: one commit, and what this clone knows besides. */
export interface Target {
  readonly commit: LedgerCommit;
  /** The ref, or what was asked for. */
  readonly name: string;
  readonly refs: RefNames;
  readonly home: Home | undefined;
  /** Whether it is where the ledger's branch stands now: then branches and copies can be held against it. */
  readonly isNewest: boolean;
}

/** The commit of the ledger to look at: where its branch stands, in a clone that only fetched it where that stood; or `at`. */
export async function findTarget(world: LedgerWorld, at: string | undefined, findings: Findings): Promise<Target> {
  const home = await readHome(world);
  const refs = refNames(home?.prefix ?? DEFAULT_PREFIX);
  // First what was seen, then where the branch is: a publisher moves them the other way round.
  const seen = await world.git.ref(refs.seen);
  const name = await newestRef(world.git, refs);
  const newest = name === undefined ? null : await world.git.ref(name);
  const asked = at === undefined ? newest : await resolve(world.git, at);
  if (asked === null) {
    if (at === undefined && seen === null) throw await noLedger(world);
    if (at !== undefined) throw new Failure({ code: 'REV_UNKNOWN', message: `there is no ref and no commit ${at} in this clone`, fix: 'name a branch, a tag, a full ref or a full commit id; git show-ref lists the refs' });
    throw new Failure({ code: 'LEDGER_REWOUND', message: `${refs.ledger} is at nothing, but ${seen ?? ''} was seen before: the ledger was removed`, fix: `put it back: git update-ref ${refs.ledger} ${seen ?? ''}; then coo verify`, exit: 7 });
  }
  const isNewest = asked === newest;
  const commit = isNewest ? await lastCommit(world.git, name ?? refs.ledger, asked, findings) : await readLedgerCommit(world.git, asked);
  if (isNewest && seen !== null && seen !== commit.id) await holdAgainstSeen(world.git, refs, seen, commit, findings);
  return { commit, name: at ?? name ?? refs.ledger, refs, home, isNewest };
}

/** Where a branch stands; where somebody else built upon it, what coo made last below that, so that the rest is still told. */
async function lastCommit(git: GitStore, name: string, at: Oid, findings: Findings): Promise<LedgerCommit> {
  try {
    return await readLedgerCommit(git, at);
  } catch (cause) {
    const below = cause instanceof Failure && cause.code === 'LEDGER_FOREIGN' ? await nearestOfCoo(git, at) : undefined;
    if (below === undefined) throw cause;
    findings.say('LEDGER_FOREIGN', name, `stands at ${at}, which coo did not make; checked is what lies below it, entry ${String(below.seq)} (${below.id})`, `keep that commit aside and put the branch back: git branch ledger-aside ${at} && git update-ref ${name} ${below.id}; then coo verify`);
    return below;
  }
}

async function newestRef(git: GitStore, refs: RefNames): Promise<string | undefined> {
  for (const ref of [refs.ledger, remoteOf(refs.ledger)]) if ((await git.ref(ref)) !== null) return ref;
  return undefined;
}

/** Where a clone that fetched a branch from where it came keeps it. */
export function remoteOf(ref: string): string {
  return ref.replace('refs/heads/', 'refs/remotes/origin/');
}

/** A revision as git would look for it, by refs and ids alone: no `~1`, no `@{...}`. A ref of that name goes before an id. */
async function resolve(git: GitStore, rev: string): Promise<Oid | null> {
  const names = rev.startsWith('refs/') ? [rev] : [`refs/${rev}`, `refs/tags/${rev}`, `refs/heads/${rev}`, `refs/remotes/${rev}`];
  for (const name of names) {
    const id = await refOrNull(git, name);
    if (id !== null) return peeled(git, id);
  }
  return new RegExp(`^[0-9a-f]{${git.format === 'sha1' ? '40' : '64'}}$`).test(rev) ? rev : null;
}

/** The commit of an annotated tag. */
async function peeled(git: GitStore, id: Oid): Promise<Oid> {
  const object = await git.read(id, TAG_CAP);
  return object?.type === 'tag' ? (decodeTag(object.bytes)?.object ?? id) : id;
}

async function refOrNull(git: GitStore, name: string): Promise<Oid | null> {
  try {
    return await git.ref(name);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'GIT_REF_NAME') return null;
    throw cause;
  }
}

async function holdAgainstSeen(git: GitStore, refs: RefNames, seen: Oid, commit: LedgerCommit, findings: Findings): Promise<void> {
  try {
    await checkSeen(git, refs, seen, commit);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    findings.say(cause.code, refs.ledger, cause.message, cause.fix);
  }
}
