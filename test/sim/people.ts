import { amend } from '../../src/app/operations/amend.ts';
import { claim } from '../../src/app/operations/claim.ts';
import { freeze, thaw } from '../../src/app/operations/freeze.ts';
import { sayHeld } from '../../src/app/operations/hold.ts';
import type { Word } from '../../src/app/operations/hold.ts';
import { answer, cancel, closeBreaker, openBreaker, override, pause, reassign, resume, retry, skip, undo } from '../../src/app/operations/manage.ts';
import { rollBack } from '../../src/app/operations/rollback.ts';
import { seize } from '../../src/app/operations/seize.ts';
import { takeSnapshot } from '../../src/app/operations/snapshot.ts';
import { renderFile } from '../../src/format/file.ts';
import type { Claim, PlanState, StepState } from '../../src/kernel/state.ts';
import { findStep } from '../../src/kernel/state.ts';
import type { SimProcess } from './machine.ts';
import { layout, REPO, TARGET } from './places.ts';
import { anotherOrg, firstOrg, SEATS } from './orgs.ts';
import { planBytes } from './plans.ts';
import type { Sim } from './sim.ts';

const ORG_FILE = `${REPO}/_plans/coo.yaml`;
const WHO = { by: 'op', reason: 'because' } as const;

/** A message that was dropped: its name, and the word by which its trace in the ledger is known. */
export interface Dropped {
  readonly name: string;
  readonly uid: string;
}

/** What a command gives back, as far as anybody looks at it: the session it ended with. */
type Answered = { readonly ok: boolean; readonly session?: { readonly head: string | null; readonly seq: number } } | undefined;

/** People and agents with a shell: they type commands, each a process of its own, and drop files. */
export class People {
  readonly dropped: Dropped[] = [];
  readonly #sim: Sim;
  readonly #report: (self: SimProcess, cause: unknown) => void;
  #count = 0;

  /** `report`: told what a command ended with that did not end well. */
  constructor(sim: Sim, report: (self: SimProcess, cause: unknown) => void) {
    this.#sim = sim;
    this.#report = report;
  }

  /** Something that somebody does now, on what the ledger says now. */
  act(): void {
    const { chance } = this.#sim;
    const step = chance.pick(this.#steps());
    const held = chance.pick(this.#held());
    const plan = chance.pick([...this.#sim.laws.state.plans.values()]);
    const known = this.#sim.laws.state.snapshots.size > 0;
    switch (chance.weighted({ claim: 4, claimFile: 2, say: 6, drop: 4, retry: 2, answer: 2, pause: 1, resume: 2, seize: 1, override: 0.5, cancel: 0.2, skip: 0.5, reassign: 0.5, undo: 0.5, breaker: 0.5, freeze: 0.5, thaw: 1, snapshot: known ? 0.5 : 2, rollback: known ? 4 : 0, revise: 1, organise: 1, push: 0.7, again: 1 })) {
      case 'claim':
        if (step !== undefined) this.#claim(step);
        return;
      case 'claimFile':
        if (step !== undefined) this.#claimFile(step);
        return;
      case 'say':
        if (held !== undefined) this.say(held, this.#word(held));
        return;
      case 'drop':
        this.#drop(held);
        return;
      case 'retry':
        if (step !== undefined) this.type('retry', async (self) => retry(this.#sim.world(self), chance.happens(0.2) ? step.plan_id : step.key, WHO));
        return;
      case 'answer':
        this.#answerOne(step);
        return;
      case 'pause':
        this.type('pause', async (self) => pause(this.#sim.world(self), this.#scope(plan), WHO));
        return;
      case 'resume':
        this.type('resume', async (self) => resume(this.#sim.world(self), [...this.#sim.laws.state.paused.keys()][0] ?? 'all', WHO));
        return;
      case 'seize':
        if (step !== undefined) this.type('seize', async (self) => this.#seize(self, step));
        return;
      case 'override':
        if (step !== undefined) this.type('override', async (self) => override(this.#sim.world(self), step.key, chance.pick(['done', 'failed', 'blocked'] as const) ?? 'done', WHO));
        return;
      case 'cancel':
        if (plan !== undefined) this.type('cancel', async (self) => cancel(this.#sim.world(self), plan.plan.plan_id, WHO));
        return;
      case 'skip':
        if (step !== undefined) this.type('skip', async (self) => skip(this.#sim.world(self), step.key, WHO));
        return;
      case 'reassign':
        if (step !== undefined) this.type('reassign', async (self) => reassign(this.#sim.world(self), step.key, chance.pick([...SEATS, null]) ?? null, WHO));
        return;
      case 'undo':
        if (step !== undefined) this.type('undo', async (self) => undo(this.#sim.world(self), step.key, WHO));
        return;
      case 'breaker':
        this.#breaker(this.#scope(plan));
        return;
      case 'freeze':
        this.type('freeze', async (self) => freeze(this.#sim.world(self), WHO));
        return;
      case 'thaw':
        this.type('thaw', async (self) => thaw(this.#sim.world(self), WHO));
        return;
      case 'snapshot':
        this.type('snapshot', async (self) => takeSnapshot(this.#sim.world(self), `s${String(chance.below(3))}`, WHO));
        return;
      case 'rollback':
        this.#rollBack(chance.pick([...this.#sim.laws.state.snapshots.keys()]) ?? 's0', chance.happens(0.1));
        return;
      case 'revise':
        this.#revise(plan);
        return;
      case 'organise':
        this.#write(ORG_FILE, new TextEncoder().encode(anotherOrg(this.#sim.agents, chance)));
        return;
      case 'push':
        this.#push();
        return;
      case 'again':
        this.#resultAgain();
    }
  }

  /** What people do in the end, so that nothing waits for them any longer. True when there was something. */
  clearAway(): boolean {
    const { laws } = this.#sim;
    const { paused, breakers, claims, frozen, plans } = laws.state;
    let any = false;
    const type = (name: string, act: (self: SimProcess) => Promise<Answered>): void => {
      any = true;
      this.type(name, act);
    };
    if (frozen !== null) type('thaw', async (self) => thaw(this.#sim.world(self), WHO));
    for (const scope of paused.keys()) type('resume', async (self) => resume(this.#sim.world(self), scope, WHO));
    for (const scope of breakers.keys()) type('breaker', async (self) => closeBreaker(this.#sim.world(self), scope, WHO));
    for (const one of claims.values()) {
      if (one.kind !== 'held' || one.reported !== null) continue;
      any = true;
      // On top of what came in meanwhile: the others' work is merged.
      this.say(one, { kind: 'done', commit: this.#work({ ...one, start: plans.get(one.plan_id)?.tip ?? one.start }) });
    }
    for (const step of this.#steps()) {
      if (step.question !== null && step.status === 'blocked') type('answer', async (self) => answer(this.#sim.world(self), step.key, 'yes', 'op'));
      else if (step.status === 'ready') type('claim', async (self) => this.#claimInTheEnd(self, step));
    }
    return any;
  }

  /** Everybody is there again, with a file that can be read. */
  organise(): void {
    this.#write(ORG_FILE, new TextEncoder().encode(firstOrg(this.#sim.agents)));
  }

  /** A command, in a process of its own. */
  type(name: string, act: (self: SimProcess) => Promise<Answered>): void {
    const { machine, laws, scheduler } = this.#sim;
    const self = machine.start(`coo-${name}`);
    scheduler.add(self, 'begins', () => {
      act(self).then(
        (answered) => {
          const session = answered?.session;
          if (answered?.ok === true && session !== undefined) laws.acknowledged(self.name, session.head, session.seq);
          machine.kill(self);
        },
        (cause: unknown) => {
          this.#report(self, cause);
          machine.kill(self);
        },
      ).catch((cause: unknown) => this.#report(self, cause));
    });
  }

  say({ plan_id, step_id, fence }: Claim, word: Word): void {
    this.type(word.kind, async (self) => sayHeld(this.#sim.world(self), { plan_id, step_id, fence }, word));
  }

  #steps(): readonly StepState[] {
    return [...this.#sim.laws.state.plans.values()].flatMap((plan) => Array.from(plan.steps.values()));
  }

  #held(): readonly Claim[] {
    const { chance, laws } = this.#sim;
    const all = [...laws.state.claims.values()];
    // Now and then about what a worker holds, or under a fence that is over.
    const held = chance.happens(0.9) ? all.filter(({ kind }) => kind === 'held') : all;
    return chance.happens(0.2) ? held.map((one) => ({ ...one, fence: one.fence + chance.between(-1, 1) })) : held;
  }

  #scope(plan: PlanState | undefined): string {
    return plan === undefined || this.#sim.chance.happens(0.3) ? 'all' : plan.plan.plan_id;
  }

  /** Where somebody works now. */
  #worktree(): string {
    const { worktrees, chance } = this.#sim;
    return worktrees.length > 1 ? (chance.pick(worktrees) ?? REPO) : REPO;
  }

  #seat(): string {
    return this.#sim.chance.pick(SEATS) ?? 'you';
  }

  #claim({ plan_id, step_id }: StepState): void {
    const nonce = `nonce-${String(this.#sim.chance.below(4))}`;
    const seat = this.#seat();
    this.type('claim', async (self) => {
      const answered = await claim(this.#sim.world(self), { plan_id, step_id, seat, nonce });
      if (answered.ok) this.#sim.laws.claimed(plan_id, step_id, answered.claimed.fence);
      return undefined;
    });
  }

  async #claimInTheEnd(self: SimProcess, { plan_id, step_id, assigned }: StepState): Promise<Answered> {
    await claim(this.#sim.world(self), { plan_id, step_id, seat: assigned ?? 'you', nonce: `end-${String((this.#count += 1))}` });
    return undefined;
  }

  #claimFile({ plan_id, step_id }: StepState): void {
    const nonce = `nonce-${String((this.#count += 1)).padStart(8, '0')}`;
    this.#write(`${this.#worktree()}/_bus/claims/${plan_id}.${step_id}.json`, renderFile({ plan_id, step_id, seat: this.#seat(), nonce }));
  }

  async #seize(self: SimProcess, { plan_id, step_id }: StepState): Promise<Answered> {
    await seize(this.#sim.world(self), { plan_id, step_id, seat: this.#seat(), nonce: `seize-${String((this.#count += 1))}`, ...WHO, onWait: () => undefined });
    return undefined;
  }

  #rollBack(to: string, isDry: boolean): void {
    this.type('rollback', async (self) => void (await rollBack(this.#sim.world(self), to, WHO, isDry)));
  }

  #breaker(scope: string): void {
    const { chance } = this.#sim;
    const [opens, stops] = [chance.happens(0.5), chance.happens(0.3)];
    this.type('breaker', async (self) => (opens ? openBreaker(this.#sim.world(self), scope, WHO, stops) : closeBreaker(this.#sim.world(self), scope, WHO)));
  }

  #answerOne(step: StepState | undefined): void {
    const asking = this.#steps().find(({ question }) => question !== null) ?? step;
    if (asking !== undefined) this.type('answer', async (self) => answer(this.#sim.world(self), asking.key, 'yes', 'op'));
  }

  #word(held: Claim): Word {
    switch (this.#sim.chance.weighted({ done: 5, renew: 1, release: 1, block: 0.5, question: 1, give: 0.5, progress: 1 })) {
      case 'done':
        return { kind: 'done', commit: this.#sim.chance.happens(0.1) ? null : this.#work(held) };
      case 'renew':
        return { kind: 'renew' };
      case 'release':
        return { kind: 'release', reason: 'no time' };
      case 'block':
        return { kind: 'block', reason: 'cannot' };
      case 'question':
        return { kind: 'question', to: 'you', text: 'which?' };
      case 'give':
        return { kind: 'give', seat: this.#seat(), reason: 'yours' };
      case 'progress':
        return { kind: 'progress', text: 'half' };
    }
  }

  /** A commit by hand for a step: in its scope, as a rule. */
  #work({ plan_id, step_id, start, fence }: Claim): string {
    const spec = findStep(this.#sim.laws.state, plan_id, step_id)?.spec;
    const path = this.#sim.chance.happens(this.#sim.weather.work / 2) ? 'elsewhere.txt' : (spec?.outputs?.[0] ?? spec?.scope?.[0] ?? `src/${step_id}.txt`);
    return this.#sim.workshop.commitByHand(start, path, `${plan_id} ${step_id} ${String(fence)} ${String((this.#count += 1))}\n`);
  }

  #drop(held: Claim | undefined): void {
    const { chance } = this.#sim;
    const uid = `uid-${String((this.#count += 1))}`;
    const at = { plan_id: held?.plan_id ?? 'p0', step_id: held?.step_id ?? 'a', fence: held?.fence ?? 1 };
    const kinds = [
      { type: 'note', text: uid },
      { type: 'step.progress', ...at, text: uid },
      { type: 'claim.release', ...at, reason: uid },
      { type: 'step.question', ...at, to: 'you', text: uid },
      { type: 'step.blocked', ...at, reason: uid },
    ];
    const name = `m${uid}.json`;
    const bytes = chance.happens(0.1) ? new TextEncoder().encode('{"type": "no') : renderFile(chance.pick(kinds) ?? {});
    this.#write(`${this.#worktree()}/_bus/in/${name}`, bytes);
    this.dropped.push({ name, uid });
  }

  #revise(plan: PlanState | undefined): void {
    if (plan === undefined) return;
    const { plan_id } = plan.plan;
    this.#write(`${REPO}/_plans/${plan_id}.plan.json`, planBytes(plan_id, this.#sim.agents, this.#sim.chance));
    if (this.#sim.chance.happens(0.3)) this.type('amend', async (self) => void (await amend(this.#sim.world(self), plan_id, 'op')));
  }

  /** Somebody commits to the target. */
  #push(): void {
    const { store, laws, workshop } = this.#sim;
    const commit = workshop.commitByHand(store.repository.refs.get(TARGET) ?? null, `docs/${String((this.#count += 1))}.txt`, 'words\n');
    laws.allow(TARGET, commit);
    this.#sim.moveRef(TARGET, commit);
    this.#sim.synced();
  }

  /** A result that was put aside comes back, as from a copy of the folder. */
  #resultAgain(): void {
    const { files, chance } = this.#sim;
    const late = `${layout.coo}/late/`;
    const path = chance.pick(files.names().filter((name) => name.startsWith(late)));
    if (path !== undefined) void files.link(path, `${layout.coo}/results/${path.slice(late.length)}`).catch((cause: unknown) => this.#sim.scheduler.note(String(cause)));
  }

  /** With no fault: people write with editors, not with ours. */
  #write(path: string, bytes: Uint8Array): void {
    const { files, scheduler } = this.#sim;
    scheduler.note(`somebody writes ${path}`);
    if (path.includes('/_bus/claims/')) void files.create(path, bytes).catch((cause: unknown) => scheduler.note(String(cause)));
    else void files.replace(path, bytes);
    this.#sim.changed(path.slice(0, path.lastIndexOf('/')));
  }
}
