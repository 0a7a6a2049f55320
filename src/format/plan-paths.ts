import { pointerOf, quoted } from './fault.ts';
import type { Faults } from './fault.ts';
import { foldPath, reservedPath, safePath } from './paths.ts';

interface BadPath {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

const FIX = 'write a path relative to the top of the repository, with /';

/** A path or glob that a step reads: any safe one. */
export function badInput(path: string): BadPath | undefined {
  const verdict = safePath(path);
  return verdict.ok ? undefined : { code: verdict.code, message: `${quoted(path)} ${verdict.message}`, fix: FIX };
}

/** A path or glob that a step is to make. */
export function badProduct(path: string): BadPath | undefined {
  return badInput(path) ?? (reservedPath(path) ? { code: 'PATH_RESERVED', message: `${quoted(path)} is reserved: no step may make anything there`, fix: 'name another folder than _plans, _bus, _report and .git' } : undefined);
}

/** A glob of what a step may change. */
export function badScope(path: string): BadPath | undefined {
  return badInput(path) ?? (reservedPath(path) ? { code: 'PATH_RESERVED', message: `${quoted(path)} is reserved and can be in no scope`, fix: 'leave it out: _plans, _bus, _report and .git are changed by no step' } : undefined);
}

/** Outputs that are two on one system and one on another: `A.json` and `a.json`, composed and decomposed letters. */
export function checkCollisions(faults: Faults, steps: readonly unknown[]): void {
  const seen = new Map<string, string>();
  for (const [index, step] of steps.entries()) {
    const outputs: unknown = typeof step === 'object' && step !== null && Object.hasOwn(step, 'outputs') ? (step as { readonly outputs: unknown }).outputs : undefined;
    for (const [at, path] of (Array.isArray(outputs) ? (outputs as readonly unknown[]) : []).entries()) {
      if (typeof path !== 'string') continue;
      const folded = foldPath(path);
      const other = seen.get(folded);
      if (other === undefined) seen.set(folded, path);
      else if (other !== path) faults.error('PATH_COLLISION', pointerOf(['steps', index, 'outputs', at]), `${spelled(path)} and ${spelled(other)} are one file on systems that fold case or normalise`, 'write both alike, or rename one');
    }
  }
}

/** Beyond ASCII written out, since two forms of one letter look alike. */
function spelled(path: string): string {
  return quoted(path).replaceAll(/[^\p{ASCII}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
