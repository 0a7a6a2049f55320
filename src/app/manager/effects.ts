import type { Command } from '../../kernel/state.ts';
import { isFault } from '../faults.ts';
import { judge } from '../judge/judge.ts';
import { agentHomePath, cooPaths } from '../layout.ts';
import { elsewhere, mendBranches } from '../ledger/mend.ts';
import { integrate } from '../integrate/integrate.ts';
import { storedBytes } from '../stored.ts';
import { treeMark, workerEnv } from '../worker/environment.ts';
import { cleanOutput } from '../worker/left-output.ts';
import { notedUsage, usageOf } from '../used.ts';
import { leftNothing } from '../worker/result.ts';
import { liveOrder } from './granted-order.ts';
import type { Pending } from './offers.ts';
import { readResult, readStart } from './results.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

type CommandOf<K extends Command['kind']> = Extract<Command, { readonly kind: K }>;

/** How long a worker's tree gets to end after it was asked to, in milliseconds. */
const STOP_GRACE_MS = 5_000;

/**
 * Carries out one owed effect and says what came of it, as offers. Idempotent: an effect that was half done by a manager that died
 * is found half done and finished. No offer = nothing to report yet (a worker announces itself by its start file).
 *
 * A manager that was replaced in the middle of one and wakes may finish it; what came of it is refused by its epoch, and what it does harms
 * nothing. Start: the worker that links the start name runs, the other one leaves. Stop: the fence is over for good, whoever ends its tree.
 * Judge: the quarantine and the shared store take objects by their content, checks run in a folder that bears the epoch, and branches move with
 * the entry alone. Integrate: the same. Moves of checked-out files go on under another name (`GitWork.resumeMoves`).
 */
export async function perform(desk: Desk, command: Command): Promise<readonly Pending[]> {
  switch (command.kind) {
    case 'start':
      return start(desk, command);
    case 'stop':
      return stop(desk, command);
    case 'judge':
      return judgeStep(desk, command);
    case 'integrate':
      return integrate(desk, command);
    default:
      return command satisfies never;
  }
}

async function start(desk: Desk, command: CommandOf<'start'>): Promise<readonly Pending[]> {
  const { world } = desk;
  const live = await liveOrder(desk.session, command);
  if (live === undefined || (await readStart(desk, command.order_id)) !== undefined) return [];
  await world.files.folder(cooPaths.orders(world.layout));
  // What the ledger holds, under a name that the worker can find without git.
  await world.files.replaceView(cooPaths.order(world.layout, command.order_id), live.bytes);
  const mark = treeMark(desk.session.state.ledger ?? '', command.order_id);
  const env = { ...workerEnv(world.env, live.order), COO_ORDER: command.order_id, [mark.name]: mark.value };
  if (await desk.spare.give(command.order_id, env)) return [];
  await world.processes.detach({ argv: [...world.workerArgv, world.layout.common, command.order_id], cwd: world.layout.coo, env });
  return [];
}

async function stop(desk: Desk, command: CommandOf<'stop'>): Promise<readonly Pending[]> {
  const { world } = desk;
  const { plan_id, step_id, fence, order_id } = command;
  const started = await closeStart(desk, order_id);
  if (started?.owner !== undefined && started.owner !== null) desk.spare.retire(started.owner.pid);
  // Who has left a result may be at another attempt by now.
  const over = (await world.files.info(cooPaths.result(world.layout, order_id))) !== undefined;
  const owner = started?.dedicated === true && !over ? started.owner : null;
  const survivors = await world.processes.killTree({ marker: treeMark(desk.session.state.ledger ?? '', order_id).marker, ...(owner === null ? {} : { owner }) }, STOP_GRACE_MS);
  // Whoever was killed took nothing back: a log-in ends with its attempt.
  await world.files.removeAll(agentHomePath(world.layout, desk.session.state.ledger ?? '', order_id));
  await cleanOutput(world, desk.session.state.ledger ?? '', order_id);
  if (survivors.length > 0) say(desk, 'error', 'worker.survives', `processes of ${order_id} could not be killed: ${survivors.join(', ')}`);
  // A result that came too late has all of it.
  const late = (await readResult(desk, order_id))?.agent;
  const usage = late === undefined ? await notedUsage(world, order_id) : usageOf(late);
  return [{ input: { type: 'stopped', plan_id, step_id, fence, survivors: survivors.length, ...(usage === undefined ? {} : { usage }), at_ms: world.clock.now() } }];
}

/** Who started the order; if nobody did, nobody can from now on. */
async function closeStart(desk: Desk, order_id: string): ReturnType<typeof readStart> {
  const { files, layout } = desk.world;
  try {
    await files.create(cooPaths.start(layout, order_id), storedBytes({ schema: 'coo/start.v1', order_id, owner: null, dedicated: false }));
    return undefined;
  } catch (cause) {
    if (isFault(cause, 'FILE_EXISTS')) return readStart(desk, order_id);
    throw cause;
  }
}

async function judgeStep(desk: Desk, command: CommandOf<'judge'>): Promise<readonly Pending[]> {
  const { world, session } = desk;
  const live = await liveOrder(desk.session, command);
  const { plan_id, step_id, fence } = command;
  const tip = session.state.plans.get(plan_id)?.tip ?? null;
  if (live === undefined || session.state.ledger === null) return [];
  const { order, claim } = live;
  const result = claim.kind === 'beating' ? ((await readResult(desk, command.order_id)) ?? null) : null;
  const at_ms = world.clock.now();
  const by = session.state.seats.get(claim.seat)?.seat.harness === 'bus' ? 'bus' : 'person';
  const harness = { kind: claim.kind === 'held' ? by : 'shell', version: desk.version } as const;
  const branch = session.refs.plan(plan_id);
  const standing = await world.git.ref(branch);
  if (standing !== tip) {
    for (const mended of (await mendBranches(session)).mended) say(desk, 'warn', 'branch.mended', mended);
    const now = await world.git.ref(branch);
    if (now !== tip) throw new Waits({ code: 'branch.moved', message: `${plan_id}/${step_id} cannot be accepted: ${branch} stands at ${now ?? 'nothing'}, and the ledger put it at ${tip ?? 'nothing'}`, fix: tip === null ? `git update-ref -d ${branch}` : elsewhere(branch, tip), who: 'person' });
  }
  const judged = await judge({ world, ledger: session.state.ledger, order, kind: claim.kind, commit: command.commit, tip, branch, result, witness: { at_ms, started_at_ms: claim.at_ms, harness }, epoch: desk.epoch, signal: desk.signal });
  // Whoever leaves takes no lock of the operator's any more.
  if (desk.signal.aborted) return [];
  const moves = await Promise.all(judged.refs.map(async ({ ref, before, after }) => (after === null ? undefined : world.work.prepareMove(ref, before, after))));
  const [blocked] = moves.flatMap((move) => (move !== undefined && 'kind' in move ? [move] : []));
  const prepared = moves.flatMap((move) => (move !== undefined && !('kind' in move) ? [move] : []));
  if (blocked !== undefined) {
    for (const move of prepared) await move.abandon();
    // A lock goes with the git that holds it.
    throw new Waits({ code: 'accept.waits', message: `${plan_id}/${step_id}: ${blocked.message}`, fix: blocked.fix, who: blocked.code === 'INDEX_LOCKED' ? 'time' : 'person' });
  }
  const { verdict, receipt, files, refs, fingerprint } = judged;
  const empty = result !== null && leftNothing(result, order.start_commit);
  return [
    {
      input: { type: 'judged', plan_id, step_id, fence, plan_before: tip, receipt, fingerprint, ...(empty ? { empty } : {}), ...(order.budget.lines === undefined ? {} : { lines: judged.lines }), verdict, at_ms },
      files,
      refs,
      settle: async (answer) => {
        for (const move of prepared) {
          if (answer?.ok !== true) await move.abandon();
          else for (const waiting of await move.finish()) say(desk, 'warn', 'worktree.waits', `${waiting.message}\n  fix: ${waiting.fix}`);
        }
      },
    },
  ];
}

/** An effect that cannot be carried out now: it stays owed, and is tried again later. `who` takes the reason away: a person, or time alone. */
export class Waits extends Error {
  readonly code: string;
  readonly fix: string;
  readonly who: 'person' | 'time';

  constructor({ code, message, fix, who }: { readonly code: string; readonly message: string; readonly fix: string; readonly who: 'person' | 'time' }) {
    super(message);
    this.name = 'Waits';
    this.code = code;
    this.fix = fix;
    this.who = who;
  }
}

