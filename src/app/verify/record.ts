import type { LedgerWorld } from '../world.ts';
import type { Leaf } from '../ledger/tree.ts';
import type { Accepted } from './branches.ts';
import type { Chain } from './chain.ts';
import { readRunFacts } from './facts.ts';
import { examine, FILES_AT_ONCE, isRunPath } from './files.ts';
import type { FormFault, Helper, Piece } from './files.ts';
import { REREAD, SHAPE_FIX } from './findings.ts';
import type { Findings } from './findings.ts';
import { Pile } from './pile.ts';
import { textAt } from './joined.ts';

/** A file, and what was found in it. */
interface Looked {
  readonly path: string;
  /** Empty where its blob is absent. */
  readonly digest: string;
  readonly facts: string;
  readonly fault: FormFault | undefined;
}

/**
 * The files that entries name: present, unchanged, well-formed, and true to what was granted and accepted; with `isAll`, no other file. Returns how many
 * run receipts there are, and those of what was accepted.
 */
export async function checkRecord(world: LedgerWorld, files: readonly Leaf[], helper: Helper | undefined, chain: Pick<Chain, 'named' | 'attempts'>, isAll: boolean, findings: Findings): Promise<{ readonly receipts: number; readonly accepted: readonly Accepted[] }> {
  const { attempts, named } = chain;
  const orders = new Map<string, string>();
  const runs: Looked[] = [];
  let receipts = 0;
  let recorded = 0;
  for (const looked of lookedAt(files, await pieces(world, files, helper))) {
    const { path, facts } = looked;
    const isRun = isRunPath(path);
    if (isRun) receipts += 1;
    const digest = named.get(path);
    if (digest !== undefined) recorded += 1;
    if (!isSound(looked, digest, isAll, findings)) continue;
    if (isRun) runs.push(looked);
    else if (facts !== '') {
      orders.set(path, facts);
      attempts.checkOrder(path, facts);
    }
  }
  const accepted: Accepted[] = [];
  for (const { path, facts } of runs) {
    const run = readRunFacts(facts);
    attempts.checkRun(path, run, orders, (stored) => named.get(stored));
    const ended = attempts.ended.get(path);
    if (ended?.event.type === 'run.accepted') accepted.push({ path, ended, receipt_sha256: named.get(path) ?? '', commit: run.commit, tree: run.tree });
  }
  if (isAll && recorded < named.size) {
    const there = new Set(files.map(({ path }) => path));
    for (const path of named.keys()) if (!there.has(path)) findings.say('RECEIPT_MISSING', path, 'an entry names this file, and it is not there');
  }
  return { receipts, accepted };
}

/** What was found in all files, in their order, whoever looked at them. */
async function pieces(world: LedgerWorld, files: readonly Leaf[], helper: Helper | undefined): Promise<readonly Piece[]> {
  const here = await examine(world.git, files, helper?.pile ?? new Pile(files.length, FILES_AT_ONCE));
  return [...here, ...((await helper?.pieces) ?? [])].sort((a, b) => a.from - b.from);
}

function* lookedAt(files: readonly Leaf[], found: readonly Piece[]): Generator<Looked> {
  for (const { from, digests, facts, faults } of found) {
    const faultAt = new Map(faults);
    for (let at = 0; at < digests.ends.length; at += 1) yield { path: files[from + at]?.path ?? '', digest: textAt(digests, at), facts: textAt(facts, at), fault: faultAt.get(from + at) };
  }
}

function isSound({ path, digest, fault }: Looked, recorded: string | undefined, isAll: boolean, findings: Findings): boolean {
  if (recorded === undefined) {
    if (isAll) findings.say('FILE_UNNAMED', path, 'no entry names this file');
    return false;
  }
  if (digest === '') findings.say('BLOB_ABSENT', path, 'its blob is not in this clone', 'git fetch, then coo verify');
  else if (digest !== recorded) findings.say('RECEIPT_CHANGED', path, 'is not what its entry recorded');
  else if (fault !== undefined) findings.say(fault.code, path, fault.message, fault.code === 'SCHEMA' ? SHAPE_FIX : REREAD);
  else return true;
  return false;
}
