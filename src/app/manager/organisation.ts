import { sha256Hex } from '../../format/canonical.ts';
import { readOrg } from '../../format/org.ts';
import type { Org } from '../../kernel/org.ts';
import { readIfThere, unfitFile } from '../faults.ts';
import { busPaths } from '../layout.ts';
import { DEFAULT_PREFIX } from '../ledger/names.ts';
import type { Pending } from './offers.ts';
import { clearRejected, writeRejected } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

const ORG_CAP = 1_048_576;
const NAME = 'coo.yaml';

/** Follows coo.yaml of the first worktree. A faulty file changes nothing: the last good organisation stays. */
export class OrgSource {
  readonly #desk: Desk;
  #digest = '';

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async scan(): Promise<readonly Pending[]> {
    const { world, session, worktrees } = this.#desk;
    const [worktree] = worktrees;
    if (worktree === undefined) return [];
    const path = busPaths.org(worktree);
    const info = await world.files.info(path);
    if (info === undefined || unfitFile(info, ORG_CAP) !== undefined) return [];
    const bytes = await readIfThere(world.files, path, ORG_CAP);
    if (bytes === undefined) return [];
    const digest = sha256Hex(bytes);
    if (digest === this.#digest || digest === session.state.org_digest) return [];
    this.#digest = digest;
    const read = readOrg(NAME, bytes, { prefix: session.home?.prefix ?? DEFAULT_PREFIX, ...standing(session.state.org) });
    if (!read.ok) {
      await writeRejected(this.#desk, worktree, NAME, 'organisation', read.faults);
      const [first] = read.faults;
      say(this.#desk, 'error', 'org.rejected', `_plans/coo.yaml:${String(first?.line ?? 1)}: ${first?.message ?? ''}\n  fix: ${first?.fix ?? ''}`);
      return [];
    }
    await clearRejected(this.#desk, worktree, NAME);
    const settle: Pending['settle'] = (answer) => {
      if (answer === undefined) this.#digest = '';
    };
    return [{ input: { type: 'organise', digest, org: read.org, at_ms: world.clock.now() }, files: [{ path: `_plans/${NAME}`, bytes }], settle }];
  }
}

/** What a coo.yaml that is silent about it leaves as it was. */
export function standing(org: Org | null): { readonly target?: string; readonly integrate?: Org['integrate'] } {
  return org === null ? {} : { target: org.target, integrate: org.integrate };
}
