import type { VerifyFinding } from './findings.ts';
import type { Verified } from './verify.ts';

/** What lies beside the ledger, and says nothing against it: a copy in the worktree, a branch or a tag that somebody moved. */
const BESIDE: ReadonlySet<string> = new Set(['MIRROR_CHANGED', 'COPY_BEYOND', 'BRANCH_MOVED', 'BRANCH_MISSING', 'SNAPSHOT_OTHER']);

/** What stops all work, if anything that was found does. `stop`: whatever was found does; false: nothing. Of another branch than this ledger's only what is asked for. */
export function incidentOf({ findings }: Pick<Verified, 'findings'>, stop: boolean | undefined, isOther: boolean): { readonly cause: 'ledger'; readonly detail: string } | undefined {
  const grave = (finding: VerifyFinding): boolean => !isOther && !BESIDE.has(finding.code);
  const first = stop === false ? undefined : stop === true ? findings[0] : findings.find(grave);
  return first === undefined ? undefined : { cause: 'ledger', detail: `coo verify found ${String(findings.length)}: ${first.path}: ${first.message}` };
}
