import type { Event } from '../../src/kernel/event.ts';

interface Seen {
  fence: number;
  holder: { readonly fence: number; readonly seat: string; readonly beating: boolean } | null;
  /** A worker that must be seen dead. */
  stopping: number | null;
  done: boolean;
  /** Done on evidence: for good. */
  merged: boolean;
}

/** Judges a history by its events alone, knowing nothing of the kernel's state. Throws at the first event that breaks a law. */
export class Auditor {
  private readonly steps = new Map<string, Seen>();
  private readonly deps = new Map<string, readonly string[]>();
  private readonly seats = new Map<string, string>();
  private readonly stopped = new Set<string>();
  private readonly counted = new Set<string>();
  private frozen = false;
  /** Half-open breakers, and the step that is tried. */
  private readonly trials = new Map<string, string | null>();
  /** Open breakers that only a person closes. */
  private readonly shut = new Set<string>();
  private groups: ReadonlyMap<string, readonly string[]> = new Map();
  private readonly unfit = new Set<string>();
  private readonly tips = new Map<string, string | null>();

  see(event: Event): void {
    switch (event.type) {
      case 'plan.accepted':
        this.tips.set(event.plan.plan_id, event.base);
        for (const step of event.plan.steps) this.deps.set(`${event.plan.plan_id}/${step.step_id}`, step.depends_on ?? []);
        return;
      case 'plan.revised':
        for (const step of event.plan.steps) this.deps.set(`${event.plan.plan_id}/${step.step_id}`, step.depends_on ?? []);
        return;
      case 'step.undone':
        this.deps.set(`${event.plan_id}/${event.undo.step_id}`, event.undo.depends_on ?? []);
        law(this.step(`${event.plan_id}/${event.step_id}`).done, 'only what is done is taken back', event);
        return;
      case 'step.deferred':
        law(this.step(event.behind).holder !== null, 'somebody is in the way', event);
        return;
      case 'step.skipped': {
        const key = `${event.plan_id}/${event.step_id}`;
        this.letGo(key, true);
        this.step(key).done = true;
        return;
      }
      case 'step.retried': {
        const seen = this.step(`${event.plan_id}/${event.step_id}`);
        law(!seen.merged, 'what is merged is not opened again', event);
        seen.done = false;
        return;
      }
      case 'question.answered':
        return;
      case 'paused':
        this.stopped.add(`paused ${event.scope}`);
        return;
      case 'resumed':
        this.stopped.delete(`paused ${event.scope}`);
        return;
      case 'plan.rolled_back':
        law(event.before === this.tips.get(event.plan_id), 'rolled back from the tip', event);
        this.tips.set(event.plan_id, event.after);
        for (const key of this.deps.keys()) if (key.startsWith(`${event.plan_id}/`)) law(this.step(key).holder === null, 'nobody holds a step of it', event);
        for (const [ids, done] of [[event.reopened, false], [event.dropped, true]] as const) {
          for (const id of ids) Object.assign(this.step(`${event.plan_id}/${id}`), { done, merged: false });
        }
        return;
      case 'plan.integrated':
        law(event.after === null || event.after === event.before || !this.frozen, 'nothing is frozen', event);
        return;
      case 'frozen':
        this.frozen = true;
        return;
      case 'thawed':
        this.frozen = false;
        return;
      case 'org.set':
        this.groups = new Map(event.org.seats.map(({ seat, group, harness }) => [seat, [`seat:${group}`, `harness:${harness}`]]));
        // What a seat that went lacked is not known of one of its name that comes.
        for (const scope of this.unfit) if (![...this.groups.values()].some((scopes) => scopes.includes(scope))) this.unfit.delete(scope);
        return;
      case 'seat.unfit':
        this.unfit.add(`seat:${event.group}`);
        return;
      case 'seat.fit':
        this.unfit.delete(`seat:${event.group}`);
        return;
      case 'breaker.opened':
        this.stopped.add(`open ${event.scope}`);
        this.trials.delete(event.scope);
        if (event.until_ms === null) this.shut.add(event.scope);
        else this.shut.delete(event.scope);
        return;
      case 'breaker.half_opened':
        law(!this.shut.has(event.scope), 'what a person must close does not half open', event);
        this.trials.set(event.scope, null);
        this.stopped.delete(`open ${event.scope}`);
        return;
      case 'breaker.closed':
        this.trials.delete(event.scope);
        this.shut.delete(event.scope);
        this.stopped.delete(`open ${event.scope}`);
        return;
      case 'plan.cancelled':
        for (const key of this.deps.keys()) if (key.startsWith(`${event.plan_id}/`)) this.letGo(key, true);
        return;
      case 'step.claimed':
        this.grant(event);
        return;
      case 'step.overridden': {
        const key = `${event.plan_id}/${event.step_id}`;
        this.letGo(key, true);
        if (event.to === 'done') this.step(key).done = true;
        return;
      }
      case 'worker.stopped': {
        const seen = this.step(`${event.plan_id}/${event.step_id}`);
        law(seen.stopping === event.fence, 'a stop that was owed', event);
        seen.stopping = null;
        return;
      }
      case 'late.refused':
        return;
      case 'run.spent': {
        const { holder, stopping } = this.step(`${event.plan_id}/${event.step_id}`);
        law(holder?.fence === event.fence || stopping === event.fence, 'who spends holds it, or is being stopped', event);
        return;
      }
      case 'run.counted': {
        const { fence } = this.step(`${event.plan_id}/${event.step_id}`);
        law(event.fence <= fence, 'what is counted was granted', event);
        law(!this.counted.has(`${event.plan_id}/${event.step_id} ${String(event.fence)}`), 'an attempt counts once', event);
        this.counted.add(`${event.plan_id}/${event.step_id} ${String(event.fence)}`);
        return;
      }
      default:
        if ('fence' in event) this.underClaim(event);
    }
  }

  private grant(event: Extract<Event, { readonly type: 'step.claimed' }>): void {
    const key = `${event.plan_id}/${event.step_id}`;
    const seen = this.step(key);
    law(event.fence === seen.fence + 1, 'the next fence', event);
    law(seen.holder === null, 'one holder', event);
    law(!seen.done, 'nothing done is done again', event);
    law(seen.stopping === null, 'the worker before it was seen dead', event);
    law(this.seats.get(event.seat) === undefined, 'one step a seat', event);
    for (const id of this.deps.get(key) ?? []) law(this.step(`${event.plan_id}/${id}`).done, `after ${id}`, event);
    for (const scope of ['all', event.plan_id, ...(this.groups.get(event.seat) ?? [])]) {
      law((this.trials.get(scope) ?? null) === null, 'one trial at a time', event);
      if (this.trials.has(scope)) this.trials.set(scope, key);
      law(!event.started_by_manager || !this.unfit.has(scope), 'the manager gives nothing to a seat that lacks something', event);
      law(!this.stopped.has(`paused ${scope}`) && !this.stopped.has(`open ${scope}`), `nothing stops ${scope}`, event);
    }
    law(!this.frozen, 'nothing is frozen', event);
    law(event.start === this.tips.get(event.plan_id), 'it starts from the tip', event);
    seen.fence = event.fence;
    seen.holder = { fence: event.fence, seat: event.seat, beating: event.kind === 'beating' };
    this.seats.set(event.seat, key);
  }

  private underClaim(event: Extract<Event, { readonly fence: number; readonly type: string }>): void {
    const key = `${event.plan_id}/${event.step_id}`;
    const seen = this.step(key);
    law(seen.holder?.fence === event.fence, 'only the live fence speaks', event);
    switch (event.type) {
      case 'run.accepted':
        law(!seen.done, 'accepted once', event);
        law(!this.frozen, 'nothing is frozen', event);
        law(event.plan_before === this.tips.get(event.plan_id), 'built on the tip', event);
        this.tips.set(event.plan_id, event.plan_after);
        seen.done = true;
        seen.merged = true;
        this.letGo(key, false);
        return;
      case 'run.ended':
        this.letGo(key, false);
        return;
      case 'run.lost':
      case 'claim.revoked':
      case 'claim.released':
      case 'claim.expired':
        this.letGo(key, true);
        return;
      default:
    }
  }

  private letGo(key: string, kill: boolean): void {
    const seen = this.step(key);
    if (seen.holder === null) return;
    if (kill && seen.holder.beating) seen.stopping = seen.holder.fence;
    this.seats.delete(seen.holder.seat);
    for (const [scope, trial] of this.trials) if (trial === key) this.trials.set(scope, null);
    seen.holder = null;
  }

  private step(key: string): Seen {
    let seen = this.steps.get(key);
    if (seen === undefined) {
      seen = { fence: 0, holder: null, stopping: null, done: false, merged: false };
      this.steps.set(key, seen);
    }
    return seen;
  }
}

function law(holds: boolean, name: string, event: Event): void {
  if (!holds) throw new Error(`broken: ${name}: ${JSON.stringify(event)}`);
}
