import { isPlanFile } from '../../format/plan.ts';
import { readIfRegular } from '../faults.ts';
import { unsaid } from '../folders.ts';
import { busPaths } from '../layout.ts';
import { tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';
import { ORG_FILE, SIGNERS_FILE } from './policy-file.ts';

/** A plan file that a manager did not take in, as it stands there still. */
export interface RefusedPlan {
  /** Under the worktree. */
  readonly path: string;
  /** When it was refused, in wall milliseconds. */
  readonly at_ms: number;
  readonly faults: readonly RefusedFault[];
  /** Faults beyond those. */
  readonly more: number;
}
export interface RefusedFault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly line: number | null;
}

const RECORD_CAP = 4_194_304;
/** Faults of a file that are worth a line each; `coo plan lint` has all of them. */
const SHOWN = 20;

/** Plan files of this worktree, its coo.yaml and its signers.yaml, that stand refused. One that was changed since is not among them: nobody has looked at it yet. */
export async function refusedPlans({ files, layout: { worktree } }: LedgerWorld): Promise<readonly RefusedPlan[]> {
  if (worktree === null) return [];
  const refused: RefusedPlan[] = [];
  const folder = busPaths.rejected(worktree);
  for (const entry of await unsaid(files).list(folder)) {
    const name = entry.replace(/\.json$/, '');
    if (!isPlanFile(name) && name !== ORG_FILE && name !== SIGNERS_FILE) continue;
    const plan = await files.info(`${busPaths.plans(worktree)}/${name}`);
    const bytes = await readIfRegular(files, `${folder}/${entry}`, RECORD_CAP);
    const record = bytes === undefined ? undefined : recordOf(tryParse<unknown>(bytes));
    if (plan === undefined || record === undefined || record.at_ms < Math.floor(plan.mtimeMs)) continue;
    refused.push({ path: `_plans/${name}`, at_ms: record.at_ms, faults: record.faults.slice(0, SHOWN), more: Math.max(0, record.faults.length - SHOWN) });
  }
  return refused;
}

/** What a manager wrote, as far as it has the form: anybody can put a file there. */
function recordOf(value: unknown): { readonly at_ms: number; readonly faults: readonly RefusedFault[] } | undefined {
  const { at_ms, reasons } = membersOf(value);
  if (typeof at_ms !== 'number' || !Array.isArray(reasons)) return undefined;
  const faults = reasons.flatMap((reason: unknown) => {
    const { code, message, fix, line, severity } = membersOf(reason);
    if (typeof code !== 'string' || typeof message !== 'string' || typeof fix !== 'string' || severity === 'warning') return [];
    return [{ code, message, fix, line: typeof line === 'number' ? line : null }];
  });
  return faults.length === 0 ? undefined : { at_ms, faults };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
