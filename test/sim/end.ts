import { isDeepStrictEqual } from 'node:util';
import { restoreMirror } from '../../src/app/ledger/mirror.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { cooPaths } from '../../src/app/layout.ts';
import { verify } from '../../src/app/verify/verify.ts';
import type { World } from '../../src/app/world.ts';
import type { Event } from '../../src/kernel/event.ts';
import { due } from '../../src/kernel/due.ts';
import { fold } from '../../src/kernel/fold.ts';
import { explainPlan, explainStep, planStatus } from '../../src/kernel/views.ts';
import { fingerprint } from '../kernel/fingerprint.ts';
import { Branches } from './branches.ts';
import type { Dropped } from './people.ts';
import { layout, REPO } from './places.ts';
import type { Sim } from './sim.ts';

/** What does not hold once everything has come to rest; undefined = nothing. */
export async function whatIsWrong(sim: Sim, world: World, dropped: readonly Dropped[]): Promise<string | undefined> {
  return unfinished(sim) ?? leftRunning(sim) ?? (await unequal(sim, world)) ?? (await unproven(sim, world)) ?? (await unheard(sim, dropped)) ?? (await new Branches(sim).judged());
}

/** Plans that neither ended nor say why not. */
function unfinished({ laws: { state } }: Sim): string | undefined {
  for (const plan of state.plans.values()) {
    const status = planStatus(plan);
    const steps = [...plan.steps.values()];
    const told = steps.map((step) => `${step.step_id} ${step.status}`).join(', ');
    if (status === 'active') return `${plan.plan.plan_id} is neither done nor stuck at the end: ${told}; ${plan.integration.kind}`;
    if (status === 'done' || status === 'cancelled') continue;
    const reasons = [...explainPlan(state, plan), ...steps.flatMap((step) => explainStep(state, plan, step))];
    if (reasons.length === 0) return `${plan.plan.plan_id} is ${status}, and nothing says why: ${told}`;
  }
  if (state.claims.size > 0) return `somebody still holds ${[...state.claims.keys()].join(', ')}`;
  const owed = due(state).filter((command) => command.kind !== 'integrate' || state.plans.get(command.plan_id)?.integration.kind !== 'blocked');
  if (owed.length > 0) return `still owed: ${owed.map(({ key }) => key).join(', ')}`;
  return undefined;
}

function leftRunning({ machine }: Sim): string | undefined {
  const left = machine.living.map(({ name }) => name).filter((name) => !name.startsWith('looks'));
  return left.length === 0 ? undefined : `still running: ${left.join(', ')}`;
}

/** The state that a process folds, with its cache and without, is the one that the events make. */
async function unequal({ laws }: Sim, world: World): Promise<string | undefined> {
  const right = fingerprint(fold(laws.events));
  for (const how of ['with its cache', 'without a cache']) {
    const session = await LedgerSession.open(world, 'all');
    await session.ensureAll();
    const folded = fingerprint(session.state);
    // Members may stand in another order.
    if (folded !== right && !isDeepStrictEqual(JSON.parse(folded), JSON.parse(right))) return `a session ${how} folds another state than the events make`;
    await world.files.removeAll(cooPaths.cache(layout));
  }
  return undefined;
}

async function unproven({ powerCuts }: Sim, world: World): Promise<string | undefined> {
  // Copies that were not on the disk yet are empty now: `coo verify --restore` writes them again.
  if (powerCuts > 0) await restoreMirror(world, await LedgerSession.open(world, 'all'), REPO, true);
  const [finding] = (await verify(world)).findings;
  return finding === undefined ? undefined : `coo verify: ${finding.code} ${finding.path}: ${finding.message}`;
}

/** Messages that were neither done nor refused, or more than once. */
async function unheard({ files, laws, powerCuts, worktrees }: Sim, dropped: readonly Dropped[]): Promise<string | undefined> {
  for (const { name, uid } of dropped) {
    const traces = laws.events.filter((event) => isTrace(event, name, uid)).length;
    if (traces !== 1 && powerCuts === 0) return `the message ${name} was taken ${String(traces)} times`;
  }
  for (const worktree of worktrees) {
    const left = await files.list(`${worktree}/_bus/in`);
    if (left.length > 0) return `${worktree}/_bus/in still holds ${left.join(', ')}`;
  }
  for (const epoch of await files.list(`${layout.coo}/spool`)) {
    const spooled = await files.list(`${layout.coo}/spool/${epoch}`);
    if (spooled.length > 0) return `the spool still holds ${spooled.join(', ')}`;
  }
  return undefined;
}

function isTrace(event: Event, name: string, uid: string): boolean {
  switch (event.type) {
    case 'message.refused':
      return event.name === name;
    case 'noted':
    case 'run.progress':
    case 'question.asked':
      return event.text === uid;
    case 'claim.released':
      return event.reason === uid;
    default:
      return false;
  }
}
