import { orgFile } from '../operations/organise.ts';
import type { Pending } from './offers.ts';
import { clearRejected, writeRejected } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

const NAME = 'coo.yaml';

/** Follows coo.yaml of the first worktree. A faulty file changes nothing: it is said once, and the last good organisation stays. */
export class OrgSource {
  readonly #desk: Desk;
  /** The state of the file that was dealt with last. */
  #sign = '';
  /** Also at first: the manager before may have refused one that is mended by now. */
  #isRefused = true;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async scan(): Promise<readonly Pending[]> {
    const [worktree] = this.#desk.worktrees;
    if (worktree === undefined) return [];
    const found = await orgFile(this.#desk.session, worktree);
    if (found.kind !== 'faulty' && this.#isRefused) {
      this.#isRefused = false;
      await clearRejected(this.#desk, worktree, NAME);
    }
    const sign = found.kind === 'known' ? '' : found.sign;
    if (sign === this.#sign) return [];
    this.#sign = sign;
    switch (found.kind) {
      case 'known':
        return [];
      case 'faulty': {
        this.#isRefused = true;
        await writeRejected(this.#desk, worktree, NAME, 'organisation', found.faults);
        const [first] = found.faults;
        say(this.#desk, 'error', 'org.rejected', `_plans/coo.yaml:${String(first?.line ?? 1)}: ${first?.message ?? ''}; the organisation stays as it was\n  fix: ${first?.fix ?? ''}`, { code: first?.code ?? '' });
        return [];
      }
      case 'new': {
        const settle: Pending['settle'] = (answer) => {
          if (answer === undefined) this.#sign = '';
          if (answer?.ok === true) for (const { line, message, fix, code } of found.warnings) say(this.#desk, 'warn', 'org.warned', `_plans/coo.yaml:${String(line)}: ${message}\n  fix: ${fix}`, { code });
        };
        return [{ ...found.offer, settle }];
      }
      default:
        return found satisfies never;
    }
  }
}
