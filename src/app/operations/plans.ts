import { basename } from 'node:path';
import { sha256Hex } from '../../format/canonical.ts';
import type { Fault } from '../../format/fault.ts';
import { isPlanFile, readPlan } from '../../format/plan.ts';
import type { ReadPlan } from '../../format/plan.ts';
import type { ReadOrg } from '../../format/org.ts';
import { readSigners } from '../../format/signers.ts';
import type { ReadSigners } from '../../format/signers.ts';
import { planStatus } from '../../kernel/views.ts';
import type { PlanStatus } from '../../kernel/state.ts';
import type { FileInfo } from '../../ports/files.ts';
import { unfitFile } from '../faults.ts';
import { Failure } from '../failure.ts';
import { busPaths } from '../layout.ts';
import { keepOrigin } from '../manager/plan-origin.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';
import { orgFile, organiseFirst, readOrgFile } from './organise.ts';
import { ORG_FILE, SIGNERS_FILE } from './policy-file.ts';
import { submitOffer } from './submit.ts';
import type { Submission } from './submit.ts';
import type { Rejection } from '../../kernel/rejection.ts';

const PLAN_CAP = 4_194_304;

export interface Linted {
  readonly schema: 'coo/lint.v1';
  readonly ok: boolean;
  readonly files: readonly { readonly path: string; readonly ok: boolean; readonly plan_id: string | null; readonly steps: number; readonly draft: boolean; readonly faults: readonly Fault[] }[];
}

/** Every fault of the given plan files, organisations and lists of signers (all of `_plans` when none is given), each with its place and its fix. */
export async function lint(world: LedgerWorld, session: LedgerSession, paths: readonly string[]): Promise<Linted> {
  const files = [];
  for (const path of paths.length > 0 ? paths : [...(await planPaths(world)), ...(await policyPaths(world))]) {
    const readPolicy = POLICY_READERS.get(basename(path));
    if (readPolicy !== undefined) {
      const faults = await policyFaults(session, path, readPolicy);
      files.push({ path, ok: !faults.some((fault) => fault.severity === 'error'), plan_id: null, steps: 0, draft: false, faults });
      continue;
    }
    const { read } = await readPlanFile(world, session, path);
    const plan = read.ok ? read.plan : null;
    files.push({ path, ok: read.ok, plan_id: plan?.plan_id ?? null, steps: plan?.steps.length ?? 0, draft: read.ok && read.draft, faults: read.ok ? read.warnings : read.faults });
  }
  return { schema: 'coo/lint.v1', ok: files.every((file) => file.ok), files };
}

async function planPaths(world: LedgerWorld): Promise<readonly string[]> {
  const { worktree } = world.layout;
  if (worktree === null) return [];
  const folder = busPaths.plans(worktree);
  return (await world.files.list(folder)).filter(isPlanFile).map((name) => `${folder}/${name}`);
}

type PolicyReader = (session: LedgerSession, bytes: Uint8Array) => Promise<ReadOrg> | ReadSigners;

/** How the files that say who may do what are read, by their form alone. */
const POLICY_READERS: ReadonlyMap<string, PolicyReader> = new Map<string, PolicyReader>([
  [ORG_FILE, readOrgFile],
  [SIGNERS_FILE, (_session, bytes) => readSigners(SIGNERS_FILE, bytes)],
]);

/** coo.yaml and signers.yaml, where there are such. */
async function policyPaths({ files, layout: { worktree } }: LedgerWorld): Promise<readonly string[]> {
  if (worktree === null) return [];
  const paths = [...POLICY_READERS.keys()].map((name) => `${busPaths.plans(worktree)}/${name}`);
  const found = await Promise.all(paths.map(async (path) => files.info(path)));
  return paths.filter((_, at) => found[at] !== undefined);
}

async function policyFaults(session: LedgerSession, path: string, read: PolicyReader): Promise<readonly Fault[]> {
  const { world } = session;
  const unfit = unfitFile(await fileThere(world, path), PLAN_CAP);
  if (unfit !== undefined) return [{ ...unfit, file: basename(path), line: 1, column: 1, pointer: '', severity: 'error' }];
  const done = await read(session, await world.files.read(path, PLAN_CAP));
  return done.ok ? done.warnings : done.faults;
}

async function fileThere(world: LedgerWorld, path: string): Promise<FileInfo> {
  const info = await world.files.info(path);
  if (info === undefined) throw new Failure({ code: 'FILE_ABSENT', message: `${path} does not exist`, fix: 'coo plan new <plan_id> writes one to begin with', exit: 2 });
  return info;
}

/** A plan file as it stands now, read against the organisation as it stands now. */
async function readPlanFile(world: LedgerWorld, session: LedgerSession, path: string): Promise<{ readonly read: ReadPlan; readonly bytes: Uint8Array; readonly name: string }> {
  const info = await fileThere(world, path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const unfit = unfitFile(info, PLAN_CAP);
  if (unfit !== undefined) return { bytes: new Uint8Array(), name, read: { ok: false, faults: [{ ...unfit, file: name, line: 1, column: 1, pointer: '', severity: 'error' }] } };
  const bytes = await world.files.read(path, PLAN_CAP);
  const org = await orgNow(world, session);
  return { bytes, name, read: readPlan(name, bytes, { target: org?.target ?? 'main', integrate: org?.integrate ?? 'merge' }, org ?? undefined) };
}

/** The organisation that a plan will meet: coo.yaml as it stands, which the next manager takes over; the ledger's where that has faults. */
async function orgNow(world: LedgerWorld, session: LedgerSession): Promise<LedgerSession['state']['org']> {
  const { org } = session.state;
  const { worktree } = world.layout;
  const found = worktree === null ? undefined : await orgFile(session, worktree);
  return found?.kind === 'new' ? found.offer.input.org : org;
}

/** The ledger with the organisation as coo.yaml says it now, and what a plan's file would bring into it. Throws where the file has faults. */
export async function openPlan(world: LedgerWorld, subject: string, by: string): Promise<{ readonly session: LedgerSession; readonly submission: Submission }> {
  const session = await openLedger(world);
  await organiseFirst(session);
  const { read, bytes, name } = await readPlanFile(world, session, await planFile(world, session, subject));
  if (!read.ok) throw planFailure(read.faults);
  await session.ensure(read.plan.plan_id);
  return { session, submission: { plan: read.plan, digest: sha256Hex(bytes), bytes, name, by } };
}

/** Brings a plan file into the ledger now, without waiting for a manager; starts a draft. `path` may be a plan id of a file in `_plans`. */
export async function startPlan(world: LedgerWorld, subject: string, by: string): Promise<Done & { readonly plan_id: string }> {
  const { session, submission } = await openPlan(world, subject, by);
  const { plan_id } = submission.plan;
  const offer = await submitOffer(session, submission);
  if (!offer.ok) return { ok: false, rejection: offer.rejection, session, plan_id };
  const { input, ...more } = offer.offer;
  const done = await applyByHand(session, input, more);
  if (done.ok && world.layout.worktree !== null) await keepOrigin(world, plan_id, world.layout.worktree);
  const cancelled = session.state.plans.get(plan_id)?.cancelled ?? null;
  if (!done.ok && done.rejection.code === 'UNCHANGED' && cancelled !== null) return { ...done, rejection: ended(plan_id, cancelled), plan_id };
  return { ...done, plan_id };
}

/** Nothing is to change, and nothing will happen: whoever starts a plan wants its work done. */
function ended(plan_id: string, why: string): Rejection {
  return { code: 'PLAN_ENDED', message: `plan ${plan_id} was cancelled (${why}), and a plan_id is used once`, fix: `give the text another plan_id: coo plan new ${plan_id}-2` };
}

/** The file of a plan: what was typed, or the one in `_plans` that holds it. */
async function planFile(world: LedgerWorld, session: LedgerSession, subject: string): Promise<string> {
  if (subject.includes('/') || isPlanFile(subject)) return subject;
  for (const path of await planPaths(world)) {
    const { read, name } = await readPlanFile(world, session, path);
    if ((read.ok && read.plan.plan_id === subject) || name.startsWith(`${subject}.plan.`)) return path;
  }
  throw new Failure({ code: 'PLAN_UNKNOWN', message: `no file in _plans/ holds a plan ${subject}`, fix: `coo plan new ${subject}`, exit: 1 });
}

/** The first fault as a failure of the command; the others are counted. */
export function planFailure(faults: readonly Fault[]): Failure {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${String(faults.length - 1)} more: coo plan lint)` : '';
  return new Failure({ code: first?.code ?? 'PLAN_BAD', message: `${first?.file ?? 'the plan'}:${String(first?.line ?? 1)}: ${first?.message ?? 'is not valid'}${more}`, fix: first?.fix ?? 'coo plan lint', exit: 1 });
}

export interface PlanLineView {
  readonly plan_id: string;
  readonly title: string;
  readonly state: PlanStatus;
  readonly done: number;
  readonly of: number;
}

/** Every plan of the ledger in a line each, then drafts in `_plans` that nobody started. */
export async function listPlans(world: LedgerWorld, session: LedgerSession): Promise<readonly PlanLineView[]> {
  const lines: PlanLineView[] = [];
  for (const id of session.state.names.values()) {
    const plan = session.state.plans.get(id);
    const line = session.lines.get(id);
    if (plan !== undefined) lines.push({ plan_id: id, title: plan.plan.title, state: planStatus(plan), done: plan.counts.done, of: plan.steps.size });
    else if (line !== undefined) lines.push({ plan_id: id, title: line.title, state: line.state, done: line.done, of: line.of });
  }
  return [...lines, ...(await drafts(world, session))];
}

/** Plans in `_plans` that are marked as drafts and not in the ledger. */
export async function drafts(world: LedgerWorld, session: LedgerSession): Promise<readonly PlanLineView[]> {
  const found: PlanLineView[] = [];
  for (const path of await planPaths(world)) {
    const { read } = await readPlanFile(world, session, path);
    if (!read.ok || !read.draft || session.state.names.has(read.plan.plan_id.toLowerCase())) continue;
    found.push({ plan_id: read.plan.plan_id, title: read.plan.title, state: 'draft', done: 0, of: read.plan.steps.length });
  }
  return found;
}

/** A plan to begin with, as text: a draft, so that a manager at work leaves the example alone. */
export function planTemplate(plan_id: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
plan_id: ${plan_id}
title: What this plan is for, in a line
draft: true              # left alone until: coo plan start ${plan_id}
# priority: normal       # low | normal | high | urgent
steps:
  - step_id: write
    objective: write the greeting
    commands: ["echo hello > greeting.txt"]
    outputs: [greeting.txt]
  - step_id: check
    objective: check the greeting
    depends_on: [write]
    commands: [["grep", "-q", "hello", "greeting.txt"]]
`;
}
