import { sha256Hex } from '../../format/canonical.ts';
import { commandText } from '../../format/command-text.ts';
import { orderPath, parseOrder } from '../../format/order.ts';
import { parseRun } from '../../format/run.ts';
import type { AgentRecord, CommandRecord, Run } from '../../format/run.ts';
import type { Event, EventOf } from '../../kernel/event.ts';
import type { Fence, Oid, PlanId, StepId } from '../../kernel/ids.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { StepStatus } from '../../kernel/state.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { findStep } from './find.ts';
import { history } from './log.ts';

/** A whole output, kept by its digest in the clone that ran it. `other`: what lies there has another digest. */
export interface RecordedLog {
  readonly sha256: string;
  readonly bytes: number;
  readonly kept: number;
  readonly state: 'here' | 'empty' | 'absent' | 'other';
  /** Where it is, or was; null where nothing was written. */
  readonly path: string | null;
}

interface OfAttempt {
  /** The attempt; null = none. */
  readonly fence: Fence | null;
}

/** One thing that was recorded. `here`: whether this clone has it. */
export type Frame =
  | (OfAttempt & { readonly kind: 'event'; readonly seq: number; readonly at: string; readonly type: string; readonly text: string })
  | (OfAttempt & { readonly kind: 'order'; readonly path: string; readonly here: boolean; readonly sha256: string | null; readonly objective: string | null; readonly start: Oid | null })
  | (OfAttempt & { readonly kind: 'receipt'; readonly path: string; readonly here: boolean; readonly started_at: string | null; readonly ended_at: string | null; readonly harness: string | null; readonly sandbox: string | null; readonly mode: 'dev' | 'governed' | null })
  | (OfAttempt & { readonly kind: 'command'; readonly phase: CommandRecord['phase']; readonly text: string; readonly exit: number | null; readonly ending: CommandRecord['ending']; readonly ms: number; readonly cached: boolean; readonly log: RecordedLog; readonly head: string; readonly tail: string })
  /** What the program of an agent told of itself, as the receipt has it. */
  | (OfAttempt & { readonly kind: 'agent'; readonly record: Omit<AgentRecord, 'transcript'>; readonly transcript: RecordedLog })
  | (OfAttempt & { readonly kind: 'change'; readonly commit: Oid; readonly here: boolean; readonly files: number; readonly added: number; readonly removed: number })
  | (OfAttempt & { readonly kind: 'file'; readonly what: 'output' | 'proof'; readonly path: string; readonly sha256: string; readonly bytes: number })
  | (OfAttempt & { readonly kind: 'finding'; readonly code: string; readonly message: string; readonly path: string | null })
  | (OfAttempt & { readonly kind: 'merge'; readonly commit: Oid; readonly here: boolean });

export interface Recording {
  readonly step: string;
  readonly state: StepStatus;
  readonly frames: readonly Frame[];
}

const ALL = Number.MAX_SAFE_INTEGER;
const CAP = 67_108_864;

/** Everything that was recorded of one step, in its order: from the ledger, its orders and receipts, and the outputs that this clone keeps. Nothing is run. */
export async function recording(session: LedgerSession, { plan_id, step_id }: { readonly plan_id: PlanId; readonly step_id: StepId }, only?: Fence): Promise<Recording> {
  const { step } = await findStep(session, plan_id, step_id);
  const entries = await history(session, { plan_id, step_id, limit: ALL });
  const ends = new Map(entries.flatMap(({ event }) => (isEnd(event) ? [[event.fence, event] as const] : [])));
  const reports = new Map(entries.flatMap(({ event }) => (event.type === 'run.reported' ? [[event.fence, event] as const] : [])));
  const frames: Frame[] = [];
  for (const { seq, at, type, text, event } of entries) {
    const fence = 'fence' in event ? event.fence : null;
    const end = fence === null ? undefined : ends.get(fence);
    const told: Frame = { kind: 'event', fence, seq, at, type, text };
    // What an attempt did comes before its last report, or before its end where it reported nothing.
    if (end !== undefined && event === (reports.get(end.fence) ?? end)) frames.push(...(await workFrames(session, end)));
    if (event === end) frames.push(...(await judgedFrames(session, end)));
    frames.push(told);
    if (event.type === 'step.claimed') frames.push(await orderFrame(session, event));
    if (event.type === 'run.accepted') frames.push({ kind: 'merge', fence, commit: event.plan_after, here: await isHere(session.world, event.plan_after) });
  }
  return { step: stepKey(plan_id, step_id), state: step.status, frames: only === undefined ? frames : frames.filter(({ fence }) => fence === only) };
}

type End = EventOf<'run.accepted' | 'run.ended' | 'run.lost'>;

function isEnd(event: Event): event is End {
  return event.type === 'run.accepted' || event.type === 'run.ended' || event.type === 'run.lost';
}

async function orderFrame(session: LedgerSession, { plan_id, step_id, fence }: EventOf<'step.claimed'>): Promise<Frame> {
  const path = orderPath(plan_id, step_id, fence);
  const bytes = await session.file(path, CAP);
  const parsed = bytes === null ? undefined : parseOrder(bytes, path);
  const order = parsed?.ok === true ? parsed.order : undefined;
  return { kind: 'order', fence, path, here: bytes !== null, sha256: bytes === null ? null : sha256Hex(bytes), objective: order?.objective ?? null, start: order?.start_commit ?? null };
}

async function runOf(session: LedgerSession, { receipt }: End): Promise<Run | undefined> {
  const bytes = receipt === '' ? null : await session.file(receipt, CAP);
  return bytes === null ? undefined : parseRun(bytes);
}

/** What an attempt did, from its receipt. */
async function workFrames(session: LedgerSession, end: End): Promise<readonly Frame[]> {
  const { receipt: path, fence } = end;
  if (path === '') return [];
  const { world } = session;
  const run = await runOf(session, end);
  if (run === undefined) return [{ kind: 'receipt', fence, path, here: false, started_at: null, ended_at: null, harness: null, sandbox: null, mode: null }];
  const { started_at, ended_at, who, commands, outputs, receipts, change } = run;
  const frames: Frame[] = [{ kind: 'receipt', fence, path, here: true, started_at, ended_at, harness: `${who.harness} ${who.harness_version}`, sandbox: who.sandbox, mode: who.mode }];
  for (const command of commands) frames.push(await commandFrame(world, fence, command));
  frames.push(...(await agentFrames(world, fence, run)));
  if (change !== null) frames.push({ kind: 'change', fence, commit: change.commit, here: await isHere(world, change.commit), files: change.files, added: change.added, removed: change.removed });
  for (const [what, files] of [['output', outputs], ['proof', receipts]] as const) for (const { path: file, sha256, bytes } of files) frames.push({ kind: 'file', fence, what, path: file, sha256, bytes });
  return frames;
}

/** What was found when it was judged. */
async function judgedFrames(session: LedgerSession, end: End): Promise<readonly Frame[]> {
  const { fence } = end;
  const run = await runOf(session, end);
  const frames: Frame[] = [];
  for (const check of run?.judgement?.checks ?? []) frames.push(await commandFrame(session.world, fence, check));
  for (const { code, message, path } of [...(run?.findings ?? []), ...(run?.judgement?.findings ?? [])]) frames.push({ kind: 'finding', fence, code, message, path: path ?? null });
  return frames;
}

async function commandFrame(world: LedgerWorld, fence: Fence, { phase, sh, argv, exit, ending, ms, cached, log, head, tail }: CommandRecord): Promise<Frame> {
  return { kind: 'command', fence, phase, text: commandText(sh ?? argv ?? []), exit, ending, ms, cached: cached !== undefined, log: await logHere(world, log), head, tail };
}

async function agentFrames(world: LedgerWorld, fence: Fence, { agent }: Run): Promise<readonly Frame[]> {
  if (agent === undefined) return [];
  const { transcript, ...record } = agent;
  return [{ kind: 'agent', fence, record, transcript: await logHere(world, transcript) }];
}

/** Holds an output that is kept here against its digest. */
async function logHere({ files, layout }: LedgerWorld, log: CommandRecord['log']): Promise<RecordedLog> {
  if (log.kept === 0) return { ...log, state: 'empty', path: null };
  const path = cooPaths.log(layout, log.sha256);
  const bytes = await readIfRegular(files, path, CAP);
  return { ...log, state: bytes === undefined ? 'absent' : sha256Hex(bytes) === log.sha256 ? 'here' : 'other', path };
}

async function isHere({ git }: LedgerWorld, id: Oid): Promise<boolean> {
  return (await git.read(id, CAP)) !== null;
}
