import { isoTime } from '../../kernel/iso.ts';
import type { PolicyWait } from '../manager/policy-source.ts';
import { say } from '../manager/shared.ts';
import type { Desk } from '../manager/shared.ts';
import { newestEntries } from '../since.ts';
import { dropMark, readMark, writeMark } from './mark.ts';
import type { FailedProgram, Mark } from './mark.ts';
import { noticesOf, policyNotices, standingPlans } from './notices.ts';
import type { Notice, Place, Placed, ToldPlans } from './notices.ts';
import { WALL_MS, sendNotice } from './send.ts';

/** What is to be sent, and what is remembered when it was; without a notice only that. */
interface Sending extends Place {
  readonly notice: Notice | null;
  readonly told: ToldPlans;
}

/** After every event of an entry. */
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * Tells people's programs (`notify` in coo.yaml) what happened, after it was published: at least once, beside the loop, which waits for none
 * of them. A manager that was killed in between leaves the rest to the next one.
 */
export class Notifier {
  readonly #desk: Desk;
  /** The last entry that was looked at. */
  #seq = -1;
  #told: ToldPlans = new Map();
  #mark: Mark | undefined;
  readonly #queue: Sending[] = [];
  #sending: Promise<void> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Looks at what was appended since the last look, and at policy files that wait for approvers; sends what is worth it. */
  async look(waits: readonly PolicyWait[]): Promise<void> {
    if (this.#desk.session.seq !== this.#seq) await this.#lookAtLedger();
    if (this.#mark !== undefined) this.#lookAtPolicies(waits, this.#mark);
  }

  async #lookAtLedger(): Promise<void> {
    const { session, world } = this.#desk;
    if (this.#programs.length === 0) {
      if (this.#mark !== undefined || this.#seq === -1) await dropMark(world);
      this.#mark = undefined;
      this.#seq = session.seq;
      return;
    }
    if (this.#mark === undefined) await this.#begin();
    const from = this.#mark;
    if (from === undefined) return;
    // With the entry before, which says how long ago it was.
    const entries = await newestEntries(session, Math.max(0, this.#seq === -1 ? from.seq - 2 : this.#seq - 1));
    this.#seq = session.seq;
    const { notices, told } = noticesOf(entries, session.state, this.#told, world.layout.worktree ?? world.layout.common);
    this.#take(notices.filter((one) => isAfter(one, this.#queue.at(-1) ?? from)), told);
    this.#send();
  }

  #lookAtPolicies(waits: readonly PolicyWait[], from: Place): void {
    const { world, session } = this.#desk;
    const { notices, told } = policyNotices(waits, this.#told, { ledger: session.state.ledger, at: isoTime(world.clock.now()), repository: world.layout.worktree ?? world.layout.common });
    if (isSame(this.#told, told)) return;
    const { seq, index } = this.#queue.at(-1) ?? from;
    this.#take(notices.map((notice) => ({ seq, index, notice })), told);
    this.#send();
  }

  /** What was told of plans is remembered when the last notice of this look was sent: whoever goes on after a kill tells the others again. */
  #take(notices: readonly Placed[], told: ToldPlans): void {
    const before = this.#told;
    this.#told = told;
    const last = notices.at(-1);
    for (const placed of notices) this.#queue.push({ ...placed, told: placed === last ? told : before });
    if (last === undefined && !isSame(before, told)) this.#queue.push({ seq: this.#seq, index: ALL, notice: null, told });
  }

  /** Resolves when all is sent, or when a program had its time: whoever leaves waits no longer, and the next manager goes on. */
  async close(): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#sending, this.#desk.world.clock.sleep(WALL_MS, over.signal)]);
    over.abort();
  }

  get #programs(): readonly (readonly string[])[] {
    return this.#desk.session.state.org?.notify ?? [];
  }

  /** Goes on where the manager before left off; the first time, with what comes from here on. */
  async #begin(): Promise<void> {
    const { world, session } = this.#desk;
    const stored = await readMark(world);
    this.#mark = stored ?? { seq: session.seq, index: ALL, told: standingPlans(session.state), failed: [] };
    this.#told = this.#mark.told;
    if (stored === undefined) await writeMark(world, this.#mark);
  }

  #send(): void {
    if (this.#queue.length === 0) return;
    this.#sending ??= this.#empty().catch((cause: unknown) => {
      say(this.#desk, 'warn', 'notice.failed', cause instanceof Error ? cause.message : String(cause));
    });
  }

  async #empty(): Promise<void> {
    try {
      for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
        const { seq, index, notice, told } = next;
        const failed = notice === null ? (this.#mark?.failed ?? []) : await this.#tell(notice);
        this.#mark = { seq, index, told, failed };
        await writeMark(this.#desk.world, this.#mark);
        this.#queue.shift();
      }
    } finally {
      // In the same breath as the last look at the queue: what comes after it is sent anew.
      this.#sending = undefined;
    }
  }

  /** To all programs at once. That one fails is said when it begins to. */
  async #tell(notice: Notice): Promise<readonly FailedProgram[]> {
    const { world } = this.#desk;
    const before = new Set(this.#mark?.failed.map(({ program }) => program));
    const answers = await Promise.all(this.#programs.map(async (argv, place) => ({ program: argv[0] ?? '', why: await sendNotice(world, argv, notice, place) })));
    const failed = answers.flatMap(({ program, why }) => (why === undefined ? [] : [{ program, why, at: isoTime(world.clock.now()) }]));
    for (const { program, why } of failed) if (!before.has(program)) say(this.#desk, 'warn', 'notice.failed', `${program} of notify: ${why}\n  fix: coo notify sends a sample`);
    return failed;
  }
}

function isSame(a: ToldPlans, b: ToldPlans): boolean {
  return a.size === b.size && [...a].every(([plan_id, status]) => b.get(plan_id) === status);
}

function isAfter(a: Place, b: Place): boolean {
  return a.seq > b.seq || (a.seq === b.seq && a.index > b.index);
}
