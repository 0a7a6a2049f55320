import { entryLine } from '../format/entry.ts';
import { renderOrder, orderPath, sealOrder } from '../format/order.ts';
import { recordInput } from '../format/record-input.ts';
import type { Event } from '../kernel/event.ts';
import { apply } from '../kernel/fold.ts';
import { decide } from '../kernel/decide.ts';
import type { Input } from '../kernel/input.ts';
import { stepKey } from '../kernel/ids.ts';
import { ENGINE, MAX_ENTRY_BYTES, MAX_EVENTS } from '../kernel/limits.ts';
import type { Decision, Rejection } from '../kernel/rejection.ts';
import type { State } from '../kernel/state.ts';
import { workOrder } from '../kernel/work-order.ts';
import type { RefChange } from '../ports/git-store.ts';
import { Failure } from './failure.ts';
import { parseOwner } from './manager/owner-text.ts';
import { requireNewest } from './ledger/copies.ts';
import { requireHome, requireNotHalted } from './ledger/home.ts';
import { publish } from './ledger/publish.ts';
import type { Companion, Draft, Published } from './ledger/publish.ts';
import type { LedgerSession } from './ledger/session.ts';

/** An input, with the files and the moves of plan branches that go into the same entry if it is granted. */
export interface Offer {
  readonly input: Input;
  readonly files?: readonly Companion[];
  readonly refs?: readonly RefChange[];
  /** What is recorded in its place when it is refused; undefined = nothing. */
  readonly otherwise?: (rejection: Rejection) => Input | undefined;
}

export type Answer = { readonly ok: true; readonly events: readonly Event[] } | { readonly ok: false; readonly rejection: Rejection };

export interface StepOptions {
  /** Who appends; stands in each entry. */
  readonly writer: string;
  /** How long to keep trying against other publishers, in milliseconds of monotonic time; then exit 75. */
  readonly withinMs: number;
  /** The epoch that the appender belongs to: once another has begun, nothing of this one lands any more (EPOCH_OLD, exit 75). */
  readonly epoch?: number;
}

export interface Stepped {
  readonly answers: readonly Answer[];
  /** What was published; empty when every answer was a no. */
  readonly entries: Extract<Published, { readonly kind: 'done' }>['entries'];
  /** All events in them: also of what was said in the place of a no. */
  readonly events: readonly Event[];
}

/**
 * The only loop body: load -> fold -> decide -> publish. Performing comes after it, from `due(state)`.
 * `offers` is asked again after each lost swap, because what is worth offering may have changed with the state.
 */
export async function step(session: LedgerSession, offers: (state: State) => readonly Offer[] | Promise<readonly Offer[]>, options: StepOptions): Promise<Stepped> {
  const { world } = session;
  const deadline = world.clock.monotonic() + options.withinMs;
  await requireNotHalted(world, session.halted);
  let release: (() => Promise<void>) | undefined;
  try {
    for (let attempt = 0; ; attempt += 1) {
      if (release === undefined && (attempt > 0 || (await world.queue.busy()))) release = await world.queue.turn(Math.max(0, deadline - world.clock.monotonic()));
      await session.refresh();
      requireKnown(session);
      if (options.epoch !== undefined) requireEpoch(session.state, options.epoch);
      // As it is before anything is decided: the move away is appended by the home that it leaves.
      const { home } = session.state;
      const decided = await decideAll(session, await offers(session.state));
      if (decided.drafts.length === 0) return { answers: decided.answers, entries: [], events: [] };
      await requireHome(world, session.home, { ledger: session.state.ledger, home });
      await requireNewest(world, session.refs, session.home, { ledger: session.state.ledger, seq: session.seq, head: session.head });
      const published = await publish(session, options.writer, decided.drafts, decided.refs);
      if (published.kind === 'done') {
        for (const draft of decided.drafts) session.touch(draft.events);
        return { answers: decided.answers, entries: published.entries, events: decided.drafts.flatMap((draft) => draft.events) };
      }
      await session.reload();
      // Before anything is blamed on a branch: whoever took over moves them lawfully.
      if (options.epoch !== undefined) requireEpoch(session.state, options.epoch);
      if (published.kind === 'locked') throw refLocked(published.path, published.owner);
      await branchesStand(session, decided.refs);
      if (world.clock.monotonic() >= deadline) {
        throw new Failure({ code: 'TRY_AGAIN', message: `other publishers were always faster for ${String(options.withinMs)} ms`, fix: 'run the command again', exit: 75 });
      }
    }
  } catch (cause) {
    // The fold may hold what was decided and is in no entry: nobody may go on from there.
    session.spoil();
    throw cause;
  } finally {
    await release?.();
  }
}

interface Decided {
  readonly answers: readonly Answer[];
  readonly drafts: readonly Draft[];
  readonly refs: readonly RefChange[];
}

/** Decides the offers one after the other, each on the state the one before left, and cuts the events into entries. */
async function decideAll(session: LedgerSession, offers: readonly Offer[]): Promise<Decided> {
  const { state } = session;
  const answers: Answer[] = [];
  const drafts: { inputs: string[]; events: Event[]; lines: string[]; files: Companion[]; bytes: number }[] = [];
  const refs: RefChange[] = [];
  for (const offer of offers) {
    const plan_id = planOfInput(offer.input);
    if (plan_id !== undefined) await session.ensure(plan_id);
    const answer: Decision<Event> = decide(state, offer.input);
    answers.push(answer);
    const input = answer.ok ? offer.input : offer.otherwise?.(answer.rejection);
    const decision = answer.ok || input === undefined ? answer : decide(state, input);
    if (!decision.ok || input === undefined) continue;
    const { files = [], refs: moves = [] } = answer.ok ? offer : {};
    for (const event of decision.events) {
      await session.ensureFor(event);
      apply(state, event);
    }
    const companions = [...files, ...decision.events.flatMap((event) => ordersOf(state, event))];
    const recorded = entryLine(recordInput(input));
    const lines = decision.events.map(entryLine);
    const bytes = companions.length * FILE_LINE_BYTES + lines.reduce((sum, line) => sum + sizeOf(line), sizeOf(recorded));
    let draft = drafts.at(-1);
    if (draft === undefined || draft.events.length + decision.events.length > MAX_EVENTS || draft.bytes + bytes > MAX_ENTRY_BYTES - 4_096) {
      draft = { inputs: [], events: [], lines: [], files: [], bytes: 0 };
      drafts.push(draft);
    }
    draft.inputs.push(recorded);
    draft.events.push(...decision.events);
    draft.lines.push(...lines);
    draft.files.push(...companions);
    draft.bytes += bytes;
    refs.push(...moves);
  }
  return { answers, drafts, refs: mergeMoves(refs) };
}

/** A companion's line in its entry: path and digest, with room. */
const FILE_LINE_BYTES = 512;

/** Bytes of a line in UTF-8, with its comma and newline. */
function sizeOf(line: string): number {
  return Buffer.byteLength(line) + 2;
}

/** The work order of a grant is committed with it, before any worker can start. */
function ordersOf(state: State, event: Event): readonly Companion[] {
  if (event.type !== 'step.claimed') return [];
  const plan = state.plans.get(event.plan_id);
  const claim = state.claims.get(stepKey(event.plan_id, event.step_id));
  const granted = plan?.steps.get(event.step_id);
  if (plan === undefined || claim === undefined || granted === undefined) return [];
  const sealed = sealOrder(workOrder(state, granted, claim), { plan_digest: plan.digest, nonce: claim.nonce });
  return [{ path: orderPath(event.plan_id, event.step_id, event.fence), bytes: renderOrder(sealed) }];
}

/** Several moves of one branch in one publish become one. */
function mergeMoves(moves: readonly RefChange[]): readonly RefChange[] {
  const byRef = new Map<string, RefChange>();
  for (const move of moves) byRef.set(move.ref, { ...move, before: byRef.get(move.ref)?.before ?? move.before });
  return [...byRef.values()];
}

function planOfInput(input: Input): string | undefined {
  if (input.type === 'submit') return input.plan.plan_id;
  if ('plan_id' in input) return input.plan_id;
  if ('scope' in input && input.scope !== 'all') return input.scope;
  return undefined;
}

/** A swap that was lost although the ledger stood still was lost on a plan's branch: somebody else moved it. */
async function branchesStand(session: LedgerSession, moves: readonly RefChange[]): Promise<void> {
  for (const { ref, before } of moves) {
    const now = await session.world.git.ref(ref);
    if (now === before || now === null) continue;
    const owner = [...session.state.plans.values()].find((plan) => session.refs.plan(plan.plan.plan_id) === ref);
    if (owner !== undefined && owner.tip === now) continue;
    throw new Failure({ code: 'BRANCH_MOVED', message: `${ref} was moved to ${now} by somebody else`, fix: `keep that work on another branch, then put this one back: git update-ref ${ref} ${before ?? '0'}` });
  }
}

/** The fence of a manager. What is decided after this look is swapped in only where the ledger still stands as it was looked at. */
export function requireEpoch({ epoch }: Pick<State, 'epoch'>, mine: number): void {
  if (epoch?.number === mine && !epoch.ended) return;
  const owner = parseOwner(epoch?.manager ?? '');
  const by = epoch === null || epoch.number === mine || owner === undefined ? '' : `: the manager of epoch ${String(epoch.number)} (process ${String(owner.pid)} on ${owner.host}) took over`;
  throw new Failure({ code: 'EPOCH_OLD', message: `epoch ${String(mine)} is over${by}`, fix: 'nothing to do: the work goes on there; coo status', exit: 75 });
}

/** What a newer coo decided may mean what this one does not know: it reads on, and appends nothing. */
/** Refuses where what was decided is known in part. */
export function requireKnown({ newer }: Pick<LedgerSession, 'newer'>): void {
  if (newer === undefined) return;
  throw new Failure({ code: 'ENGINE_NEWER', message: `entry ${String(newer.seq)} was decided by engine ${String(newer.engine)}, and this coo knows engines up to ${String(ENGINE)}: it reads this ledger and does not append to it`, fix: 'upgrade coo: npm install --global git-coo@latest', exit: 7 });
}

function refLocked(path: string, owner: string): Failure {
  return new Failure({ code: 'REF_LOCKED', message: `${path} is held by ${owner}`, fix: 'wait for that git process; if there is none, remove the file', exit: 75 });
}
