import { sha256Hex } from '../../src/format/canonical.ts';
import { entryPath, loadEntry } from '../../src/format/entry.ts';
import type { LoadedEntry } from '../../src/format/entry.ts';
import { decodeCommit, decodeTree } from '../../src/format/git-object.ts';
import { refNames, snapshotRef } from '../../src/app/ledger/names.ts';
import { handled } from '../../src/app/manager/spool.ts';
import type { Event, EventOf } from '../../src/kernel/event.ts';
import { apply } from '../../src/kernel/fold.ts';
import { orderId, parseOrderId } from '../../src/kernel/ids.ts';
import { violations } from '../../src/kernel/invariants.ts';
import { emptyState, findStep } from '../../src/kernel/state.ts';
import type { State } from '../../src/kernel/state.ts';
import type { GitObject, Oid } from '../../src/ports/git-store.ts';
import { Auditor } from '../kernel/auditor.ts';
import type { FakeRepository } from '../support/fake-git-store.ts';
import { Purse } from './purse.ts';
import { layout, LEDGER, OTHER, REPO, TARGET } from './places.ts';

/** What breaks a law. Thrown by the step that breaks it, and caught by the run. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** An entry of the branch. */
interface Taken {
  readonly id: Oid;
  readonly path: string;
  readonly entry: LoadedEntry;
  readonly sha256: string;
}

/**
 * Whoever looks on: knows the refs and objects as they are, and nothing of what any process believes. It follows the ledger with a fold of its own,
 * and holds every effect against what is published at that moment.
 */
export class Laws {
  state: State = emptyState();
  readonly events: Event[] = [];
  /** The ledger's commits, each with its entry's number. */
  readonly commits = new Map<Oid, number>();
  /** Why the run is over; the first reason counts. */
  broken: string | undefined;
  seq = 0;
  readonly #repository: FakeRepository;
  #auditor = new Auditor();
  #purse = new Purse();
  #taken: Taken[] = [];
  /** The last entry whose publisher was told that it is published. */
  #told = 0;
  readonly #refs = refNames('coo');
  /** Files that entries name, by path and digest. */
  readonly #named = new Set<string>();
  /** Where the ledger ever put a branch. */
  readonly #places = new Map<string, Set<Oid>>();
  readonly #begun = new Set<string>();
  /** Where each plan's branch stood at each snapshot. */
  readonly #baselines = new Map<string, ReadonlyMap<string, Oid | null>>();
  #head: Oid | null = null;
  #prev = '';

  constructor(repository: FakeRepository) {
    this.#repository = repository;
  }

  break(why: string): never {
    this.broken ??= why;
    throw new Broken(why);
  }

  /** A branch may stand there from now on though no entry put it there: a person's own work on it. */
  allow(ref: string, id: Oid): void {
    this.#places.set(ref, (this.#places.get(ref) ?? new Set()).add(id));
  }

  /** A publisher is about to hear that all that has moved is on the disk. */
  told(): void {
    this.#told = this.seq;
  }

  /** The power was gone: it may have taken entries whose publisher was not told yet. */
  powerWent(): void {
    const head = this.#repository.refs.get(this.#refs.ledger) ?? null;
    const back = head === null ? 0 : this.commits.get(head);
    if (back !== undefined && back >= this.#told && back < this.seq) {
      this.#goBack(back);
      this.#head = head;
    }
    this.refsMoved();
  }

  /** After any change of a ref. */
  refsMoved(): void {
    const { refs } = this.#repository;
    const head = refs.get(this.#refs.ledger) ?? null;
    if (head !== this.#head) this.#follow(head);
    const seen = refs.get(this.#refs.seen);
    if (seen !== undefined && !this.commits.has(seen)) this.break(`seen stands at ${seen}, which the ledger never held: it is ahead of what is durable`);
    for (const [ref, id] of refs) {
      if (ref === this.#refs.ledger || !(ref.startsWith('refs/heads/coo/') || ref.startsWith('refs/tags/') || ref === TARGET)) continue;
      if (this.#places.get(ref)?.has(id) !== true) this.break(`${ref} moved to ${id}, and no entry says so`);
    }
  }

  /** What a session says that it has published, or folded. */
  acknowledged(who: string, head: Oid | null, seq: number): void {
    if (head !== null && this.commits.get(head) !== seq) this.break(`${who} acknowledged entry ${String(seq)} (${head}), which is not on the branch`);
  }

  /** Somebody was told that a step is his. */
  claimed(plan_id: string, step_id: string, fence: number): void {
    this.#granted(orderId(plan_id, step_id, fence), 'is acknowledged as claimed');
  }

  /** Somebody is about to start the worker of an order. */
  starts(order_id: string): void {
    this.#granted(order_id, 'is started');
  }

  /** A tree of processes is looked for by its mark. */
  marks(marker: string): void {
    if (!marker.startsWith(`COO_TREE=${LEDGER}.`)) this.break(`processes are marked ${marker}, without their ledger's name`);
  }

  /** A worker has linked the start name of an order: it runs. */
  begins(order_id: string): void {
    this.#granted(order_id, 'runs');
    if (this.#begun.has(order_id)) this.break(`two workers began ${order_id}`);
    this.#begun.add(order_id);
  }

  /** Live workers of one step: at most one may be under a fence that is not over. `orders`: what the living ones work at. */
  workers(orders: readonly string[]): void {
    const steps = new Map<string, string>();
    for (const order of orders) {
      const at = parseOrderId(order);
      if (at === undefined) continue;
      const key = `${at.plan_id}/${at.step_id}`;
      const other = steps.get(key);
      if (other !== undefined) this.break(`${other} and ${order} are at work at the same time`);
      steps.set(key, order);
    }
  }

  /** Something is about to be written where others see it. */
  shows(path: string, bytes: Uint8Array): void {
    const worktree = [REPO, OTHER].find((one) => path.startsWith(`${one}/`)) ?? REPO;
    const shown = path.slice(worktree.length + 1);
    if (shown.startsWith('_report/') || shown.startsWith('_bus/orders/')) {
      if (!this.#named.has(`${shown} ${sha256Hex(bytes)}`)) this.break(`${shown} is shown, and no entry names these bytes`);
    } else if (shown.startsWith('_bus/claims/')) {
      const view = JSON.parse(new TextDecoder().decode(bytes)) as { readonly plan_id: string; readonly step_id: string; readonly fence?: number };
      if (view.fence !== undefined) this.#granted(orderId(view.plan_id, view.step_id, view.fence), 'is shown as claimed');
    } else if (path.startsWith(`${layout.coo}/tokens/`)) this.#granted(path.slice(`${layout.coo}/tokens/`.length), 'has a token');
  }

  /** A taken message is about to be forgotten. */
  forgets(path: string): void {
    const [, epoch, number] = /\/spool\/([0-9]+)(?:\.[0-9]+)?\/([0-9]+)\./.exec(path) ?? [];
    if (epoch === undefined || number === undefined) return;
    if (!handled({ epoch: Number(epoch), number: Number(number) }, this.state.spool)) this.break(`${path} is removed before the ledger has it`);
  }

  /** A result is about to be put aside as late. */
  lays(order_id: string): void {
    const at = parseOrderId(order_id);
    const told = this.events.some((event) => event.type === 'late.refused' && at !== undefined && event.plan_id === at.plan_id && event.step_id === at.step_id && event.fence === at.fence);
    if (!told) this.break(`the result of ${order_id} is put aside, and no entry says that it is late`);
  }

  #granted(order_id: string, what: string): void {
    const at = parseOrderId(order_id);
    const plan = at === undefined ? undefined : this.state.plans.get(at.plan_id);
    const last = at === undefined ? 0 : (findStep(this.state, at.plan_id, at.step_id)?.fence ?? plan?.retired.get(at.step_id) ?? 0);
    if (at === undefined || at.fence > last) this.break(`${order_id} ${what}, and the ledger granted nothing beyond fence ${String(last)}`);
  }

  /** The branch may only grow, by one whole and lawful entry a commit. */
  #follow(head: Oid | null): void {
    const added: Oid[] = [];
    for (let at = head; at !== this.#head; ) {
      if (at === null) this.break(`the ledger went from ${this.#head ?? 'nothing'} to ${head ?? 'nothing'}: what was published is gone`);
      added.push(at);
      at = this.#commit(at).parents[0] ?? null;
    }
    for (const id of added.toReversed()) this.#take(id);
    this.#head = head;
  }

  #take(id: Oid): void {
    const path = entryPath(this.seq + 1);
    const blob = this.#fileOf(this.#commit(id).tree, path);
    const loaded = blob === undefined ? undefined : loadEntry(blob.bytes, path);
    if (loaded?.ok !== true) this.break(`commit ${id} has no entry ${path} that can be read`);
    this.#keep({ id, path, ...loaded });
  }

  /** Entries after this one never were. */
  #goBack(seq: number): void {
    const kept = this.#taken.slice(0, seq);
    this.state = emptyState();
    [this.#auditor, this.#purse, this.#taken, this.seq, this.#prev] = [new Auditor(), new Purse(), [], 0, ''];
    this.events.length = 0;
    this.commits.clear();
    for (const taken of kept) this.#keep(taken);
  }

  #keep(taken: Taken): void {
    const { id, path, entry, sha256 } = taken;
    this.#taken.push(taken);
    if (entry.prev !== this.#prev || entry.seq !== this.seq + 1) this.break(`entry ${String(entry.seq)} does not continue entry ${String(this.seq)}`);
    for (const file of [...entry.files, { path, sha256 }]) this.#named.add(`${file.path} ${file.sha256}`);
    for (const event of entry.events) this.#meet(event);
    this.seq = entry.seq;
    this.#prev = sha256;
    this.commits.set(id, entry.seq);
    const [wrong] = violations(this.state);
    if (wrong !== undefined) this.break(`after entry ${String(this.seq)}: ${wrong}`);
  }

  #meet(event: Event): void {
    try {
      this.#auditor.see(event);
    } catch (cause) {
      this.break(cause instanceof Error ? cause.message : String(cause));
    }
    apply(this.state, event);
    const wrong = this.#purse.see(event, this.state);
    if (wrong !== undefined) this.break(wrong);
    this.events.push(event);
    if (event.type === 'plan.accepted' && event.base !== null) this.allow(this.#refs.plan(event.plan.plan_id), event.base);
    if (event.type === 'run.accepted') this.allow(this.#refs.plan(event.plan_id), event.plan_after);
    if (event.type === 'snapshot.taken') {
      this.allow(snapshotRef(event.name), event.tag);
      this.#baselines.set(event.name, new Map(Array.from(this.state.plans.values(), ({ plan, tip }) => [plan.plan_id, tip])));
    }
    if (event.type === 'plan.rolled_back') this.#wentBack(event);
    if (event.type === 'plan.integrated' && event.after !== null) this.allow(`refs/heads/${event.target}`, event.after);
  }

  /** A plan that was rolled back has the files that it had, but for what coo records. */
  #wentBack({ plan_id, snapshot, after }: EventOf<'plan.rolled_back'>): void {
    if (after === null) return;
    this.allow(this.#refs.plan(plan_id), after);
    const then = this.#baselines.get(snapshot)?.get(plan_id) ?? null;
    const [had, has] = [then, after].map((commit) => (commit === null ? '' : this.#work(this.#commit(commit).tree, '').join('\n')));
    if (had !== has) this.break(`${plan_id} was rolled back to ${snapshot}, and has other files than it had`);
  }

  /** Every file below a tree with its blob, but for the record. */
  #work(tree: Oid, below: string): readonly string[] {
    const object = this.#repository.objects.get(tree);
    return decodeTree(object?.bytes ?? new Uint8Array(), 'sha1').flatMap(({ name, mode, id }) => {
      const path = `${below}${name}`;
      if (path === '_report') return [];
      return mode === '40000' ? this.#work(id, `${path}/`) : [`${path} ${id}`];
    });
  }

  #commit(id: Oid): { readonly tree: Oid; readonly parents: readonly Oid[] } {
    const object = this.#repository.objects.get(id);
    const commit = object?.type === 'commit' ? decodeCommit(object.bytes) : null;
    return commit ?? this.break(`the ledger's commit ${id} is lost`);
  }

  #fileOf(tree: Oid, path: string): GitObject | undefined {
    let at: Oid | undefined = tree;
    for (const part of path.split('/')) {
      const object: GitObject | undefined = at === undefined ? undefined : this.#repository.objects.get(at);
      if (object?.type !== 'tree') return undefined;
      at = decodeTree(object.bytes, 'sha1').find(({ name }) => name === part)?.id;
    }
    return at === undefined ? undefined : this.#repository.objects.get(at);
  }
}
