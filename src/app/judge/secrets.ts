import type { Finding } from '../../kernel/event.ts';
import type { Oid } from '../../kernel/ids.ts';
import type { Order } from '../../kernel/order.ts';
import type { GitWork, PathChange } from '../../ports/git-work.ts';
import type { History } from '../../ports/history.ts';
import { scanFiles } from '../guard/rules/secrets.ts';
import type { ScannedFile } from '../guard/rules/secrets.ts';
import { secretsOf } from '../worker/environment.ts';
import { redactor, withValues } from '../worker/redact.ts';
import type { World } from '../world.ts';

/** A change of what is not known yet: commits up to what the plan has. */
export interface Change {
  readonly commit: Oid | null;
  /** What is in the record already, and looked at no more. */
  readonly known: readonly (Oid | null)[];
}

/** More findings than this nobody reads. */
const SHOWN = 20;
const FILE_OR_LINK = /^1[02]0/;
const CODE = 'SECRET_FOUND';

/**
 * What looks like a secret in any commit of a change: in a file's new lines, in a name, in a message. One that a later commit takes out again is in
 * the history all the same. Findings say where and of what kind, never what.
 */
export async function secretFindings({ world, order }: { readonly world: Pick<World, 'work' | 'secrets' | 'env'>; readonly order: Pick<Order, 'env'> }, change: Change): Promise<readonly Finding[]> {
  const { work } = world;
  const values = secretsOf(Object.fromEntries(order.env.map((name) => [name, world.env[name] ?? ''])));
  const { kinds, text } = redactor(world.secrets, values);
  const findings: Finding[] = [];
  const say = async (what: string, found: readonly string[], path: string): Promise<void> => {
    if (found.length > 0) findings.push({ code: CODE, message: `${what} what looks like a secret (${found.join(', ')})`, path: await text(path) });
  };
  const files: ScannedFile[] = [];
  const names = new Set<string>();
  for (const commit of await commitsOf(work, change)) {
    await say('this commit (its message, or who made it) holds', await kinds('message', await work.headOf(commit)), commit);
    for (const { path, before, after, after_mode } of await ownChanges(work, commit)) {
      names.add(path);
      if (after !== null && FILE_OR_LINK.test(after_mode) && before !== after) files.push({ path, before, after, commit });
    }
  }
  for (const path of names) await say('this name holds', await kinds('name', path), path);
  for (const { path, line, message } of await scanFiles(blobsOf(work), withValues(world.secrets, values), files)) findings.push({ code: CODE, message: `${message}${line === undefined || line === null ? '' : `, line ${String(line)}`}: take it out of every commit, and make a new one where it was issued`, path: await text(path ?? '') });
  return findings.slice(0, SHOWN);
}

/** Whether any of the findings is one of these: then the work is kept nowhere but where it was made. */
export function holdsSecret(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => code === CODE);
}

/** The tip, and what is behind it, as far as nobody has it. */
async function commitsOf(work: GitWork, { commit: tip, known }: Change): Promise<readonly Oid[]> {
  const ends = known.filter((id): id is Oid => id !== null);
  if (tip === null || ends.includes(tip)) return [];
  const found = new Set<Oid>([tip]);
  // A set is walked in the order of adding, also for what is added meanwhile.
  for (const commit of found) {
    for (const parent of await work.parentsOf(commit)) {
      if (!ends.includes(parent) && !(await isBehind(work, parent, ends))) found.add(parent);
    }
  }
  return [...found];
}

async function isBehind(work: GitWork, commit: Oid, ends: readonly Oid[]): Promise<boolean> {
  for (const end of ends) if (await work.isAncestor(commit, end)) return true;
  return false;
}

/** What a commit itself brings: of a merge, what stands in none of its parents. */
async function ownChanges(work: GitWork, commit: Oid): Promise<readonly PathChange[]> {
  const [tree, parents] = await Promise.all([work.treeOf(commit), work.parentsOf(commit)]);
  const [first = [], ...others] = await Promise.all((parents.length === 0 ? [null] : parents).map(async (parent) => work.changes(parent === null ? null : await work.treeOf(parent), tree)));
  return first.filter(({ path, after }) => others.every((changes) => changes.some((change) => change.path === path && change.after === after)));
}

function blobsOf(work: GitWork): Pick<History, 'blobs'> {
  return {
    async blobs(ids, cap, take) {
      for (const [at, id] of ids.entries()) take(await blobOf(work, id, cap), at);
    },
  };
}

async function blobOf(work: GitWork, id: Oid, cap: number): Promise<Uint8Array | null> {
  try {
    return await work.blob(id, cap);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'WORK_OBJECT_TOO_LARGE') return null;
    throw cause;
  }
}
