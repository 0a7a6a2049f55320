import { policyApprovers } from '../../kernel/approval.ts';
import type { PolicyName } from '../../kernel/event.ts';
import type { Digest } from '../../kernel/ids.ts';
import type { Input } from '../../kernel/input.ts';
import type { Mode } from '../../kernel/org.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { readIfRegular } from '../faults.ts';
import { busPaths } from '../layout.ts';
import { orgFile } from '../operations/organise.ts';
import { ORG_FILE, SIGNERS_FILE } from '../operations/policy-file.ts';
import type { PolicyFile } from '../operations/policy-file.ts';
import { signersFile } from '../operations/trust.ts';
import type { Pending } from './offers.ts';
import { clearRejected, writeRejected } from './rejected.ts';
import type { Reason } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** A policy file, and how it is spoken of. */
interface Policy {
  readonly name: PolicyName;
  /** In codes of the log: `org.rejected`. */
  readonly short: string;
  /** In `_bus/rejected`. */
  readonly what: string;
  /** Said of one that is not taken. */
  readonly stays: string;
  readonly find: (session: LedgerSession, worktree: string) => Promise<PolicyFile<Input>>;
}

const ORGANISATION: Policy = { name: ORG_FILE, short: 'org', what: 'organisation', stays: 'the organisation stays as it was', find: orgFile };
const SIGNERS: Policy = { name: SIGNERS_FILE, short: 'signers', what: 'signers', stays: 'the signers stay as they were', find: signersFile };

const ORG_CAP = 1_048_576;

/** A text of a policy file that is not taken before approvers have signed it. */
export interface PolicyWait {
  readonly file: PolicyName;
  readonly digest: Digest;
  readonly message: string;
  readonly fix: string;
}

/** Follows a policy file of the first worktree. A faulty file changes nothing: it is said once, and what held last goes on. */
export class PolicySource {
  readonly #desk: Desk;
  readonly #policy: Policy;
  /** The state of the file that was dealt with last. */
  #sign = '';
  /** Also at first: the manager before may have refused one that is mended by now. */
  #isRefused = true;
  /** Whether the file that was refused asks for governed mode, which does not hold yet. */
  #asksGoverned = false;
  #waits: PolicyWait | undefined;
  /** Why the file stands refused. */
  #reason: string | undefined;

  static all(desk: Desk): readonly PolicySource[] {
    return [SIGNERS, ORGANISATION].map((policy) => new PolicySource(desk, policy));
  }

  private constructor(desk: Desk, policy: Policy) {
    this.#desk = desk;
    this.#policy = policy;
  }

  /** Whether nothing may be granted: what is written asks for more rules than those that hold. */
  get holdsBack(): boolean {
    return this.#asksGoverned && modeOf(this.#desk) === 'dev';
  }

  /** Why the file stands refused, and what to do; undefined also where approvers are all it needs. */
  get refused(): string | undefined {
    return this.#waits === undefined ? this.#reason : undefined;
  }

  /** What stands in the worktree and needs approvers first. */
  get waits(): PolicyWait | undefined {
    return this.#waits;
  }

  async scan(): Promise<readonly Pending[]> {
    const { name, short, find } = this.#policy;
    const [worktree] = this.#desk.worktrees;
    if (worktree === undefined) return [];
    const found = await find(this.#desk.session, worktree);
    // One that waited for approvers is looked at again when another has said yes.
    const sign = found.kind === 'known' ? '' : `${found.sign}.${String(policyApprovers(this.#desk.session.state, found.sign).size)}`;
    // One that the kernel refused is new still, until somebody writes it anew.
    if (found.kind === 'known' || (found.kind === 'new' && sign !== this.#sign)) await this.#clear(worktree);
    if (sign === this.#sign) return [];
    this.#sign = sign;
    switch (found.kind) {
      case 'known':
        return [];
      case 'faulty':
        await this.#refuse(worktree, found.faults);
        return [];
      case 'new': {
        const before = modeOf(this.#desk);
        const settle: Pending['settle'] = async (answer) => {
          if (answer === undefined) this.#sign = '';
          if (answer?.ok === false && answer.rejection.code !== 'UNCHANGED') await this.#refuse(worktree, [answer.rejection]);
          if (answer?.ok === false && answer.rejection.code === 'APPROVAL_NEEDED') this.#waits = { file: name, digest: found.sign, message: answer.rejection.message, fix: answer.rejection.fix };
          if (answer?.ok === true) for (const { line, message, fix, code } of found.warnings) say(this.#desk, 'warn', `${short}.warned`, `_plans/${name}:${String(line)}: ${message}\n  fix: ${fix}`, { code });
          const mode = modeOf(this.#desk);
          if (name === ORG_FILE && mode !== before) say(this.#desk, 'warn', 'org.mode', `the mode is ${mode} now, by _plans/${name}; it was ${before}${mode === 'dev' ? ': plans start without approval, and seats need no sandbox' : ''}`, { mode });
        };
        return [{ ...found.offer, settle }];
      }
      default:
        return found satisfies never;
    }
  }

  async #refuse(worktree: string, reasons: readonly Reason[]): Promise<void> {
    const { name, short, what, stays } = this.#policy;
    this.#isRefused = true;
    this.#waits = undefined;
    this.#asksGoverned = name === ORG_FILE && (await asksGoverned(this.#desk, worktree));
    await writeRejected(this.#desk, worktree, name, what, reasons);
    const [first] = reasons;
    const place = `_plans/${name}:${String(first?.line ?? 1)}`;
    this.#reason = `${place} is refused: ${first?.message ?? ''}: ${first?.fix ?? ''}`;
    say(this.#desk, 'error', `${short}.rejected`, `${place}: ${first?.message ?? ''}; ${stays}${this.holdsBack ? ', and nothing is granted: the file asks for governed mode' : ''}\n  fix: ${first?.fix ?? ''}`, { code: first?.code ?? '' });
  }

  async #clear(worktree: string): Promise<void> {
    if (!this.#isRefused) return;
    this.#isRefused = false;
    this.#waits = undefined;
    this.#reason = undefined;
    this.#asksGoverned = false;
    await clearRejected(this.#desk, worktree, this.#policy.name);
  }
}

/** By a line of its own, as far as a file that cannot be read as a whole says it. */
async function asksGoverned({ world }: Desk, worktree: string): Promise<boolean> {
  const bytes = await readIfRegular(world.files, busPaths.org(worktree), ORG_CAP);
  return bytes !== undefined && /^\s*["']?mode["']?\s*:\s*["']?governed/m.test(new TextDecoder().decode(bytes));
}

function modeOf({ session }: Desk): Mode {
  return session.state.org?.mode ?? 'dev';
}
