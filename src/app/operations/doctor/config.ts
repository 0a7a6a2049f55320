import { sha256Hex } from '../../../format/canonical.ts';
import type { Fault } from '../../../format/fault.ts';
import { readOrg } from '../../../format/org.ts';
import type { Digest } from '../../../kernel/ids.ts';
import { isFault } from '../../faults.ts';
import { busPaths } from '../../layout.ts';
import { DEFAULT_PREFIX } from '../../ledger/names.ts';
import type { Check, Found } from './check.ts';

const ORG_CAP = 1_048_576;
/** Faults that are told; the first few tell the rest. */
const MOST = 10;

/** Whether coo.yaml reads, and no branch stands in the way of coo's own. */
export const configCheck: Check = async ({ world, session }) => {
  const { worktree } = world.layout;
  const prefix = session?.home?.prefix ?? DEFAULT_PREFIX;
  const found: Found[] = [];
  if ((await world.git.ref(`refs/heads/${prefix}`)) !== null) found.push({ check: 'config', state: session === undefined ? 'warn' : 'bad', message: `a branch named ${prefix} is in the way of coo's own (${prefix}/...)`, fix: session === undefined ? 'coo init takes another prefix' : `git branch -m ${prefix} <new name>` });
  const file = worktree === null ? undefined : await orgFaults(world, worktree, prefix, session?.state.org_digest ?? null);
  if (file !== undefined) found.push(...file);
  if (found.length > 0) return found;
  return [worktree === null ? { check: 'config', state: 'skipped', message: 'a bare repository has no _plans/coo.yaml' } : { check: 'config', state: 'ok', message: '_plans/coo.yaml reads' }];
};

async function orgFaults({ files }: Parameters<Check>[0]['world'], worktree: string, prefix: string, known: Digest | null): Promise<readonly Found[]> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(busPaths.org(worktree), ORG_CAP);
  } catch (cause) {
    if (isFault(cause, 'FILE_ABSENT')) return [{ check: 'config', state: 'warn', message: 'there is no _plans/coo.yaml in this worktree', fix: 'coo init' }];
    return [{ check: 'config', state: 'bad', message: cause instanceof Error ? cause.message : String(cause), fix: 'make _plans/coo.yaml a regular file' }];
  }
  const read = readOrg('_plans/coo.yaml', bytes, { prefix });
  const faults = (read.ok ? read.warnings : read.faults).slice(0, MOST);
  if (read.ok && known !== null && sha256Hex(bytes) !== known) return [...told(faults, read.ok), { check: 'config', state: 'warn', message: '_plans/coo.yaml was changed and is not taken over yet: seats and notices are told as they were before', fix: 'coo run takes it over' }];
  return told(faults, read.ok);
}

function told(faults: readonly Fault[], isTaken: boolean): readonly Found[] {
  return faults.map(({ line, message, fix, code }) => ({ check: 'config', state: isTaken ? 'warn' : 'bad', message: `_plans/coo.yaml:${String(line)}: ${message} [${code}]`, fix }));
}
