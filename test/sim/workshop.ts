import { posix } from 'node:path';
import type { AttemptGit } from '../../src/ports/attempt-git.ts';
import type { GitObject, Oid } from '../../src/ports/git-store.ts';
import type { Ending, Spawn } from '../../src/ports/process.ts';
import { decodeCommit, decodeTree, encodeCommit } from '../../src/format/git-object.ts';
import { packBytes, writeLeaves } from '../support/fake-git-work.ts';
import type { Leaf } from '../support/fake-git-work.ts';
import { PERSON } from './orgs.ts';
import type { Sim } from './sim.ts';

const EXITS: Ending = { kind: 'exited', code: 0 };
const FAILS: Ending = { kind: 'exited', code: 1 };
const LONGEST_MS = 4_000;

/** What the programs of steps do in their workspaces, and what git makes of it there. */
export class Workshop {
  readonly #sim: Sim;
  /** Files written in each workspace. */
  readonly #written = new Map<string, Map<string, string>>();
  /** Objects made in each workspace. */
  readonly #made = new Map<string, Map<Oid, GitObject>>();

  constructor(sim: Sim) {
    this.#sim = sim;
  }

  /** A step's command is `write <path>`, a check's `check`. Most do what they say. */
  command({ argv, cwd }: Spawn): { readonly ending: Ending; readonly afterMs: number | null; readonly work: () => void } {
    const { chance, weather } = this.#sim;
    const [what = '', path = ''] = (argv.at(-1) ?? '').split(' ');
    const afterMs = 1 + chance.below(LONGEST_MS);
    const idle = (): void => undefined;
    const write = (file: string) => (): void => this.#write(cwd, file);
    const odd = chance.happens(weather.work);
    if (what === 'check') return { ending: odd ? FAILS : EXITS, afterMs: afterMs / 4, work: idle };
    if (!odd) return { ending: EXITS, afterMs, work: write(path) };
    switch (chance.below(6)) {
      case 0:
        return { ending: FAILS, afterMs, work: write(path) };
      case 1:
        return { ending: EXITS, afterMs: null, work: idle };
      case 2:
        return { ending: EXITS, afterMs, work: idle };
      case 3:
        return { ending: EXITS, afterMs, work: write('elsewhere.txt') };
      case 4:
        return { ending: { kind: 'signalled', signal: 'SIGKILL' }, afterMs, work: write(path) };
      default:
        return { ending: EXITS, afterMs: afterMs * 5, work: write(path) };
    }
  }

  /** A commit by hand, in the repository itself: one file on top of a start. By a listed person. */
  commitByHand(start: Oid | null, path: string, text: string): Oid {
    const { store } = this.#sim;
    const { objects } = store.repository;
    const made = objects.get(this.#commit(objects, start, new Map([[path, text]]), 'by hand'));
    const commit: GitObject = { type: 'commit', bytes: new TextEncoder().encode(new TextDecoder().decode(made?.bytes).replaceAll('coo <coo@localhost>', `you <${PERSON}>`)) };
    const id = store.idOf(commit);
    objects.set(id, commit);
    return id;
  }

  git(): AttemptGit {
    return {
      seal: async ({ folder, start, message }) => {
        const written = this.#written.get(folder);
        if (written === undefined || written.size === 0) return Promise.resolve({ commit: start, tree: null, hidden: [] });
        const objects = new Map<Oid, GitObject>();
        const commit = this.#commit(objects, start, written, message);
        this.#made.set(folder, objects);
        return Promise.resolve({ commit, tree: null, hidden: [] });
      },
      others: async () => Promise.resolve([]),
      added: async () => Promise.resolve([]),
      pack: async ({ folder, file }) => {
        const objects = this.#made.get(folder);
        if (objects === undefined) return false;
        await this.#sim.files.folder(posix.dirname(file));
        await this.#sim.files.replaceView(file, packBytes(objects.values()));
        return true;
      },
    };
  }

  #write(folder: string, path: string): void {
    const written = this.#written.get(folder) ?? new Map<string, string>();
    written.set(path, `${folder} ${String(this.#sim.scheduler.now)}\n`);
    this.#written.set(folder, written);
  }

  #commit(into: Map<Oid, GitObject>, start: Oid | null, written: ReadonlyMap<string, string>, message: string): Oid {
    const { store } = this.#sim;
    const leaves = new Map(start === null ? [] : this.#leavesOf(start));
    const put = (object: GitObject): Oid => {
      const id = store.idOf(object);
      into.set(id, object);
      return id;
    };
    for (const [path, text] of written) leaves.set(path, { mode: '100644', id: put({ type: 'blob', bytes: new TextEncoder().encode(text) }) });
    const tree = writeLeaves(store.idOf, into, leaves);
    return put({ type: 'commit', bytes: encodeCommit({ tree, parents: start === null ? [] : [start], message, at_ms: this.#sim.wall() }) });
  }

  #leavesOf(commit: Oid): readonly (readonly [string, Leaf])[] {
    const { objects } = this.#sim.store.repository;
    const read = (tree: Oid): readonly (readonly [string, Leaf])[] =>
      decodeTree(objects.get(tree)?.bytes ?? new Uint8Array(), 'sha1').flatMap(({ name, mode, id }) => (mode === '40000' ? read(id).map(([path, leaf]) => [`${name}/${path}`, leaf] as const) : [[name, { mode, id }] as const]));
    return read(decodeCommit(objects.get(commit)?.bytes ?? new Uint8Array())?.tree ?? '');
  }
}
