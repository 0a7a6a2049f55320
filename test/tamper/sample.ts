import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryPath, parseEntry, renderEntry } from '../../src/format/entry.ts';
import type { Entry, Sign } from '../../src/format/entry.ts';
import { sha256Hex } from '../../src/format/canonical.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

export type Who = 'person' | 'stranger' | 'coo' | 'seat' | 'forge';

const EMAILS: Readonly<Record<Who, string>> = { person: 'tester@example.com', stranger: 'stranger@example.com', coo: 'coo@localhost', seat: 'dev-1@coo.localhost', forge: 'noreply@github.com' };

/** Plans of the sample: one that was merged, one that stands on its branch, one whose attempt was refused. */
const HELLO = `plan_id: hello
title: Say hello, then check it
steps:
  - {step_id: greet, objective: write the greeting, commands: ["echo hello > greeting.txt"], outputs: [greeting.txt]}
  - {step_id: check, objective: check the greeting, depends_on: [greet], commands: [["grep", "-q", "hello", "greeting.txt"]]}
`;
const MORE = `plan_id: more
title: Two changes, one of them in two commits
integrate: none
steps:
  - {step_id: one, objective: write one, commands: ["printf '1\\\\n2\\\\n3\\\\n' > one.txt"], outputs: [one.txt]}
  - {step_id: two, objective: write two, depends_on: [one], commands: ["echo a > two-a.txt && git add two-a.txt && git commit -q -m 'the first half' && echo b > two-b.txt"], outputs: [two-a.txt, two-b.txt]}
`;
const ASIDE = `plan_id: aside
title: Another plan at the same time
integrate: none
steps:
  - {step_id: note, objective: write a note, commands: ["echo note > note.txt"], outputs: [note.txt]}
`;
const BROKEN = `plan_id: broken
title: An attempt that is refused
integrate: none
steps:
  - {step_id: out, objective: write elsewhere, scope: ["src/**"], retry: {max: 0}, commands: ["echo out > outside.txt"]}
`;

/** A valid repository, made by coo itself once; each case works on a copy. */
export class Original {
  readonly scratch: Scratch;
  readonly #folder: string;
  #copies = 0;

  private constructor(scratch: Scratch, folder: string) {
    this.scratch = scratch;
    this.#folder = folder;
  }

  static async make(): Promise<Original> {
    const made = scratch();
    const folder = await made.project({ 'a.txt': 'one\ntwo\nthree\n' });
    const git = (...args: readonly string[]): string => made.git(folder, ...args);
    const run = async (): Promise<void> => {
      const { code, stderr, stdout } = await made.coo(folder, 'run', '--until-idle');
      if (code !== 0 && code !== 1) throw new Error(`coo run: ${String(code)} ${stdout}${stderr}`);
    };
    writeFileSync(join(folder, '_plans/hello.plan.yaml'), HELLO);
    git('add', '-A');
    git('commit', '-q', '-m', 'a plan');
    git('tag', 'base');
    await run();
    git('tag', 'merged');
    for (const [name, text] of [['more', MORE], ['aside', ASIDE], ['broken', BROKEN]] as const) writeFileSync(join(folder, `_plans/${name}.plan.yaml`), text);
    git('add', '-A');
    git('commit', '-q', '-m', 'more plans');
    // A second epoch.
    await run();
    return new Original(made, folder);
  }

  copy(): Sample {
    this.#copies += 1;
    const folder = join(this.scratch.top, `case-${String(this.#copies)}`);
    // What is never cloned stays behind: a case is a stranger's clone that happens to have every branch.
    cpSync(this.#folder, folder, { recursive: true, verbatimSymlinks: true, filter: (from) => !from.endsWith('/.git/coo') && !from.endsWith('/.git/hooks') });
    return new Sample(folder, this.scratch);
  }

  remove(): void {
    this.scratch.remove();
  }
}

/** One file put into a tree by plumbing. */
export interface Put {
  readonly path: string;
  /** Null = taken out. */
  readonly bytes: Uint8Array | string | null;
  readonly mode?: '100644' | '100755' | '120000' | '160000';
}

/** A copy to tamper with. The commands are those that somebody would type. */
export class Sample {
  readonly folder: string;
  readonly scratch: Scratch;

  constructor(folder: string, scratch: Scratch) {
    this.folder = folder;
    this.scratch = scratch;
  }

  git(...args: readonly string[]): string {
    return this.as('person', ...args);
  }

  /** The same, as somebody. */
  as(who: Who | { readonly author: Who; readonly committer: Who }, ...args: readonly string[]): string {
    const { author, committer } = typeof who === 'string' ? { author: who, committer: who } : who;
    const env = { ...this.scratch.env, GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: EMAILS[author], GIT_COMMITTER_NAME: committer, GIT_COMMITTER_EMAIL: EMAILS[committer], GIT_EDITOR: 'true' };
    return execFileSync('git', args, { cwd: this.folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 67_108_864 }).replace(/\n$/, '');
  }

  /** Writes a file of the worktree; null removes it. */
  put(path: string, text: string | null): void {
    const to = join(this.folder, path);
    if (text === null) rmSync(to, { recursive: true, force: true });
    else {
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** Writes files and commits all that changed, ignored or not, without hooks. Returns the commit. */
  commit(who: Parameters<Sample['as']>[0], message: string, files: Readonly<Record<string, string | null>> = {}): string {
    for (const [path, text] of Object.entries(files)) this.put(path, text);
    this.git('add', '-A');
    for (const path of Object.keys(files)) if (this.has(path)) this.git('add', '-f', path);
    this.as(who, 'commit', '-q', '--allow-empty', '--no-verify', '-m', message);
    return this.id('HEAD');
  }

  id(rev: string): string {
    return this.git('rev-parse', rev);
  }

  /** The first receipt on a revision. */
  receipt(rev = 'HEAD'): string {
    const found = this.git('ls-tree', '-r', '--name-only', rev, '_report/agent').split('\n').find((path) => path.endsWith('.json'));
    if (found === undefined) throw new Error(`${rev} has no receipt`);
    return found;
  }

  show(rev: string, path: string): Buffer {
    return execFileSync('git', ['show', `${rev}:${path}`], { cwd: this.folder, env: this.scratch.env, maxBuffer: 67_108_864 });
  }

  /** A commit on top of `on` by plumbing, no worktree and no index of the operator's touched. */
  plumb(on: string, puts: readonly Put[], more: { readonly who?: Who; readonly message?: string; readonly parents?: readonly string[] } = {}): string {
    const index = join(this.folder, '.git', `index-${String(process.pid)}`);
    const git = (args: readonly string[], input: Uint8Array | string = ''): string => execFileSync('git', args, { cwd: this.folder, env: { ...this.scratch.env, GIT_INDEX_FILE: index }, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }).trim();
    git(['read-tree', on]);
    for (const { path, bytes, mode = '100644' } of puts) {
      if (bytes === null) git(['update-index', '--force-remove', path]);
      else git(['update-index', '--add', '--replace', '--cacheinfo', `${mode},${git(['hash-object', '-w', '--stdin'], bytes)},${path}`]);
    }
    const tree = git(['write-tree']);
    rmSync(index);
    return this.as(more.who ?? 'coo', 'commit-tree', tree, ...(more.parents ?? [this.id(on)]).flatMap((parent) => ['-p', parent]), '-m', more.message ?? this.git('log', '-1', '--format=%B', on));
  }

  /** The last entry's number on the ledger. */
  get seq(): number {
    return Number(/^Coo-Seq: (\d+)$/m.exec(this.git('log', '-1', '--format=%B', 'coo/ledger'))?.[1]);
  }

  entry(seq: number, rev = 'coo/ledger'): Entry {
    const parsed = parseEntry(this.show(rev, entryPath(seq)), entryPath(seq));
    if (!parsed.ok) throw new Error(parsed.fault.message);
    return parsed.entry;
  }

  /** Bytes of the next entry after `on`, with what is changed in it. */
  next(change: Partial<Entry> = {}, on = 'coo/ledger', sign?: Sign): { readonly seq: number; readonly path: string; readonly bytes: Uint8Array } {
    const seq = Number(/^Coo-Seq: (\d+)$/m.exec(this.git('log', '-1', '--format=%B', on))?.[1]);
    const last = this.show(on, entryPath(seq));
    const entry: Entry = { ...this.entry(seq, on), seq: seq + 1, prev: sha256Hex(last), inputs: [{ type: 'note', by: 'tester', text: 'one more', at_ms: 1_900_000_000_000 }], events: [{ type: 'noted', by: 'tester', text: 'one more' }], files: [], ...change };
    return { seq: seq + 1, path: entryPath(seq + 1), bytes: renderEntry(entry, sign).bytes };
  }

  /** A valid next commit of the ledger, or one with more in it; the branch is not moved. */
  append(change: Partial<Entry> = {}, puts: readonly Put[] = [], on = 'coo/ledger', sign?: Sign): string {
    const { seq, path, bytes } = this.next(change, on, sign);
    return this.plumb(on, [{ path, bytes }, ...puts], { message: `noted\n\nCoo-Seq: ${String(seq)}\n` });
  }

  /** Puts the ledger's branch, and what was seen of it, somewhere: a stranger's clone knows no better. */
  setLedger(commit: string, forgets = true): void {
    this.git('update-ref', 'refs/heads/coo/ledger', commit);
    if (forgets) this.git('update-ref', '-d', 'refs/coo/seen');
    rmSync(join(this.folder, '.git/coo/cache'), { recursive: true, force: true });
  }

  /** Writes the ledger anew from an entry on, linked again: whole in itself. */
  reseal(from: number, change: (entry: Entry) => Entry): string {
    const commits = this.git('rev-list', '--reverse', 'coo/ledger').split('\n');
    let parent = commits[from - 2] ?? '';
    const puts: Put[] = [];
    let prev = from === 1 ? '' : sha256Hex(this.show('coo/ledger', entryPath(from - 1)));
    for (let seq = from; seq <= commits.length; seq += 1) {
      const entry = this.entry(seq);
      const { bytes } = renderEntry({ ...(seq === from ? change(entry) : entry), prev });
      prev = sha256Hex(bytes);
      puts.push({ path: entryPath(seq), bytes });
      parent = this.plumb(commits[seq - 1] ?? '', puts, { parents: parent === '' ? [] : [parent] });
    }
    return parent;
  }
}
