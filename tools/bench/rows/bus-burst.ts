import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerSession } from '../../../src/app/ledger/session.ts';
import { percentile } from '../interleave.ts';
import type { Row } from '../row.ts';
import { publish } from '../work/home.ts';
import { managed } from '../work/manager.ts';
import type { Managed } from '../work/manager.ts';
import { gitIn, inScratch, until } from '../work/scratch.ts';

const FILES = 50;
const HOLDERS = 50;
/** Every so many-th message is cut off in the middle. */
const TORN_EVERY = 10;
const PLAN = 'burst';
const LOOK_MS = 100;
const PATIENCE_MS = 300_000;

export const row: Row = {
  name: 'bus.burst',
  unit: 'messages/s',
  reach: '>= 1000',
  run: (quick) =>
    inScratch('burst', (folder) =>
      managed(folder, FILES, async (at) => {
        const fences = await claimAll(at);
        const count = quick ? 40 : 5_000;
        const made = join(folder, 'made');
        mkdirSync(made);
        const names = Array.from({ length: count }, (_, number) => `m-${String(number)}.json`);
        for (const [number, name] of names.entries()) writeFileSync(join(made, name), messageOf(number, fences));
        const heads = watchHead(at.repo);
        const dropped = drop(made, join(at.repo, '_bus', 'in'), names);
        const answered = await answers(at, count, heads);
        const times = names.map((name, number) => {
          const told = isTorn(number) ? answered.refused.get(name) : answered.taken.get(textOf(number));
          if (told === undefined) throw new Error(`${name} has no answer`);
          return told;
        });
        const waits = times.map((told, number) => told - (dropped[number] ?? 0));
        const took = Math.max(...times) - (dropped[0] ?? 0);
        const entries = answered.entries;
        return { value: (count * 1_000) / took, note: `${String(count)} taken, ${String(answered.refused.size)} of them refused; p50 ${percentile(waits, 0.5).toFixed(0)}, p99 ${percentile(waits, 0.99).toFixed(0)} ms from drop to answer; ${String(entries)} entries` };
      }),
    ),
};

/** A plan of steps that agents hold, one each. Returns their fences. */
async function claimAll({ repo, world, session, drop: dropPlan }: Managed): Promise<readonly number[]> {
  const org = join(repo, '_plans', 'coo.yaml');
  writeFileSync(`${org}.new`, readFileSync(org, 'utf8').replace(/^seats:\n/m, `seats:\n  - {seat: agent, count: ${String(HOLDERS)}, roles: [guest], harness: bus}\n`));
  renameSync(`${org}.new`, org);
  const steps = Array.from({ length: HOLDERS }, (_, at) => ({ step_id: `step-${String(at)}`, role: 'guest', objective: `do part ${String(at)}`, prompt: 'work until told otherwise', scope: [`part-${String(at)}/**`] }));
  await until('the seats', () => seen(session, () => session.state.seats.has(`agent-${String(HOLDERS)}`)));
  dropPlan({ plan_id: PLAN, title: 'Fifty hands', steps });
  await until('the plan', () => seen(session, () => session.state.plans.has(PLAN)));
  const at_ms = world.clock.now();
  const claims = steps.map(({ step_id }, at) => ({ input: { type: 'claim', plan_id: PLAN, step_id, seat: `agent-${String(at + 1)}`, nonce: `hand-${String(at)}`, token_sha256: '0'.repeat(64), kind: 'held', at_ms } as const }));
  await publish(session, claims);
  const fences = steps.map(({ step_id }) => session.state.claims.get(`${PLAN}/${step_id}`)?.fence ?? 0);
  // What the grants gave the manager to show is shown before anything is measured.
  await until('the claims', () => (readdirSync(join(repo, '_bus', 'claims')).length === HOLDERS ? true : undefined));
  await sleep(1_500);
  return fences;
}

async function seen(session: LedgerSession, is: () => boolean): Promise<true | undefined> {
  await session.refresh();
  return is() ? true : undefined;
}

function messageOf(number: number, fences: readonly number[]): string {
  const step = number % HOLDERS;
  const text = JSON.stringify({ type: 'step.progress', plan_id: PLAN, step_id: `step-${String(step)}`, fence: fences[step], text: textOf(number) });
  return isTorn(number) ? text.slice(0, -5) : text;
}

function isTorn(number: number): boolean {
  return number % TORN_EVERY === 0;
}

function textOf(number: number): string {
  return `message ${String(number)}`;
}

/** Renames them in, one after the other, as fast as it goes. When each was there, in milliseconds since 1970. */
function drop(from: string, inbox: string, names: readonly string[]): readonly number[] {
  return names.map((name) => {
    renameSync(join(from, name), join(inbox, name));
    return performance.timeOrigin + performance.now();
  });
}

interface Answers {
  /** When the entry with the text of a message was on the branch, in milliseconds since 1970. */
  readonly taken: ReadonlyMap<string, number>;
  /** When the reason of a refusal was written, by the name of the message, in milliseconds since 1970. */
  readonly refused: ReadonlyMap<string, number>;
  /** Entries that the taken ones came in. */
  readonly entries: number;
}

/** Waits until every message has its answer. */
async function answers({ repo, session }: Managed, count: number, heads: Heads): Promise<Answers> {
  const from = session.seq;
  const seqs = new Map<string, number>();
  const torn = Math.ceil(count / TORN_EVERY);
  const folder = join(repo, '_bus', 'rejected');
  let last = from;
  await until(
    'the answers',
    async () => {
      // Seldom, because the manager shares the machine with this look.
      await sleep(LOOK_MS);
      await session.refresh();
      for (; last < session.seq; last++) for (const event of (await session.entry(last + 1)).entry.events) if (event.type === 'run.progress') seqs.set(event.text, last + 1);
      return seqs.size === count - torn && readdirSync(folder).filter((name) => name.startsWith('m-')).length === torn ? true : undefined;
    },
    PATIENCE_MS,
  );
  heads.stop();
  const movedTo = heads.times(gitIn(repo, ['rev-list', '--reverse', 'coo/ledger']).split('\n'));
  const refused = new Map(readdirSync(folder).map((name) => [`${name.split('.')[0] ?? ''}.json`, statSync(join(folder, name)).mtimeMs]));
  return { taken: new Map([...seqs].map(([text, seq]) => [text, movedTo(seq)])), refused, entries: new Set(seqs.values()).size };
}

interface Heads {
  stop(): void;
  /** When the branch first stood at an entry or beyond, by its number, in milliseconds since 1970. `commits`: all of the branch, oldest first. */
  times(commits: readonly string[]): (seq: number) => number;
}

/** Notes when the ledger's branch moves. */
function watchHead(repo: string): Heads {
  const moves: { readonly head: string; readonly at: number }[] = [];
  const folder = join(repo, '.git', 'refs', 'heads', 'coo');
  const note = (): void => {
    const head = readFileSync(join(folder, 'ledger'), 'utf8').trim();
    if (moves.at(-1)?.head !== head) moves.push({ head, at: performance.timeOrigin + performance.now() });
  };
  note();
  const watching = watch(folder, note);
  return {
    stop: () => watching.close(),
    times: (commits) => {
      const seqs = new Map(commits.map((head, at) => [head, at + 1]));
      return (seq) => moves.find(({ head }) => (seqs.get(head) ?? 0) >= seq)?.at ?? Number.NaN;
    },
  };
}
