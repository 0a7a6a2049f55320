import type { Oid } from '../../ports/git-store.ts';
import type { History, KnownCommits, TreeChange } from '../../ports/history.ts';
import { foldPath } from '../../format/paths.ts';
import { Failure } from '../failure.ts';
import { AppendOnly } from '../history/append-only.ts';
import { SNAPSHOT_TAGS, snapshotRef } from '../ledger/names.ts';
import { readChange } from './change.ts';
import { checkRange } from './check.ts';
import type { Context } from './context.ts';
import type { GuardFinding } from './finding.ts';
import { readLedger } from './ledger-facts.ts';
import type { LedgerFacts } from './ledger-facts.ts';
import { isRecordPath } from './paths.ts';
import { readPolicy } from './policy.ts';
import type { Push } from './pushes.ts';
import { NONE, report } from './report.ts';
import type { Checked, GuardReport, GuardTools } from './report.ts';
import { nextEntries } from './rules/next-entries.ts';

const LEDGER_SUFFIX = '/ledger';
const DEFAULT_PREFIX = 'coo';
const LEDGER_BRANCH = `refs/heads/${DEFAULT_PREFIX}${LEDGER_SUFFIX}`;
const LEDGER_PLACES = [LEDGER_BRANCH, `refs/remotes/origin/${DEFAULT_PREFIX}${LEDGER_SUFFIX}`];
/** Where git looks for a short name, in its order (gitrevisions(7)). */
const PLACES_OF_NAMES = ['refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];
/** What each clone keeps for itself, and what would change everybody's view of a commit. */
const NOT_PUSHED = /^refs\/(?:replace|coo)\//;

export interface CiOptions {
  readonly base: string;
  readonly head: string;
  /** The branch that the range is of, where it is known: `coo/x` or a full ref. */
  readonly branch?: string;
  /** The revision of the ledger, where it is another than `coo/ledger` or `origin/coo/ledger`. */
  readonly ledger?: string;
}

/** Every commit between two revisions, as a forge asks before it merges. */
export async function guardRange(tools: GuardTools, options: CiOptions): Promise<GuardReport> {
  const { history } = tools;
  if (!history.isWhole) throw new Failure({ code: 'SHALLOW_CLONE', message: 'this is a shallow clone: it lacks the history that is to be looked at', fix: 'git fetch --unshallow (in GitHub Actions: fetch-depth: 0 for actions/checkout)', exit: 7 });
  const base = await revision(history, options.base, '--base');
  const head = await revision(history, options.head, '--head');
  const found = await findLedger(history, options.ledger);
  if (found === null) throw new Failure({ code: 'LEDGER_ABSENT', message: `there is no ledger here: ${options.ledger ?? 'neither coo/ledger nor origin/coo/ledger'} names a commit`, fix: 'git fetch origin coo/ledger:refs/remotes/origin/coo/ledger; or name it: --ledger <rev>', exit: 7 });
  const { prefix } = found;
  const ref = options.branch === undefined ? null : fullRef(options.branch);
  if (ref === ledgerRef(prefix)) {
    const { tally, findings } = await checkLedger(history, ref, base, head);
    // What hangs together may still be unsigned, or not to be folded.
    return report('ci', [{ tally, findings: [] }], findings.length > 0 ? findings : (await readLedger(history, head)).faults);
  }
  const ledger = await readLedger(history, found.head);
  if (ledger.faults.length > 0) return report('ci', [], ledger.faults);
  const context: Context = { ...tools, ledger, prefix, policy: await readPolicy(history, base, ledger, prefix) };
  const checked = await checkRange(context, { ref, base, head, known: { commits: [base], reachable: 'from_none' } });
  return report('ci', [checked], await unknownToLedger(history, base, ledger));
}

/** What a push would move. On the receiving side it is new what no ref of its own reaches; on the sending side, what no remote is known to have. */
export async function guardPush(tools: GuardTools, place: 'pre-push' | 'pre-receive', pushes: readonly Push[], named?: string): Promise<GuardReport> {
  const { history } = tools;
  // What somebody pushed as a remote's branch is no ledger of the receiving side.
  const found = await findLedger(history, named, place === 'pre-receive' ? [LEDGER_BRANCH] : LEDGER_PLACES);
  const prefix = found?.prefix ?? DEFAULT_PREFIX;
  const ofLedger = pushes.find(({ ref }) => ref === ledgerRef(prefix));
  const checked: Checked[] = [];
  let head = found?.head ?? null;
  if (ofLedger !== undefined) {
    const own = ofLedger.after === null ? { tally: NONE, findings: [deleted(ofLedger)] } : await checkLedger(history, ofLedger.ref, ofLedger.before, ofLedger.after);
    if (own.findings.length > 0) return report(place, [], own.findings);
    checked.push(own);
    head = ofLedger.after;
  }
  const ledger = head === null ? null : await readLedger(history, head);
  if (ledger !== null && ledger.faults.length > 0) return report(place, checked, ledger.faults);
  for (const push of pushes) {
    const { ref, after } = push;
    if (push === ofLedger) continue;
    if (after === null) {
      checked.push({ tally: NONE, findings: ofUnfinished(push, ledger, prefix) });
      continue;
    }
    if (NOT_PUSHED.test(ref)) {
      checked.push({ tally: NONE, findings: [{ code: 'REF_PRIVATE', severity: 'error', path: null, commit: after, message: `${ref} is for each clone to keep for itself`, fix: 'leave it out of the push: name the branches that are meant' }] });
      continue;
    }
    if (foldPath(ref) === foldPath(ledgerRef(prefix))) {
      checked.push({ tally: NONE, findings: [namedLikeLedger(ref, after, prefix)] });
      continue;
    }
    checked.push(ref.startsWith(`${SNAPSHOT_TAGS}/`) && ledger !== null ? snapshotTag(ref, after, ledger) : await checkPush(tools, place, { ...push, after }, ledger, prefix));
  }
  return report(place, checked, []);
}

async function checkPush(tools: GuardTools, place: 'pre-push' | 'pre-receive', { ref, before, after }: Push & { readonly after: Oid }, ledger: LedgerFacts | null, prefix: string): Promise<Checked> {
  const { history } = tools;
  const old = before === null || (await history.present([before])).size === 0 ? null : before;
  const base = old ?? (await history.commit(place === 'pre-receive' ? 'HEAD' : 'refs/remotes/origin/HEAD'));
  const context: Context = { ...tools, ledger, prefix, policy: await readPolicy(history, base, ledger, prefix) };
  const checked = await checkRange(context, { ref, base, head: after, known: place === 'pre-push' ? { commits: old === null ? [] : [old], reachable: 'from_remotes' } : await knownThere(context, ref, old) });
  if (old === null || (await history.isAncestor(old, after))) return checked;
  // A forced push: what it leaves behind was never taken away by a commit.
  const [difference = []] = await history.differences([{ before: old, after }]);
  return { ...checked, findings: [...lostBy(difference, after), ...checked.findings] };
}

/**
 * What needs no look on the receiving side: what the branch has, and what it may begin from. Not what any other ref reaches: each branch has its own
 * rules and its own policy, and what was let in at one place would be let in everywhere. Only a branch that is new, and no plan's, may take over another's commits.
 */
async function knownThere({ history, ledger, prefix }: Context, ref: string, old: Oid | null): Promise<KnownCommits> {
  const branches = `refs/heads/${prefix}/`;
  if (old === null && !ref.startsWith(branches)) return { commits: [], reachable: 'from_refs' };
  const plan = ref.startsWith(branches) ? ledger?.state.plans.get(ref.slice(branches.length)) : undefined;
  const target = plan === undefined ? null : await history.commit(`refs/heads/${plan.plan.target}`);
  const commits = [old, await history.commit('HEAD'), target, plan?.base ?? null].filter((id) => id !== null);
  return { commits, reachable: 'from_none' };
}

function lostBy(difference: readonly TreeChange[], commit: Oid): readonly GuardFinding[] {
  return new AppendOnly(isRecordPath).commit([difference]).map(({ code, path, message }) => ({ code, severity: 'error', path, commit, message: `${message} by a push that does not continue the branch`, fix: 'push what continues the branch: git pull --rebase, then push without --force' }));
}

async function checkLedger(history: History, ref: string, before: Oid | null, after: Oid): Promise<Checked> {
  const change = await readChange(history, { ref, base: before, head: after, known: { commits: before === null ? [] : [before], reachable: 'from_none' } });
  const findings = await nextEntries(change, before, history);
  return { tally: { ...NONE, commits: change.commits.length, receipts: change.commits.length }, findings };
}

/** The tag of a snapshot is the one that the ledger took: what it reaches is the ledger's own. */
function snapshotTag(ref: string, after: Oid, { state }: LedgerFacts): Checked {
  const taken = [...state.snapshots.values()].find(({ name }) => snapshotRef(name) === ref)?.tag;
  if (taken === after) return { tally: NONE, findings: [] };
  const message = taken === undefined ? `${ref} is no snapshot of the ledger` : `${ref} is another tag than ${taken}, which the ledger took`;
  return { tally: NONE, findings: [{ code: 'SNAPSHOT_OTHER', severity: 'error', path: null, commit: after, message, fix: taken === undefined ? 'push coo/ledger with it, or name the tag otherwise' : `git update-ref ${ref} ${taken}` }] };
}

function deleted({ ref, before }: Push): GuardFinding {
  return { code: 'LEDGER_DELETED', severity: 'error', path: null, commit: before, message: `${ref} would be deleted: the ledger stays`, fix: 'leave it out of the push' };
}

/** A plan's branch stays until the ledger says that the plan ended: what was accepted and is not merged yet stands there alone. */
function ofUnfinished({ ref, before }: Push, ledger: LedgerFacts | null, prefix: string): readonly GuardFinding[] {
  const branches = `refs/heads/${prefix}/`;
  const plan = ref.startsWith(branches) ? ledger?.state.plans.get(ref.slice(branches.length)) : undefined;
  if (plan === undefined || plan.cancelled !== null || plan.integration.kind === 'done') return [];
  return [{ code: 'PLAN_DELETED', severity: 'error', path: null, commit: before, message: `${ref} would be deleted, and the ledger does not say that its plan ended`, fix: `leave it out of the push; where the plan did end, push coo/ledger first; to give it up: coo plan cancel ${plan.plan.plan_id} --reason "..."` }];
}

function namedLikeLedger(ref: string, commit: Oid, prefix: string): GuardFinding {
  return { code: 'NAME_COLLIDES', severity: 'error', path: null, commit, message: `${ref} is the ledger's branch (${ledgerRef(prefix)}) where case or Unicode form does not count`, fix: 'name the branch otherwise' };
}

/** Receipts on the base that the ledger lacks: it was cut off, or is another one. */
async function unknownToLedger(history: History, base: Oid, ledger: LedgerFacts): Promise<readonly GuardFinding[]> {
  const standing = await history.files(base, ['_report/agent']);
  const lost = standing.filter(({ path, id }) => isRecordPath(path) && ledger.files.get(path) !== id);
  return lost.map(({ path }) => ({ code: 'LEDGER_LACKS', severity: 'error', path, commit: base, message: 'stands on the base side, and the ledger does not have it so: the ledger was cut off, rewritten, or is another one', fix: 'where the home has newer entries, push them: git push origin coo/ledger; fetch them here; else compare with other clones: coo verify' }));
}

async function findLedger(history: History, named: string | undefined, places: readonly string[] = LEDGER_PLACES): Promise<{ readonly head: Oid; readonly prefix: string } | null> {
  for (const rev of named === undefined ? places : [named]) {
    const head = named === undefined ? await history.commit(rev) : await unambiguous(history, rev, '--ledger');
    const branch = rev.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, '').replace(/^origin\//, '');
    if (head !== null) return { head, prefix: branch.endsWith(LEDGER_SUFFIX) ? branch.slice(0, -LEDGER_SUFFIX.length) : DEFAULT_PREFIX };
  }
  return null;
}

function ledgerRef(prefix: string): string {
  return `refs/heads/${prefix}${LEDGER_SUFFIX}`;
}

function fullRef(branch: string): string {
  return branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

async function revision(history: History, rev: string, option: string): Promise<Oid> {
  const id = await unambiguous(history, rev, option);
  if (id === null) throw new Failure({ code: 'REVISION_ABSENT', message: `${option}: ${JSON.stringify(rev)} names no commit in this clone`, fix: 'git fetch origin; in GitHub Actions: fetch-depth: 0 for actions/checkout', exit: 2 });
  return id;
}

/** A revision whose name means one thing. Git would take a tag before a branch: who can push a tag `origin/main` would choose the base. */
async function unambiguous(history: History, rev: string, option: string): Promise<Oid | null> {
  const [name = ''] = rev.split(/[~^:@]/, 1);
  const all = name === '' || name.startsWith('refs/') ? [] : await Promise.all(PLACES_OF_NAMES.map(async (place) => ({ ref: `${place}${name}`, id: await history.commit(`${place}${name}`) })));
  const there = all.filter(({ id }) => id !== null);
  const [first, second] = there;
  if (first !== undefined && second !== undefined && there.some(({ id }) => id !== first.id)) throw new Failure({ code: 'REVISION_AMBIGUOUS', message: `${option}: ${JSON.stringify(name)} is ${there.map(({ ref }) => ref).join(' and ')}, which differ`, fix: `name it in full: ${option} ${there.at(-1)?.ref ?? second.ref}`, exit: 2 });
  return history.commit(rev);
}
