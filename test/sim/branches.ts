import { guardRange } from '../../src/app/guard/guard.ts';
import { encodeCommit } from '../../src/format/git-object.ts';
import type { PlanState } from '../../src/kernel/state.ts';
import type { GitObject, Oid } from '../../src/ports/git-store.ts';
import type { History } from '../../src/ports/history.ts';
import type { GitWork } from '../../src/ports/git-work.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { fakeGitWork, writeLeaves } from '../support/fake-git-work.ts';
import type { Leaf } from '../support/fake-git-work.ts';
import { fakeHistory } from '../support/fake-history.ts';
import { TARGET } from './places.ts';
import { PERSON } from './orgs.ts';
import type { Sim } from './sim.ts';

const FORGE = 'noreply@github.com';
const STRANGER = 'stranger@example.com';
const COO = 'coo@localhost';
const HERE = { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'n1' };
const MOST_MOVES = 6;

/** A branch of somebody's: where it began, where it is, which plans were squashed or rebased into it, and how many commits nobody listed answers for. */
interface Branch {
  readonly base: Oid;
  head: Oid;
  readonly copied: Set<string>;
  strangers: number;
}

/**
 * What people and forges do with the branches that coo made: merges, squashes, rebases, work of their own, in any order. All of it lawful, so
 * `coo guard ci` has nothing against any of it, and counts nobody but the strangers as nobody.
 */
export class Branches {
  readonly #sim: Sim;
  readonly #work: GitWork;
  readonly #history: History;
  readonly #sides: Branch[] = [];
  #count = 0;

  constructor(sim: Sim) {
    this.#sim = sim;
    this.#work = fakeGitWork({ store: sim.store, files: fakeFiles(), self: HERE });
    this.#history = fakeHistory(sim.store, this.#work);
  }

  /** What the guard has against what was done; undefined = nothing, as it must be. */
  async judged(): Promise<string | undefined> {
    const { chance, laws, store } = this.#sim;
    const main = store.repository.refs.get(TARGET) ?? '';
    const whole = await this.#history.range([main], { commits: [], reachable: 'from_none' });
    const root = whole[0]?.id ?? main;
    for (let moves = chance.between(1, MOST_MOVES); moves > 0; moves -= 1) await this.#move(root, main);
    const plans = [...laws.state.plans.values()].flatMap(({ plan, base, tip }) => (tip === null || tip === base ? [] : [{ base: base ?? root, head: tip, branch: `coo/${plan.plan_id}`, strangers: 0 }]));
    for (const one of [{ base: root, head: main, branch: 'main', strangers: 0 }, ...plans, ...this.#sides.map((side) => ({ ...side, branch: 'side' }))]) {
      const { base, head, branch, strangers } = one;
      const { findings, nobody } = await guardRange({ history: this.#history, secrets: { scan: async () => Promise.resolve([]) } }, { base, head, branch });
      const wrong = findings.find(({ severity }) => severity !== 'note');
      if (wrong !== undefined && wrong.code !== 'BREAKER_OPEN') return `coo guard ci, of ${branch}: ${wrong.code} ${wrong.path ?? wrong.commit ?? ''}: ${wrong.message}`;
      if (nobody !== strangers) return `coo guard ci, of ${branch}: nobody answers for ${String(nobody)} commits, of which ${String(strangers)} are strangers'`;
    }
    return undefined;
  }

  async #move(root: Oid, main: Oid): Promise<void> {
    const { chance, laws } = this.#sim;
    const side = chance.happens(0.3) ? undefined : chance.pick(this.#sides);
    if (side === undefined) {
      const base = chance.pick([root, main]) ?? root;
      this.#sides.push({ base, head: base, copied: new Set(), strangers: 0 });
      return;
    }
    const plan = chance.pick([...laws.state.plans.values()].filter(({ tip, base }) => tip !== null && tip !== base));
    switch (chance.weighted({ person: 2, stranger: 1, target: 1, side: 1, merge: 2, squash: 3, rebase: 3 })) {
      case 'person':
        return this.#own(side, PERSON);
      case 'stranger':
        side.strangers += 1;
        return this.#own(side, STRANGER);
      case 'target':
        return this.#merge(side, { head: main, copied: new Set() });
      case 'side': {
        const other = chance.pick(this.#sides);
        // Of another base some commits would be counted twice.
        if (other === undefined || other === side || other.base !== side.base || (other.strangers > 0 && side.strangers > 0)) return undefined;
        return this.#merge(side, other);
      }
      case 'merge':
        return plan?.tip === null || plan === undefined ? undefined : this.#merge(side, { head: plan.tip, copied: new Set() });
      case 'squash':
        return plan === undefined ? undefined : this.#squash(side, plan);
      case 'rebase':
        return plan === undefined ? undefined : this.#rebase(side, plan);
    }
  }

  async #own(side: Branch, who: string): Promise<void> {
    const path = `docs/side-${String((this.#count += 1))}.txt`;
    const { objects } = this.#sim.store.repository;
    const blob: GitObject = { type: 'blob', bytes: new TextEncoder().encode(`${path}\n`) };
    const id = this.#sim.store.idOf(blob);
    objects.set(id, blob);
    side.head = this.#commit([...(await this.#leaves(side.head)), [path, { mode: '100644', id }]], [side.head], who, who);
  }

  async #merge(side: Branch, theirs: Pick<Branch, 'head' | 'copied'> & { readonly strangers?: number }): Promise<void> {
    if (await this.#history.isAncestor(theirs.head, side.head)) return;
    for (const plan of this.#sim.laws.state.plans.values()) if (await this.#meetsItsCopy(plan, side, theirs)) return;
    const merged = await this.#work.merge(side.head, theirs.head);
    if (merged.kind === 'conflict') return;
    side.head = this.#commit(await this.#leaves(merged.tree), [side.head, theirs.head], STRANGER, FORGE);
    side.strangers += theirs.strangers ?? 0;
    for (const name of theirs.copied) side.copied.add(name);
  }

  /** Whether a plan's change would be there twice: a receipt answers once, and a second time the change is somebody's own. */
  async #meetsItsCopy(plan: PlanState, one: Pick<Branch, 'head' | 'copied'>, other: Pick<Branch, 'head' | 'copied'>): Promise<boolean> {
    const { plan_id } = plan.plan;
    return (one.copied.has(plan_id) && (await this.#holds(other, plan))) || (other.copied.has(plan_id) && (await this.#holds(one, plan)));
  }

  /** All of a plan's changes as one commit, receipts and all. */
  async #squash(side: Branch, plan: PlanState): Promise<void> {
    if (plan.tip === null || (await this.#holds(side, plan))) return;
    // Else it would bring what was on the target before.
    if (plan.base !== null && !(await this.#history.isAncestor(plan.base, side.head))) return;
    const merged = await this.#work.merge(side.head, plan.tip);
    if (merged.kind === 'conflict' || (await this.#changed(plan.base, plan.tip)).length === 0) return;
    side.copied.add(plan.plan.plan_id);
    side.head = this.#commit(await this.#leaves(merged.tree), [side.head], STRANGER, FORGE);
  }

  /** A plan's commits one after the other, without coo's merges. */
  async #rebase(side: Branch, plan: PlanState): Promise<void> {
    if (plan.tip === null || (await this.#holds(side, plan))) return;
    let head = side.head;
    for (const { id, parents } of await this.#history.range([plan.tip], { commits: plan.base === null ? [] : [plan.base], reachable: 'from_none' })) {
      if (parents.length > 1) continue;
      const leaves = new Map(await this.#leaves(head));
      for (const { path, before, after, after_mode } of await this.#work.changes(parents[0] ?? null, id)) {
        if ((leaves.get(path)?.id ?? null) !== before) return;
        if (after === null) leaves.delete(path);
        else leaves.set(path, { mode: after_mode as Leaf['mode'], id: after });
      }
      head = this.#commit([...leaves], [head], COO, FORGE);
    }
    side.head = head;
    side.copied.add(plan.plan.plan_id);
  }

  /** Whether something of a plan is in a branch already: then the rest of it is another patch. */
  async #holds(side: Pick<Branch, 'head' | 'copied'>, { plan: { plan_id }, base, tip }: PlanState): Promise<boolean> {
    if (side.copied.has(plan_id)) return true;
    const there = new Set((await this.#history.range([side.head], { commits: base === null ? [] : [base], reachable: 'from_none' })).map(({ id }) => id));
    const all = await this.#history.range(tip === null ? [] : [tip], { commits: base === null ? [] : [base], reachable: 'from_none' });
    return all.some(({ id }) => there.has(id));
  }

  async #changed(before: Oid | null, after: Oid): Promise<readonly unknown[]> {
    return (await this.#work.changes(before, after)).filter(({ path }) => !path.startsWith('_report/'));
  }

  async #leaves(treeish: Oid): Promise<readonly (readonly [string, Leaf])[]> {
    return (await this.#work.entries(treeish)).map(({ path, mode, id }) => [path, { mode: mode as Leaf['mode'], id }]);
  }

  #commit(leaves: readonly (readonly [string, Leaf])[], parents: readonly Oid[], author: string, committer: string): Oid {
    const { store } = this.#sim;
    const { objects } = store.repository;
    const tree = writeLeaves(store.idOf, objects, new Map(leaves));
    const [first = '', second = ''] = [author, committer].map((email) => `x <${email}>`);
    const text = new TextDecoder().decode(encodeCommit({ tree, parents, message: `move ${String((this.#count += 1))}\n`, at_ms: this.#sim.wall() }));
    const bytes = new TextEncoder().encode(text.replace(/^author coo <coo@localhost>/m, `author ${first}`).replace(/^committer coo <coo@localhost>/m, `committer ${second}`));
    const commit: GitObject = { type: 'commit', bytes };
    const id = store.idOf(commit);
    objects.set(id, commit);
    return id;
  }
}
