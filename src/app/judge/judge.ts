import type { Order } from '../../format/order.ts';
import type { Finding } from '../../kernel/event.ts';
import type { Verdict } from '../../kernel/input.ts';
import type { ClaimKind } from '../../kernel/event.ts';
import type { Oid } from '../../kernel/ids.ts';
import { MAX_CONFLICT_PATHS } from '../../kernel/limits.ts';
import type { PathChange, TreeEntry } from '../../ports/git-work.ts';
import type { RefChange } from '../../ports/git-store.ts';
import { cooPaths } from '../layout.ts';
import type { Companion } from '../ledger/publish.ts';
import { denialFindings } from '../worker/result.ts';
import type { Result } from '../worker/result.ts';
import { failureMark } from '../failure-mark.ts';
import { isOverBudget } from '../over-budget.ts';
import type { World } from '../world.ts';
import { sha256Hex } from '../../format/canonical.ts';
import { baseOf } from './base.ts';
import { checkTree } from './checks.ts';
import type { Checked } from './checks.ts';
import { nameFindings } from './names.ts';
import { outputsIn } from './outputs.ts';
import { receiptFiles } from './receipt.ts';
import type { Judged, Witness } from './receipt.ts';
import { scopeFindings } from './scope.ts';
import { holdsSecret, secretFindings } from './secrets.ts';
import { unfitFinding } from './unfit.ts';

export interface Case {
  readonly world: World;
  readonly ledger: string;
  readonly order: Order;
  readonly kind: ClaimKind;
  /** What the holder offers; null = nothing was changed and there was no start. */
  readonly commit: Oid | null;
  /** The tip of the plan's branch. */
  readonly tip: Oid | null;
  readonly branch: string;
  readonly result: Result | null;
  readonly witness: Witness;
  /** Of the manager that judges. */
  readonly epoch: number;
  readonly signal: AbortSignal;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly receipt: string;
  readonly files: readonly Companion[];
  readonly refs: readonly RefChange[];
  readonly fingerprint: string;
  /** Added and removed by the change. */
  readonly lines: number;
}

interface Candidate {
  readonly tree: Oid | null;
  readonly before: Oid | null;
}

/**
 * Law 7: is the merge candidate (plan branch + this attempt) inside its scope, does it carry its outputs and expected receipts, does it pass its
 * checks? Looks only at objects that were imported into the quarantine; nothing of the worker's words counts. An accepted candidate is promoted
 * into the shared store, so that the plan's branch can move to it.
 */
export async function judge(at: Case): Promise<Judgement> {
  try {
    return await look(at);
  } catch (cause) {
    const finding = unfitFinding(cause);
    if (finding === undefined) throw cause;
    return refuse(at, [finding]);
  }
}

async function refuse(at: Case, why: readonly Finding[], extra?: Partial<Judged>): Promise<Judgement> {
  const findings = [...why, ...denialFindings(at.result?.agent)];
  // Whoever works by hand makes it smaller, and goes on.
  if (at.kind === 'beating' && why.every(isOverBudget)) return conclude(at, { kind: 'blocked', reason: why[0]?.message ?? '', findings }, { result: 'blocked', findings, ...extra });
  return conclude(at, { kind: 'refused', findings }, { result: 'failed', findings, ...extra });
}

async function look(at: Case): Promise<Judgement> {
  const { world, order } = at;
  const { work } = world;
  const refused = async (why: readonly Finding[], extra?: Partial<Judged>): Promise<Judgement> => refuse(at, why, extra);
  if (at.commit !== null && at.commit !== at.order.start_commit) {
    const imported = await importChange(at);
    if (imported.length > 0) return refused(imported);
    const secrets = await secretFindings(at, { commit: at.commit, known: [order.start_commit, at.tip] });
    if (secrets.length > 0) return refused(secrets);
  }
  const base = await baseOf(work, { start: order.start_commit, tip: at.tip, commit: at.commit });
  const before = base === null ? null : await work.treeOf(base);
  const after = at.commit === null ? null : await work.treeOf(at.commit);
  const changed = await work.changes(before, after);
  const change = await changeOf(at, before, after);
  const scope = [...scopeFindings(changed, order.scope ?? undefined), ...tooLarge(order, change)];
  if (scope.length > 0) return refused(scope, { change });
  const candidate = await mergeCandidate(at, after);
  if ('conflict' in candidate) return conflict(at, candidate.conflict, { change, ours: pathsOf(changed), theirs: pathsOf(await sinceStart(at, before)) });
  const names = await nameFindings(work, candidate, changed);
  if (names.length > 0) return refused(names, { change });
  const outputs = await outputsIn(work, candidate.tree ?? '', candidate.tree === null ? [] : order.outputs);
  const missing = candidate.tree === null ? order.outputs.map((path) => ({ code: 'OUTPUT_MISSING', message: 'nothing was committed', path })) : outputs.findings;
  const shown = { change, outputs: await digests(at, outputs.found) };
  const lacking = [...missing, ...(at.result === null ? [] : missingReceipts(order, at.result))];
  if (lacking.length > 0) return refused(lacking, shown);
  const checked = await runChecks(at, candidate.tree);
  const receipts = await readReceipts(at, at.result?.receipts ?? checked.receipts);
  const judgement = { candidate_tree: candidate.tree, plan_before: at.tip, checks: checked.records, findings: checked.findings };
  if (checked.findings.length > 0) return refused(checked.findings, { ...shown, receipts, judgement });
  return accept(at, candidate, { result: 'passed', findings: [], ...shown, receipts, judgement });
}

function tooLarge({ budget }: Order, change: Judged['change']): readonly Finding[] {
  const lines = linesOf(change);
  return budget.lines === undefined || lines <= budget.lines ? [] : [{ code: 'BUDGET_LINES', message: `the change adds and removes ${String(lines)} lines; it may change ${String(budget.lines)}` }];
}

function linesOf(change: Judged['change']): number {
  return change === null ? 0 : change.added + change.removed;
}

async function changeOf(at: Case, before: Oid | null, after: Oid | null): Promise<Judged['change']> {
  const { work } = at.world;
  if (at.commit === null || at.commit === at.order.start_commit || after === null) return null;
  const [patch_id, stat] = await Promise.all([work.patchId(before, after), work.diffStat(before, after)]);
  return { commit: at.commit, tree: after, patch_id, ...stat };
}

async function importChange(at: Case): Promise<readonly Finding[]> {
  const { work, layout } = at.world;
  const { order, commit } = at;
  if (commit === null) return [];
  const cap = order.limits.import_bytes;
  const imported = at.result?.pack === true ? await work.importPack(`${cooPaths.evidence(layout, order.order_id)}/change.pack`, cap) : await work.importCommit(commit, order.start_commit, cap);
  if (imported.kind === 'refused') return [{ code: imported.code, message: imported.message }];
  if ((await work.typeOf(commit)) !== 'commit') return [{ code: 'COMMIT_ABSENT', message: `${commit} is not a commit that came with the attempt` }];
  if (order.start_commit !== null && !(await work.isAncestor(order.start_commit, commit))) return [{ code: 'COMMIT_UNRELATED', message: `${commit} does not descend from the start commit ${order.start_commit}` }];
  return [];
}

async function mergeCandidate(at: Case, after: Oid | null): Promise<Candidate | { readonly conflict: readonly string[] }> {
  const { work } = at.world;
  const before = at.tip === null ? null : await work.treeOf(at.tip);
  if (at.commit === null || at.commit === at.order.start_commit) return { tree: before, before };
  if (at.tip === null || at.tip === at.order.start_commit) return { tree: after, before };
  const merged = await work.merge(at.tip, at.commit);
  return merged.kind === 'conflict' ? { conflict: merged.paths } : { tree: merged.tree, before };
}

/** What came into the plan's branch since what the change contains of it, receipts left out. */
async function sinceStart(at: Case, before: Oid | null): Promise<readonly PathChange[]> {
  const { work } = at.world;
  const changes = await work.changes(before, at.tip === null ? null : await work.treeOf(at.tip));
  return changes.filter(({ path }) => !path.startsWith('_report/'));
}

function pathsOf(changes: readonly PathChange[]): readonly string[] {
  return changes.slice(0, MAX_CONFLICT_PATHS).map(({ path }) => path);
}

async function conflict(at: Case, paths: readonly string[], { change, ours, theirs }: { readonly change: Judged['change']; readonly ours: readonly string[]; readonly theirs: readonly string[] }): Promise<Judgement> {
  const findings = paths.map((path) => ({ code: 'MERGE_CONFLICT', message: 'the branch and the attempt both changed this file', path }));
  const reason = `the change does not merge into ${at.branch}: ${paths.join(', ')}; the work is kept at refs/coo/rescue/${at.order.order_id}`;
  return conclude(at, { kind: 'conflict', reason, findings, conflict: { paths: paths.slice(0, MAX_CONFLICT_PATHS), ours, theirs } }, { result: 'blocked', findings, change });
}

function missingReceipts(order: Order, result: Result): readonly Finding[] {
  const there = new Set(result.receipts.map((receipt) => receipt.path));
  const told = new Map(result.findings.map((finding) => [finding.path, finding]));
  return order.expected_receipts.filter((path) => !there.has(path)).map((path) => told.get(path) ?? { code: 'RECEIPT_MISSING', message: 'the expected receipt was not written', path });
}

/** Under a held claim the step's own commands are checks too: nobody else saw them run. */
async function runChecks(at: Case, tree: Oid | null): Promise<Checked> {
  const { order } = at;
  const held = at.kind === 'held';
  const commands = [...(held ? (order.commands ?? []) : []), ...order.checks.after];
  const receipts = held && order.expected_receipts.length > 0;
  if (tree === null || (commands.length === 0 && !receipts)) return { records: [], findings: [], receipts: [] };
  return checkTree(at.world, at.ledger, order, tree, commands, { name: 'check', epoch: at.epoch, receipts, signal: at.signal });
}

async function readReceipts(at: Case, stored: Result['receipts']): Promise<Judged['receipts']> {
  const folder = cooPaths.evidence(at.world.layout, at.order.order_id);
  return Promise.all(
    stored.map(async ({ path, stored: name }) => {
      const bytes = await at.world.files.read(`${folder}/${name}`, at.order.limits.receipt_bytes);
      return { path, bytes, sha256: sha256Hex(bytes) };
    }),
  );
}

const HASH_CAP = 67_108_864;
const HASHED_OUTPUTS = 200;

async function digests(at: Case, found: readonly TreeEntry[]): Promise<Judged['outputs']> {
  const files = found.filter((entry) => entry.size !== null && entry.size <= HASH_CAP).slice(0, HASHED_OUTPUTS);
  return Promise.all(files.map(async ({ path, id, size }) => ({ path, sha256: sha256Hex(await at.world.work.blob(id, HASH_CAP)), bytes: size ?? 0 })));
}

async function accept(at: Case, candidate: Candidate, judged: Judged): Promise<Judgement> {
  const { world, order, tip, commit } = at;
  const { work } = world;
  const { path, files } = receiptFiles(order, judged, at.result, at.witness);
  const tree = await work.withFiles(candidate.tree, files);
  const changed = commit !== order.start_commit;
  const parents = [tip, changed || tip === null ? commit : null].filter((id): id is Oid => id !== null);
  const message = `${order.plan_id}/${order.step_id}: ${order.objective}\n\nCoo-Order: ${order.order_id}\nCoo-Receipt: ${sha256Hex(files[0]?.bytes ?? new Uint8Array())}\n`;
  const plan_after = await work.commit({ tree, parents, message, at_ms: at.witness.at_ms });
  await work.promote(plan_after, tip === null ? [] : [tip]);
  return { verdict: { kind: 'accepted', plan_after }, receipt: path, files, refs: [{ ref: at.branch, before: tip, after: plan_after }], fingerprint: '', lines: linesOf(judged.change) };
}

/** Not accepted: the work is pinned, and the receipt says why. */
async function conclude(at: Case, verdict: Verdict, judged: Pick<Judged, 'result' | 'findings'> & Partial<Judged>): Promise<Judgement> {
  // A rescued commit is in the repository: a secret would be, too.
  const keeps = !holdsSecret(judged.findings);
  if (keeps && at.commit !== null && at.commit !== at.order.start_commit && (await at.world.work.typeOf(at.commit)) === 'commit') await at.world.work.rescue(at.order.order_id, at.commit);
  const full: Judged = { outputs: [], receipts: [], change: null, judgement: null, ...judged };
  const { path, files } = receiptFiles(at.order, full, at.result, at.witness);
  const fingerprint = failureMark(judged.findings);
  const kept = at.kind === 'held' && verdict.kind === 'refused' ? [] : files;
  return { verdict, receipt: path, files: kept, refs: [], fingerprint, lines: linesOf(full.change) };
}
