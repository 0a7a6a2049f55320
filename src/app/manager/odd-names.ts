import { clearRejected, writeRejected } from './rejected.ts';
import type { Reason } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** What stands in for bytes that are not UTF-8, once a name is text: such a file can be neither read nor moved by its name. */
const NOT_UTF8 = '\uFFFD';

/** Files of the bus that nobody ever takes, for their name alone. They stay where they are; their author is told why, once, and the word goes when they do. */
export class OddNames {
  readonly #desk: Desk;
  /** By folder. */
  readonly #told = new Map<string, ReadonlySet<string>>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** `odd`: such names in a folder of this worktree now, each with its reason. */
  async tell(worktree: string, folder: string, what: 'message' | 'claim', odd: ReadonlyMap<string, Reason>): Promise<void> {
    const before = this.#told.get(folder) ?? new Set();
    for (const name of before) if (!odd.has(name)) await clearRejected(this.#desk, worktree, name);
    for (const [name, reason] of odd) {
      if (before.has(name)) continue;
      await writeRejected(this.#desk, worktree, name, what, [reason]);
      say(this.#desk, 'warn', `${what}.untaken`, `${folder}/${name}: ${reason.message}\n  fix: ${reason.fix}`, { code: reason.code });
    }
    this.#told.set(folder, new Set(odd.keys()));
  }
}

/** Why a file that cannot be found under the name it was listed with is never taken. */
export function notUtf8(name: string): Reason | undefined {
  return name.includes(NOT_UTF8) ? { code: 'NAME_NOT_UTF8', message: 'has a name that is not UTF-8; it is not taken', fix: 'rename it: letters, digits, - and _, then .json' } : undefined;
}

/** Why a file among the claims is no claim. */
export function notClaim(name: string): Reason | undefined {
  return /\.json$/i.test(name) && !name.endsWith('.json') ? { code: 'CLAIM_NAME', message: 'does not end in .json, in lower case; it is not taken', fix: `rename it: ${name.slice(0, -'.json'.length)}.json` } : undefined;
}
