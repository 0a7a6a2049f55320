import { inScope } from '../../format/paths.ts';
import type { Finding } from '../../kernel/event.ts';
import type { PathChange } from '../../ports/git-work.ts';

/** A change to more paths than this is one finding, not thousands. */
const SHOWN = 20;
const GITLINK = '160000';

/** Every changed path must lie in the step's scope; submodule links never come in unseen. */
export function scopeFindings(changes: readonly PathChange[], scope: readonly string[] | undefined): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { path, after_mode } of changes) {
    const verdict = inScope(path, scope);
    if (!verdict.ok) findings.push({ code: verdict.code, message: verdict.message, path });
    else if (after_mode === GITLINK && !(scope ?? []).includes('.gitmodules')) findings.push({ code: 'GITLINK', message: 'is a repository of its own; a submodule needs .gitmodules in scope', path });
  }
  return fewPaths(findings);
}

export function fewPaths(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= SHOWN) return findings;
  return [...findings.slice(0, SHOWN), { code: 'MORE_PATHS', message: `and ${String(findings.length - SHOWN)} more paths` }];
}
