import { execFile } from 'node:child_process';
import { BUS_README } from '../../src/bin/bus-readme.ts';
import type { RealWorld } from './real-world.ts';

/** The commands of `_bus/README.md`, as they stand there. */
export const PAGE = pageOf(BUS_README);

type Report = 'step.progress' | 'step.done' | 'step.question' | 'step.blocked' | 'claim.release';

export interface Page {
  readonly set: string;
  readonly find: string;
  readonly claim: string;
  /** Waits for the answer, reads fence and order. */
  readonly wait: string;
  readonly worktree: string;
  readonly commit: string;
  readonly report: Readonly<Record<Report, string>>;
  /** Says what this seat holds. */
  readonly held: string;
  /** Says whether a coordinator lives. */
  readonly alive: string;
  /** Waits for the judgement. */
  readonly judged: string;
  /** Brings what others did meanwhile into the work. */
  readonly merge: string;
  /** Names work of earlier claims that was kept, and takes it over. */
  readonly kept: string;
  readonly takeOver: string;
  readonly python: string;
}

export function pageOf(text: string): Page {
  const [set, find, claim, wait, worktree, commit, reports, ...more] = blocks(text, 'sh');
  const [python] = blocks(text, 'python');
  const held = /`(grep -l [^`]+)`/.exec(text)?.[1];
  const alive = /`(find [^`]+)`/.exec(text)?.[1];
  const merge = /`(git -C \$WORK merge [^`]+)`/.exec(text)?.[1];
  const kept = /`(git for-each-ref [^`]+)`/.exec(text)?.[1];
  const takeOver = /`(git -C \$WORK cherry-pick [^`]+)`/.exec(text)?.[1];
  const judged = /`(sleep 1; while [^`]+)`/.exec(text)?.[1];
  if (set === undefined || find === undefined || claim === undefined || wait === undefined || worktree === undefined || commit === undefined || reports === undefined || more.length > 0) throw new Error('the page has other blocks than it had');
  if (python === undefined || held === undefined || alive === undefined || judged === undefined || merge === undefined || kept === undefined || takeOver === undefined) throw new Error('the page lacks its Python, or how to see what one holds, whether a coordinator lives or what was judged');
  const report = (type: Report): string => {
    const line = reports.split('\n').find((one) => one.startsWith(`tell ${type} `));
    if (line === undefined) throw new Error(`the page does not say how to tell ${type}`);
    return line;
  };
  return { set, find, claim, wait, worktree, commit, report: { 'step.progress': report('step.progress'), 'step.done': report('step.done'), 'step.question': report('step.question'), 'step.blocked': report('step.blocked'), 'claim.release': report('claim.release') }, held, alive, judged, merge, kept, takeOver, python };
}

function blocks(text: string, language: string): readonly string[] {
  return Array.from(text.matchAll(/^```(\w+)\n([^]*?)^```$/gm), ([, of, body = '']) => (of === language ? [body] : [])).flat();
}

/** The first block as this agent fills it in. */
export function settingsOf(seat: string, role: string): string {
  const [first = '', ...rest] = PAGE.set.split('\n');
  const filled = first.replace(/^SEAT=\S+ ROLE=\S+/, `SEAT=${seat} ROLE=${role}`);
  if (filled === first) throw new Error('the first line of the page no longer names seat and role');
  return [filled, ...rest].join('\n');
}

/** Claims a step and reads its order. Ends the script where it is somebody else's. */
export const TAKE: readonly string[] = [PAGE.find, PAGE.claim, PAGE.wait, '[ -n "$FENCE" ] || exit 9'];

/** Runs a program in the repository as an agent would; gives what it printed. Throws when it fails. */
export function runAgent(world: RealWorld, program: string, args: readonly string[]): Promise<string> {
  const who = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: world.folder, env: { ...world.env, ...who }, encoding: 'utf8', timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ended with ${String(error.code)}:\n${stdout}\n${stderr}`, { cause: error }));
    });
  });
}

/** A script of the page's commands, run by a shell. */
export async function runShell(world: RealWorld, shell: string, seat: string, ...lines: readonly string[]): Promise<string> {
  return runAgent(world, shell, ['-c', [settingsOf(seat, 'writer'), ...lines].join('\n')]);
}
