// Files dropped, commands typed, managers that look or are killed, in any order: the laws hold, and each message is applied or refused once.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { claim } from '../../src/app/operations/claim.ts';
import { renderFile } from '../../src/format/file.ts';
import { verify } from '../../src/app/verify/verify.ts';
import type { Event } from '../../src/kernel/event.ts';
import { fold } from '../../src/kernel/fold.ts';
import { violations } from '../../src/kernel/invariants.ts';
import type { Claim } from '../../src/kernel/state.ts';
import { Auditor } from '../kernel/auditor.ts';
import { fingerprint } from '../kernel/fingerprint.ts';
import { FakeRepo } from '../support/fake-world.ts';
import { planText } from '../support/plans.ts';
import { org, REASON, seat, TOKEN } from '../support/state-builder.ts';

const RUNS = Number(process.env['COO_SCHEDULES'] ?? '20000');
const SEATS = ['ada', 'bob', 'you'];
const STEPS = ['a', 'b', 'c'];
const ORG = org({ seats: SEATS.map((name) => seat(name, { harness: name === 'you' ? 'person' : 'bus' })), seats_open: true, integrate: 'none', target: 'main' });

interface Move {
  readonly kind: 'word' | 'torn' | 'claim' | 'type' | 'revise' | 'look' | 'killed' | 'wait';
  readonly pick: number;
  readonly how: number;
}

/** What was dropped, by the mark that its trace in the ledger carries. */
interface Dropped {
  readonly name: string;
  readonly uid: string;
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('word' as const) },
    { weight: 1, arbitrary: fc.constant('torn' as const) },
    { weight: 3, arbitrary: fc.constant('claim' as const) },
    { weight: 3, arbitrary: fc.constant('type' as const) },
    { weight: 1, arbitrary: fc.constant('revise' as const) },
    { weight: 3, arbitrary: fc.constant('look' as const) },
    { weight: 3, arbitrary: fc.constant('killed' as const) },
    { weight: 1, arbitrary: fc.constant('wait' as const) },
  ),
  pick: fc.nat(40),
  how: fc.nat(60),
});

function nth<T>(all: readonly T[], at: number): T | undefined {
  return all[at % Math.max(1, all.length)];
}

function planOf(how: number): string {
  const more = Array.from({ length: how % 3 }, (_, at) => `more-${String(at)}`);
  return planText({ plan_id: 'p', integrate: 'none', steps: [...STEPS, ...more].map((step_id) => ({ step_id, objective: `do ${step_id} ${String(how % 2)}`, prompt: 'do it', scope: [`${step_id}/**`] })) });
}

/** One repository and what was done to it. */
class Play {
  readonly messages: Dropped[] = [];
  readonly repo: FakeRepo;
  #count = 0;

  constructor(repo: FakeRepo) {
    this.repo = repo;
  }

  async session(): Promise<LedgerSession> {
    return LedgerSession.open(this.repo.process(), 'all');
  }

  async act(at: Move): Promise<void> {
    switch (at.kind) {
      case 'word':
        return this.#drop(this.#word(at, await this.session()));
      case 'torn':
        return this.#put(`torn-${String((this.#count += 1))}.json`, '{"type": "note", "te');
      case 'claim':
        return this.#claimFile(at);
      case 'type':
        return this.#type(at);
      case 'revise':
        return this.repo.files.replace('/repo/_plans/p.plan.json', new TextEncoder().encode(planOf(at.how)));
      case 'look':
        await this.repo.manage();
        return;
      case 'killed':
        await this.repo.manage(at.how * 3 + (at.pick % 3));
        return;
      case 'wait':
        return this.repo.clock.advance(at.how * 100);
      default:
        at.kind satisfies never;
    }
  }

  /** What is written without its end is never lost either: it ends among the refused. */
  async #put(name: string, text: string): Promise<void> {
    await this.repo.files.create(`/repo/_bus/in/${name}`, new TextEncoder().encode(text));
    this.messages.push({ name, uid: '' });
  }

  async #drop(message: Readonly<Record<string, unknown>>): Promise<void> {
    const uid = `uid-${String(this.#count)}`;
    const name = `m${String(this.#count)}.json`;
    await this.repo.files.create(`/repo/_bus/in/${name}`, renderFile(message));
    this.messages.push({ name, uid });
  }

  /** A message with a mark of its own, about a live attempt or about one that never was. */
  #word({ pick, how }: Move, { state }: LedgerSession): Readonly<Record<string, unknown>> {
    const text = `uid-${String((this.#count += 1))}`;
    const live: Claim | undefined = nth([...state.claims.values()], pick);
    const at = { plan_id: 'p', step_id: live?.step_id ?? nth(STEPS, pick) ?? 'a', fence: (live?.fence ?? 1) + (how % 10 === 9 ? 1 : 0) };
    const kinds = [
      { type: 'note', text },
      { type: 'step.progress', ...at, text },
      { type: 'step.blocked', ...at, reason: text },
      { type: 'step.question', ...at, to: 'you', text },
      { type: 'claim.release', ...at, reason: text },
    ];
    return nth(kinds, how) ?? {};
  }

  async #claimFile({ pick, how }: Move): Promise<void> {
    const step_id = nth(STEPS, pick) ?? 'a';
    const path = `/repo/_bus/claims/p.${step_id}.json`;
    if ((await this.repo.files.info(path)) !== undefined) return;
    const request = how % 12 === 11 ? new TextEncoder().encode('{"plan_id": "p", "st') : renderFile({ plan_id: 'p', step_id, seat: nth(SEATS, how) ?? 'ada', nonce: `nonce-${String((this.#count += 1)).padStart(8, '0')}` });
    await this.repo.files.create(path, request);
  }

  /** A command beside the manager. */
  async #type({ pick, how }: Move): Promise<void> {
    const world = this.repo.process();
    const { state } = await this.session();
    const at = { plan_id: 'p', step_id: nth(STEPS, pick) ?? 'a', at_ms: this.repo.clock.now() };
    const held = nth([...state.claims.values()], pick);
    const asking = [...(state.plans.get('p')?.steps.values() ?? [])].find(({ question }) => question !== null);
    switch (how % 9) {
      case 0:
      case 1:
        await claim(world, { plan_id: at.plan_id, step_id: at.step_id, seat: nth(SEATS, how) ?? 'ada', nonce: 'nonce-typed' });
        return;
      case 2:
        await byHand(world, { ...at, type: 'retry', ...REASON });
        return;
      case 3:
        await byHand(world, { ...at, step_id: asking?.step_id ?? at.step_id, type: 'answer', text: 'yes', by: 'op' });
        return;
      case 4:
        await byHand(world, { ...at, type: 'seize', seat: nth(SEATS, how) ?? 'ada', nonce: 'nonce-seized', token_sha256: TOKEN, ...REASON });
        return;
      case 5:
        await byHand(world, { ...at, type: 'reassign', seat: nth([...SEATS, null], how) ?? null, ...REASON });
        return;
      case 6:
        if (held !== undefined) await byHand(world, { type: 'done', plan_id: 'p', step_id: held.step_id, fence: held.fence, commit: null, at_ms: at.at_ms });
        return;
      case 7:
        await byHand(world, how % 2 === 0 ? { ...at, type: 'skip', ...REASON } : { type: 'join', seat: `guest-${String(pick)}`, roles: [], at_ms: at.at_ms });
        return;
      default:
        await byHand(world, { type: how % 2 === 0 ? 'pause' : 'resume', scope: 'all', ...REASON, at_ms: at.at_ms });
    }
  }
}

/** How often a message's mark stands in the events, as done or as refused. */
function traces(events: readonly Event[], { name, uid }: Dropped): number {
  return events.filter((event) => {
    if (event.type === 'message.refused') return event.name === name;
    if (uid === '') return false;
    if (event.type === 'noted' || event.type === 'run.progress' || event.type === 'question.asked') return event.text === uid;
    return event.type === 'claim.released' && event.reason === uid;
  }).length;
}

async function eventsOf(session: LedgerSession): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (let seq = 1; seq <= session.seq; seq += 1) events.push(...(await session.entry(seq)).entry.events);
  return events;
}

it(`${String(RUNS)} interleavings of drops, commands, looks and kills keep the laws; no message is applied twice or lost`, { timeout: 3_000_000 }, async () => {
  const seen = new Map<string, number>();
  const property = fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 14, size: 'max' }), async (moves) => {
    const repo = await FakeRepo.founded(ORG);
    const play = new Play(repo);
    await repo.files.create('/repo/_plans/p.plan.json', new TextEncoder().encode(planOf(0)));
    for (const at of moves) await play.act(at);
    // What is still in the writing counts as written after a while.
    await repo.clock.advance(10_000);
    await repo.manage();
    await repo.manage();
    const session = await play.session();
    const events = await eventsOf(session);
    const auditor = new Auditor();
    for (const event of events) {
      auditor.see(event);
      seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
    }
    expect(violations(session.state)).toEqual([]);
    // What came about lawfully is no finding.
    expect((await verify(repo.process())).findings).toEqual([]);
    expect(JSON.parse(fingerprint(fold(events)))).toEqual(JSON.parse(fingerprint(session.state)));
    expect(play.messages.map((message) => [message.name, traces(events, message)])).toEqual(play.messages.map(({ name }) => [name, 1]));
    expect(await repo.files.list('/repo/_bus/in')).toEqual([]);
    const spool = `${repo.layout.coo}/spool`;
    for (const epoch of await repo.files.list(spool)) expect(await repo.files.list(`${spool}/${epoch}`)).toEqual([]);
  });
  await fc.assert(property, { seed: 21, numRuns: RUNS });
  const kinds: readonly Event['type'][] = ['noted', 'run.progress', 'run.reported', 'claim.released', 'question.asked', 'question.answered', 'claim.revoked', 'step.reassigned', 'step.skipped', 'seat.joined', 'message.refused', 'plan.revised', 'step.claimed'];
  expect(kinds.filter((kind) => (seen.get(kind) ?? 0) < RUNS / 2_000)).toEqual([]);
});
